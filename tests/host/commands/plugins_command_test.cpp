// `assay plugins`: what a person sees of plugins' files, and what a pin does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/host/commands/program.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class PluginsCommand : public ::testing::Test {
 protected:
  PluginsCommand() {
    fs::create_directory(fs::path(folder_ / "strangers"));
    fs::copy(ASSAY_TOUCHING_PLUGIN, stranger());
    write("assay.yaml", R"(source: { topic: payments, group: tills }
plugins: { path: [strangers], cache: cache }
rules:
  touched: { version: 1, mode: shadow, use: touching }
  listed: { version: 1, mode: shadow, use: list, parameters: { field: merchant, entries: [Evil] } }
sinks: { mails: { use: mail_folder, config: { folder: mails, from: a@b.example, desk: c@d.example } } }
chains: { main: { tell: { sink: mails, required: true } } }
)");
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  std::string stranger() const { return folder_ / "strangers/touching.so"; }
  std::string config() const { return folder_ / "assay.yaml"; }
  std::string mark() const { return folder_ / "code_ran"; }
  // With the variable by which the stranger's constructor tells that it ran.
  Said say(std::vector<std::string> words) const {
    return run_assay(words, {"ASSAY_TEST_MARK=" + mark()});
  }
  Said validate(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"validate", "--offline", "-c", config()};
    words.insert(words.end(), more.begin(), more.end());
    return say(words);
  }

  TemporaryFolder folder_;
};

