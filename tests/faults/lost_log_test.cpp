// The log is not what it was: its records expired before they were read, or the topic was deleted
// and made anew. Nothing is jumped over silently; a person decides.
#include <set>

#include "tests/faults/bench.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing::faults {
namespace {

class LostLog : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  }
  Deployment& deploy_one_partition(const std::string& name) {
    auto& deployment = deploy(name);
    create_topic(kafka().address(), deployment.topic(), 1);
    create_topic(kafka().address(), deployment.holders(), 1);
    deployment.configure(store_only(deployment, postgres().port()));
    return deployment;
  }
  // Remembers their ids.
  void produce(const std::string& prefix, int count) {
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < count; ++i) {
      const auto id = prefix + std::to_string(i);
      produced_.push_back(id);
      records.push_back({payment({{"transaction_id", id}}), "7", 0});
    }
    produce_records(kafka().address(), deployment_->topic(), records);
  }
  std::int64_t rows() const {
    return ask_number("SELECT count(*) FROM transactions WHERE topic = '" + deployment_->topic() +
                      "'");
  }
  // All of `produced_`, but `gone` from there on, each once; nothing else.
  void judge_stored(std::size_t from, std::size_t gone, Line line) {
    auto expected = produced_;
    const auto first = expected.begin() + static_cast<std::ptrdiff_t>(from);
    expected.erase(first, first + static_cast<std::ptrdiff_t>(gone));
    const auto stored =
        ask("SELECT transaction_id FROM transactions WHERE topic = '" + deployment_->topic() + "'");
    const std::set<std::string> different(stored.begin(), stored.end());
    EXPECT_EQ(different, std::set<std::string>(expected.begin(), expected.end()));
    line.records = static_cast<std::int64_t>(produced_.size());
    line.lost = static_cast<std::int64_t>(expected.size() - different.size());
    line.twice = static_cast<std::int64_t>(stored.size() - different.size());
    line.dead_letters = length_of_topic(kafka().address(), deployment_->dead_letter_topic());
    EXPECT_EQ(line.twice, 0);
    EXPECT_EQ(line.dead_letters, 0);
    conclude(std::move(line));
  }

 private:
  std::vector<std::string> produced_;
};

TEST_F(LostLog, that_was_made_anew_halts_and_is_read_from_its_start_when_its_cursor_is_set_there) {
  auto& deployment = deploy_one_partition("anew");
  produce("old-", 1'000);
  auto engine = deployment.start();
  ASSERT_TRUE(finished(*engine, deployment, 1'000));
  delete_topic(kafka().address(), deployment.topic());
  create_topic(kafka().address(), deployment.topic(), 1);
  produce("new-", 500);
  // It may have looked before all of them were there.
  ASSERT_TRUE(says(*engine, "its position 1000 is not in the log, which holds 0 to "));
  EXPECT_EQ(rows(), 1'000);
  EXPECT_EQ(engine->stop(), 0);
  // People restart first. By then there is something to remember in front of the old position.
  Engine again({deployment.folder() / "assay.yaml"}, deployment.folder() / "again.log");
  ASSERT_TRUE(says(again, "its position 1000 is not in the log, which holds 0 to 500"));
  EXPECT_EQ(rows(), 1'000);
  EXPECT_EQ(again.stop(), 0);
  const auto moved = run_assay({"cursor", "set", "main.store", "0", "0", "--yes", "-c",
                                (deployment.folder() / "assay.yaml").string()});
  EXPECT_EQ(moved.code, 0) << moved.words;
  engine = deployment.start();
  ASSERT_TRUE(finished(*engine, deployment, 500));
  EXPECT_EQ(engine->stop(), 0);
  judge_stored(0, 0, {.number = 19, .what = "the topic is deleted and made anew", .faults = "1"});
}

TEST_F(LostLog, whose_records_expired_halts_until_somebody_says_to_go_on) {
  auto& deployment = deploy_one_partition("expired");
  produce("read-", 1'000);
  auto engine = deployment.start();
  ASSERT_TRUE(finished(*engine, deployment, 1'000));
  EXPECT_EQ(engine->stop(), 0);
  produce("unread-", 1'000);
  delete_records(kafka().address(), deployment.topic(), 0, 1'500);
  engine = deployment.start();
  ASSERT_TRUE(says(*engine, "its position 1000 is not in the log, which holds 1500 to 2000"));
  EXPECT_EQ(rows(), 1'000);
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(deployment.committed(), 1'000) << "a halted partition is where it was";
  deployment.write("goon.yaml", "source: { on_gap: continue }\n");
  Engine bold({deployment.folder() / "assay.yaml", deployment.folder() / "goon.yaml"},
              deployment.folder() / "engine.log");
  ASSERT_TRUE(says(bold, "500 records from offset 1000 expired before they were read"));
  ASSERT_TRUE(finished(bold, deployment, 2'000));
  EXPECT_EQ(bold.stop(), 0);
  judge_stored(1'000, 500,
               {.number = 19, .what = "records expire before they are read", .faults = "500"});
}

}  // namespace
}  // namespace assay::testing::faults
