// All workers between two batches, or nobody kept waiting.
#include "host/runtime/batch_gate.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

namespace assay::host {
namespace {

TEST(BatchGate, that_is_closed_keeps_the_next_batch_waiting) {
  BatchGate gate;
  auto all = gate.close_within(std::chrono::seconds(10));
  ASSERT_TRUE(all.owns_lock());
  auto judged = std::async(std::launch::async, [&] { const auto pass = gate.enter(); });
  EXPECT_EQ(judged.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  all.unlock();
  EXPECT_EQ(judged.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(BatchGate, lets_the_others_go_on_where_a_batch_does_not_end) {
  BatchGate gate;
  const auto stuck = gate.enter();
  std::jthread control(
      [&] { EXPECT_FALSE(gate.close_within(std::chrono::milliseconds(20)).owns_lock()); });
  control.join();
  std::jthread worker([&] { const auto pass = gate.enter(); });
}

}  // namespace
}  // namespace assay::host
