#include "host/observe/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/observe/a_status.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;
using testing::a_status;
using ::testing::StartsWith;

// The checks that fail, as "name: reason" each.
std::string failing(const Checks& checks) {
  std::string all;
  for (const auto& check : checks) {
    if (!check.ok) all += (all.empty() ? "" : "; ") + check.name + ": " + check.reason;
  }
  return all;
}

TEST(readiness, is_there_when_everything_works) { EXPECT_EQ(failing(readiness(a_status())), ""); }

TEST(readiness, says_what_a_start_waits_for) {
  Status status;
  status.waits_for = "topic payments: the topic does not exist";
  EXPECT_EQ(failing(readiness(status)),
            "start: waits for topic payments: the topic does not exist");
}

TEST(readiness, names_the_worker_that_has_no_broker) {
  auto status = a_status();
  status.workers[0].trouble = "all brokers are down";
  EXPECT_EQ(failing(readiness(status)), "kafka: worker-0: all brokers are down");
}

TEST(readiness, wants_the_process_of_each_live_rule_that_has_one) {
  auto status = a_status();
  const ProcessReport up{.worker = 0, .up = true, .last_end = "ended by SIGSEGV in evaluate"};
  auto down = up;
  down.worker = 1;
  down.up = false;
  status.rules[0].processes = {up, down};
  EXPECT_EQ(failing(readiness(status)), "") << "it comes back by itself";
  status.rules[0].processes[1].given_up = true;
  EXPECT_EQ(failing(readiness(status)),
            "rule large_amount: the process of worker 1 is down and stays so: ended by SIGSEGV in "
            "evaluate");
  status.rules[1].processes = std::move(status.rules[0].processes);
  status.rules[0].processes.clear();
  EXPECT_EQ(failing(readiness(status)), "") << "nothing rests on a shadow rule";
}

TEST(readiness, wants_partitions_that_are_read) {
  auto status = a_status();
  status.partitions_assigned = 0;
  EXPECT_THAT(failing(readiness(status)),
              StartsWith("partitions: none is assigned yet; where an engine of this group"));
  status.halted = {"payments partition 1: records expired"};
  EXPECT_EQ(failing(readiness(status)),
            "partitions: halted: payments partition 1: records expired");
}

TEST(readiness, tells_the_progress_of_a_replay) {
  auto status = a_status();
  status.replayed = 300;
  status.left_to_replay = 700;
  EXPECT_EQ(failing(readiness(status)),
            "history: 300 records replayed, 700 to go before anything new is judged");
}

TEST(readiness, wants_dead_letters_to_flow) {
  auto status = a_status();
  status.dead_letters.pending = 4;
  EXPECT_EQ(failing(readiness(status)), "");
  status.dead_letter_trouble = "topic unknown";
  EXPECT_EQ(failing(readiness(status)), "dead_letters: 4 wait: topic unknown");
}

TEST(readiness, wants_the_required_sinks_and_tells_of_the_others) {
  auto status = a_status();
  status.sinks[1].state = SinkState::retrying;
  status.sinks[1].reason = "connection refused";
  const auto checks = readiness(status);
  EXPECT_EQ(failing(checks), "");
  EXPECT_EQ(checks.back().reason, "retries: connection refused (no step requires it)");
  status.sinks[0].state = SinkState::halted;
  status.sinks[0].reason = "wrong password";
  EXPECT_EQ(failing(readiness(status)), "sink database: halted: wrong password");
}

TEST(readiness, does_without_a_required_sink_as_soon_as_fallbacks_take_its_records) {
  auto status = a_status();
  status.sinks[0].state = SinkState::retrying;
  status.sinks[0].reason = "connection refused";
  status.sinks[0].open = 59s;
  status.sinks[0].relieved_after = 60s;
  EXPECT_EQ(failing(readiness(status)), "sink database: retries: connection refused")
      << "its records wait still";
  status.sinks[0].open = 60s;
  auto checks = readiness(status);
  EXPECT_EQ(failing(checks), "");
  EXPECT_EQ(checks[checks.size() - 2].reason,
            "retries: connection refused (fallbacks take its records)");
  // A fallback is as required as its step: where it is away as well, it says so itself.
  status.sinks[1].required = true;
  status.sinks[1].state = SinkState::halted;
  status.sinks[1].reason = "disk full";
  EXPECT_EQ(failing(readiness(status)), "sink archive: halted: disk full");
}

TEST(liveness, does_not_mind_an_outage) {
  auto status = a_status();
  status.sinks[0].state = SinkState::retrying;
  status.workers[0].paused = true;
  status.workers[0].trouble = "all brokers are down";
  EXPECT_EQ(failing(liveness(status)), "");
}

TEST(liveness, is_over_when_a_loop_stands_still) {
  auto status = a_status();
  status.workers[0].silent = kLivePatience;
  EXPECT_EQ(failing(liveness(status)), "");
  status.workers[0].silent = kLivePatience + 5s;
  EXPECT_EQ(failing(liveness(status)), "worker-0: its loop has not come round for 95 s");
  status.workers[0].in_plugin = "rule `slow`, plugin sloth 1.0.0";
  EXPECT_EQ(failing(liveness(status)),
            "worker-0: its loop has not come round for 95 s; it is in rule `slow`, plugin sloth "
            "1.0.0");
}

TEST(liveness, is_over_when_records_are_there_and_none_is_read) {
  auto status = a_status();
  status.partitions[0].waits = kLivePatience;
  EXPECT_EQ(failing(liveness(status)), "");
  status.partitions[0].waits = kLivePatience + 1s;
  EXPECT_EQ(failing(liveness(status)),
            "payments partition 0: 4 records are there, and none was read for 91 s");
}

}  // namespace
}  // namespace assay::host
