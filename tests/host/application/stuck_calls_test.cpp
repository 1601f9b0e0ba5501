#include "host/application/stuck_calls.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

using namespace std::chrono_literals;

Status::Worker a_worker(std::chrono::milliseconds silent, const std::string& in_plugin) {
  return {"worker-0", 1, false, {}, silent, in_plugin};
}

TEST(StuckCalls, are_told_once_with_the_plugins_name) {
  StuckCalls stuck;
  EXPECT_FALSE(stuck.look(a_worker(9s, "rule `slow`, plugin sloth 1.0.0")));
  const auto told = stuck.look(a_worker(11s, "rule `slow`, plugin sloth 1.0.0"));
  ASSERT_TRUE(told);
  EXPECT_EQ(
      told->find("worker-0's loop has not come round for 11 s; it is in rule `slow`, plugin sloth "
                 "1.0.0. "),
      0u)
      << *told;
  EXPECT_FALSE(stuck.look(a_worker(12s, "rule `slow`, plugin sloth 1.0.0")));
}

TEST(StuckCalls, are_told_again_when_it_happens_again) {
  StuckCalls stuck;
  EXPECT_TRUE(stuck.look(a_worker(11s, "rule `slow`, plugin sloth 1.0.0")));
  EXPECT_EQ(stuck.look(a_worker(0s, "")), "worker-0's loop comes round again");
  EXPECT_FALSE(stuck.look(a_worker(0s, "")));
  EXPECT_TRUE(stuck.look(a_worker(10s, "rule `slow`, plugin sloth 1.0.0")));
}

TEST(StuckCalls, are_not_what_a_loop_does_in_code_of_ours) {
  StuckCalls stuck;
  EXPECT_FALSE(stuck.look(a_worker(60s, "")));
}

}  // namespace
}  // namespace assay::host
