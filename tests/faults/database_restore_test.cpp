// PostgreSQL is restored to an earlier state, from a copy of its files: rows and cursors go back
// together.
#include <signal.h>

#include <filesystem>

#include "tests/faults/bench.hpp"
#include "tests/plugins/sinks/sql/postgres_store.hpp"

namespace assay::testing::faults {
namespace {

class DatabaseRestore : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
    data_ = sinks::ask_postgres(postgres().superuser(), "SHOW data_directory").at(0);
  }
  void TearDown() override {
    FaultBench::TearDown();
    for (const auto& folder : {lost(), backup(0), backup(1)}) std::filesystem::remove_all(folder);
  }
  // One for each restore, so that no restore takes longer than a start.
  void back_up() const {
    postgres().stop();
    copy(data_, backup(0));
    postgres().start_again();
    copy(backup(0), backup(1));
  }
  void restore() {
    postgres().stop();
    std::filesystem::remove_all(lost());
    std::filesystem::rename(data_, lost());
    std::filesystem::rename(backup(restored_++), data_);
    postgres().start_again();
  }

 private:
  [[nodiscard]] std::string lost() const { return data_ + ".lost"; }
  [[nodiscard]] std::string backup(int number) const {
    return data_ + ".backup" + std::to_string(number);
  }
  static void copy(const std::string& from, const std::string& to) {
    ASSERT_EQ(run_program({"/bin/cp", "-a", from, to}).code, 0);
  }

  std::string data_;
  int restored_ = 0;
};

TEST_F(DatabaseRestore, to_an_earlier_state_has_what_it_lost_stored_again) {
  constexpr std::int64_t kRecords = 60'000;
  auto& deployment = deploy_in_small_transactions("restored", kRecords);
  auto engine = deployment.start();
  // Each partition has a cursor by then: of one that has none nobody knows where it began.
  ASSERT_TRUE(engine->until([&] {
    return ask_number("SELECT count(next_offset) FROM assay_cursors WHERE group_id = 'restored'") ==
           4;
  }));
  // Standing still, so that nothing is stored between the copy and the look at it.
  ASSERT_EQ(::kill(engine->process(), SIGSTOP), 0);
  back_up();
  const auto kept = deployment.stored();
  ASSERT_EQ(::kill(engine->process(), SIGCONT), 0);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() > kept + 1'000; }));
  ASSERT_TRUE(is_under_load(*engine, deployment));
  restore();
  EXPECT_TRUE(says(*engine, "the database went back to offset"));
  ASSERT_TRUE(engine->until([&] { return deployment.stored() > kept + 1'000; }));
  // And while nobody is there.
  engine->kill();
  restore();
  EXPECT_EQ(deployment.stored(), kept);
  engine = deployment.start();
  const auto records = produced(deployment);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == records; }));
  EXPECT_EQ(engine->stop(), 0);
  judge({.number = 9,
         .what = "PostgreSQL is restored to an earlier state",
         .faults = "1 under the engine, 1 without it"});
}

}  // namespace
}  // namespace assay::testing::faults
