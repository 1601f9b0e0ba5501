// `assay state`: what a person sees of the snapshots.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/state/snapshot_folder.hpp"
#include "tests/host/commands/program.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class StateCommand : public ::testing::Test {
 protected:
  StateCommand() {
    std::ofstream(folder_ / "assay.yaml") << R"(source: { topic: payments, group: tills }
state: { dir: state }
sinks: { mails: { use: mail_folder, config: { folder: mails, from: a@b.example, desk: c@d.example } } }
chains: { main: { tell: { sink: mails, required: true } } }
)";
  }
  fs::path write(std::int32_t partition, std::int64_t next) {
    const host::SnapshotFolder to(folder_ / "state",
                                  {.group = "tills",
                                   .topic = "payments",
                                   .cluster = "c1",
                                   .plan = "0123456789abcdef",
                                   .engine = {}},
                                  [](const std::string&) {});
    const host::StatePart part{core::PartitionId{partition}};
    auto writer =
        to.begin(part, static_cast<std::uint64_t>(next), {{{partition}, {next}}}, 0).value();
    for (int i = 0; i < 1'000; ++i) writer->put(i);
    EXPECT_TRUE(writer->finish());
    return to.list(part)[0].path;
  }
  Said say(std::vector<std::string> words) const {
    words.insert(words.begin(), "state");
    words.insert(words.end(), {"-c", (folder_ / "assay.yaml").string()});
    return run_assay(words);
  }

  TemporaryFolder folder_;
};

TEST_F(StateCommand, ls_says_that_there_is_nothing) {
  const auto said = say({"ls"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.out, "there are no snapshots\n");
}

TEST_F(StateCommand, fails_where_the_folder_cannot_be_read) {
  std::ofstream(folder_ / "state") << "a file";
  for (const char* word : {"ls", "verify"}) {
    const auto said = say({word});
    EXPECT_EQ(said.exit_code, 74) << word;
    EXPECT_EQ(said.out, "") << word;
    EXPECT_THAT(said.err, HasSubstr("state cannot be read: Not a directory")) << word;
  }
}

TEST_F(StateCommand, fails_where_a_folder_within_may_not_be_read) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const auto part = write(0, 120).parent_path();
  fs::permissions(part, fs::perms::none);
  EXPECT_EQ(say({"ls"}).exit_code, 74);
  fs::permissions(part, fs::perms::owner_all);
}

TEST_F(StateCommand, ls_lists_snapshots_with_what_they_say_about_themselves) {
  write(0, 120);
  write(3, 77);
  const auto said = say({"ls"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("GROUP  TOPIC     PART             NEXT"));
  EXPECT_THAT(said.out, HasSubstr("tills  payments  partition-00000  120"));
  EXPECT_THAT(said.out, HasSubstr("0123456789ab"));
  const auto json = Json::parse(say({"ls", "--format", "json"}).out);
  ASSERT_EQ(json["snapshots"].size(), 2u);
  EXPECT_EQ(json["snapshots"][1]["positions"], Json::parse(R"([{"partition":3,"next":77}])"));
  EXPECT_EQ(json["snapshots"][1]["state"], "there");
}

TEST_F(StateCommand, verify_ends_with_1_for_one_that_is_damaged_in_the_middle) {
  write(0, 120);
  const auto damaged = write(3, 77);
  EXPECT_EQ(say({"verify"}).exit_code, 0);
  std::fstream(damaged, std::ios::in | std::ios::out | std::ios::binary).seekp(900).put('x');
  EXPECT_EQ(say({"ls"}).exit_code, 0);
  const auto said = say({"verify"});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("its checksum is wrong"));
  const auto json = Json::parse(say({"verify", "--format", "json"}).out);
  EXPECT_EQ(json["snapshots"][0]["state"], "sound");
  EXPECT_EQ(json["snapshots"][1]["state"], "bad");
}

TEST_F(StateCommand, verify_does_not_mind_what_was_set_aside) {
  const auto path = write(0, 120);
  fs::resize_file(path, 300);
  fs::rename(path, path.string() + ".bad");
  const auto said = say({"verify"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("set aside"));
}

TEST_F(StateCommand, says_that_a_configuration_keeps_none) {
  std::ofstream(folder_ / "assay.yaml") << R"(
sinks: { mails: { use: mail_folder, config: { folder: mails, from: a@b.example, desk: c@d.example } } }
chains: { main: { tell: { sink: mails, required: true } } }
)";
  const auto said = say({"ls"});
  EXPECT_EQ(said.exit_code, 78);
  EXPECT_THAT(said.err, HasSubstr("no `state.dir`"));
}

}  // namespace
}  // namespace assay::testing
