#include "host/runtime/waiting_partitions.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

using namespace std::chrono_literals;

class WaitingPartitionsTest : public ::testing::Test {
 protected:
  // How long the one partition has been waiting, as seen now.
  std::chrono::seconds look(std::int64_t next, std::int64_t end) {
    const auto readings = partitions_.look(
        {{{3}, {next}, {end}, false}}, [this](const Lag&) { return kept_; }, now_);
    EXPECT_EQ(readings.size(), 1u);
    return std::chrono::duration_cast<std::chrono::seconds>(now_ - readings[0].waits_since);
  }

  WaitingPartitions partitions_;
  WaitingPartitions::Clock::time_point now_{};
  bool kept_ = false;
};

TEST_F(WaitingPartitionsTest, wait_while_records_are_there_and_none_is_read) {
  EXPECT_EQ(look(60, 64), 0s);
  now_ += 30s;
  EXPECT_EQ(look(60, 70), 30s);
  now_ += 30s;
  EXPECT_EQ(look(61, 70), 0s) << "one was read";
  now_ += 5s;
  EXPECT_EQ(look(61, 70), 5s);
}

TEST_F(WaitingPartitionsTest, do_not_wait_where_nothing_is_there) {
  EXPECT_EQ(look(64, 64), 0s);
  now_ += 600s;
  EXPECT_EQ(look(64, 64), 0s);
  now_ += 1s;
  EXPECT_EQ(look(64, 65), 1s) << "it came within the last second";
}

TEST_F(WaitingPartitionsTest, do_not_wait_where_somebody_knows_what_keeps_them) {
  EXPECT_EQ(look(60, 64), 0s);
  kept_ = true;
  now_ += 600s;
  EXPECT_EQ(look(60, 64), 0s);
  kept_ = false;
  now_ += 2s;
  EXPECT_EQ(look(60, 64), 2s);
}

TEST_F(WaitingPartitionsTest, begin_anew_with_each_assignment) {
  EXPECT_EQ(look(60, 64), 0s);
  now_ += 50s;
  EXPECT_TRUE(partitions_
                  .look(
                      {}, [](const Lag&) { return false; }, now_)
                  .empty());
  now_ += 50s;
  EXPECT_EQ(look(60, 64), 0s);
}

}  // namespace
}  // namespace assay::host