TEST_F(PluginsCommand, ls_finds_every_plugin_that_ships_fit_and_described) {
  const auto said = say({"plugins", "ls", "--format", "json"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const auto list = Json::parse(said.out);
  ASSERT_GE(list.size(), 9U);
  for (const auto& one : list) {
    EXPECT_EQ(one["fit"], true) << one;
    EXPECT_EQ(one["findings"], Json::array()) << one;
    EXPECT_EQ(one["note"]["id"], one["name"]);
    EXPECT_THAT(one["note"]["summary"].get<std::string>(), Not(::testing::IsEmpty()));
    EXPECT_TRUE(one["note"].contains("schema"));
    EXPECT_EQ(one["sha256"].get<std::string>().size(), 64U);
  }
}

TEST_F(PluginsCommand, ls_says_who_uses_what_and_how_the_pins_stand) {
  const auto said = say({"plugins", "ls", "-c", config()});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("NAME"));
  EXPECT_THAT(said.out, ::testing::ContainsRegex("list +1.0.0 +rule +[0-9a-f]{12} +none +rule "
                                                 "`listed` +fit"));
  EXPECT_THAT(said.out, ::testing::ContainsRegex("touching +2.1.0 +rule .*rule `touched`"));
}

TEST_F(PluginsCommand, inspect_tells_what_a_plugin_reads_gives_and_takes) {
  const auto said = say({"plugins", "inspect", "list"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  for (const auto* words :
       {"list 1.0.0, rule, ABI 1.0\n", "Flags a value that stands on",
        "what the parameter `field` names\n", "on_block_list [\"line\"], where kind is block\n",
        "entries (array, default []): More entries",
        "kind (allow | block | watch, default block): Chooses", "score (number): Score of a hit",
        "fit to be loaded; nothing of it was run\n"}) {
    EXPECT_THAT(said.out, HasSubstr(words));
  }
}

TEST_F(PluginsCommand, inspect_ends_with_1_where_the_file_is_refused) {
  const auto said = say({"plugins", "inspect", write("text.so", std::string(500, 'x'))});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("refused: is not an ELF file\n  expected: a shared library for "
                                  "this machine\n  help: build it again"));
  EXPECT_EQ(say({"plugins", "inspect", "lisst"}).exit_code, 2);
  EXPECT_THAT(say({"plugins", "inspect", "lisst"}).err, HasSubstr("did you mean `list`?"));
}

TEST_F(PluginsCommand, run_nothing_of_a_plugin_and_neither_does_schema) {
  for (const auto& words : {std::vector<std::string>{"plugins", "inspect", stranger()},
                            {"plugins", "ls", "-c", config()},
                            {"plugins", "pin", "-c", config()},
                            {"schema", "--plugins", folder_ / "strangers"}}) {
    const auto said = say(words);
    EXPECT_EQ(said.exit_code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("touching"));
    EXPECT_FALSE(fs::exists(mark())) << words.front();
  }
  // So the constructor would have told.
  EXPECT_EQ(validate().exit_code, 0);
  EXPECT_TRUE(fs::exists(mark()));
}

// A file of that size would be read, or mapped, by whoever believes what it claims.
TEST_F(PluginsCommand, inspect_of_a_large_hostile_file_takes_little_memory) {
  std::ifstream good(stranger(), std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(good), {}};
  const auto path = write("hostile.so", bytes);
  fs::resize_file(path, std::uintmax_t{60} << 20);
  const auto said = say({"plugins", "inspect", path});
  EXPECT_THAT(said.out, HasSubstr("62914560 bytes"));
  fs::resize_file(path, std::uintmax_t{40} << 30);
  const auto refused = say({"plugins", "inspect", path});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.out, HasSubstr("is larger than plugins.max_size allows: 42949672960 bytes"));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  rusage used{};
  ASSERT_EQ(::getrusage(RUSAGE_CHILDREN, &used), 0);
  EXPECT_LT(used.ru_maxrss, 64 * 1024);  // KiB
#endif
}

TEST_F(PluginsCommand, pin_writes_what_holds_the_files_to_their_content) {
  const std::string pins = folder_ / "pins.yaml";
  const auto pinned = say({"plugins", "pin", "-c", config(), "-o", pins});
  ASSERT_EQ(pinned.exit_code, 0) << pinned.err;
  const auto held = validate({"-c", pins});
  EXPECT_EQ(held.exit_code, 0) << held.err;
  EXPECT_THAT(say({"plugins", "ls", "-c", config(), "-c", pins}).out, HasSubstr(" holds "));

  fs::remove(mark());
  std::ofstream(stranger(), std::ios::app | std::ios::binary) << "one more byte";
  const auto changed = validate({"-c", pins});
  EXPECT_EQ(changed.exit_code, 78);
  EXPECT_THAT(changed.err, HasSubstr("AS2016"));
  EXPECT_THAT(changed.err, HasSubstr("is not the file that is pinned"));
  EXPECT_FALSE(fs::exists(mark()));
  EXPECT_THAT(say({"plugins", "ls", "-c", config(), "-c", pins}).out, HasSubstr(" differs "));
}

TEST_F(PluginsCommand, pin_that_cannot_be_written_says_why_and_leaves_nothing_behind) {
  const std::string place = folder_ / "taken";
  fs::create_directory(place);
  const auto taken = say({"plugins", "pin", "-c", config(), "-o", place});
  EXPECT_EQ(taken.exit_code, 74);
  EXPECT_THAT(taken.err, HasSubstr("taken cannot be written: Is a directory"));
  EXPECT_FALSE(fs::exists(place + ".new"));
  const std::string full = folder_ / "full";
  fs::create_symlink("/dev/full", full + ".new");
  const auto no_space = say({"plugins", "pin", "-c", config(), "-o", full});
  EXPECT_EQ(no_space.exit_code, 74);
  EXPECT_THAT(no_space.err, HasSubstr("full cannot be written: No space left on device"));
  EXPECT_FALSE(fs::is_symlink(full + ".new"));
  EXPECT_FALSE(fs::exists(full));
}

TEST_F(PluginsCommand, pin_prints_the_same_as_json) {
  const auto said = say({"plugins", "pin", "-c", config(), "--format", "json"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const auto plugins = Json::parse(said.out)["plugins"];
  EXPECT_EQ(plugins["require_pins"], true);
  EXPECT_EQ(plugins["pins"].size(), 3U);
  EXPECT_THAT(plugins["pins"]["touching"].get<std::string>(), ::testing::StartsWith("sha256:"));
}

TEST_F(PluginsCommand, a_configuration_that_is_valid_is_counted_in_words_that_fit) {
  EXPECT_THAT(validate().err, HasSubstr("valid: 2 rules, 1 sink, 1 chain; configuration "));
}

TEST_F(PluginsCommand, without_a_pin_is_refused_where_pins_are_required) {
  const auto said = validate({"-c", write("strict.yaml", "plugins: { require_pins: true }\n")});
  EXPECT_EQ(said.exit_code, 78);
  EXPECT_THAT(said.err, HasSubstr("AS2015"));
  EXPECT_THAT(said.err, HasSubstr("look at it with `assay plugins inspect`, then pin it as "
                                  "`touching`"));
  EXPECT_FALSE(fs::exists(mark()));
}

TEST_F(PluginsCommand, a_pin_that_is_misspelt_is_told_of_with_the_nearest_name) {
  const auto said = validate({"-c", write("pins.yaml", "plugins: { pins: { lisst: sha256:" +
                                                           std::string(64, '0') + " } }\n")});
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_THAT(said.err, HasSubstr("AS2017"));
  EXPECT_THAT(said.err, HasSubstr("did you mean `list`?"));
  const auto short_pin =
      validate({"-c", write("pins.yaml", "plugins: { pins: { list: sha256:abc } }\n")});
  EXPECT_EQ(short_pin.exit_code, 78);
  EXPECT_THAT(short_pin.err, HasSubstr("the pin of `list` is not a digest"));
}

}  // namespace
}  // namespace assay::testing
