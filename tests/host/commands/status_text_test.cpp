#include "host/commands/status_text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "host/observe/status_json.hpp"
#include "tests/host/observe/a_status.hpp"

namespace assay::host {
namespace {

TEST(status_text, says_the_checks_first_and_then_the_figures) {
  auto status = testing::a_status();
  status.sinks[0].state = SinkState::retrying;
  status.sinks[0].reason = "connection refused";
  status.rules[0].inconclusive = 2;
  status.rules[0].alarmed = 1;
  status.reloads.in_force_since =
      std::chrono::sys_days(std::chrono::May / 1 / 2024) + std::chrono::minutes(640);
  auto json = nlohmann::ordered_json::parse(status_json(status, "c0ffeec0ffeec0ffee"));
  json["version"] = "1.0";
  EXPECT_EQ(status_text(json), R"(not ready, assay 1.0, configuration c0ffeec0ffee
in force since 2024-05-01T10:40:00Z
  + start
  + kafka
  + partitions             2 are read
  + history
  + dead_letters
  - sink database          retries: connection refused
  + sink archive

Records
  received 110, delivered 90, dead lettered 5, duplicates 3, in flight 12, expired 0, dropped by optional steps 0, handed over to fallbacks 0, replayed 0, left to replay 0

Decisions
  approve 80, review 7, decline 3

Rules
  large_amount             live, 4 hits, 2 inconclusive, its breaker alarms, by large_amount 1.2.0
  trial                    shadow, 0 hits

Sinks
  database                 retrying, 90 records, 0 retries, by postgres 1.2.0
  archive                  working, 0 records, 0 retries

Partitions
  payments 0               at offset 60, 4 behind
  payments 1               at offset 50, 0 behind
)");
}

TEST(status_text, tells_of_outboxes_where_a_step_is_deferred) {
  auto status = testing::a_status();
  EXPECT_EQ(status_text(nlohmann::ordered_json::parse(status_json(status, ""))).find("Outboxes"),
            std::string::npos);
  status.outboxes = {{.step = "main.alert",
                      .sink = "mail",
                      .state = SinkState::retrying,
                      .reason = "connection refused",
                      .tally = {.sent = 40, .retries = 3},
                      .waiting = 7,
                      .dead = 2,
                      .oldest = std::chrono::seconds(90),
                      .counted = {}}};
  const auto text = status_text(nlohmann::ordered_json::parse(status_json(status, "")));
  EXPECT_NE(text.find("\nOutboxes\n"
                      "  main.alert               retrying, 7 wait, 2 dead, 40 sent, 3 retries\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("+ outbox main.alert      retries: connection refused (7 wait)"),
            std::string::npos)
      << text;
}

TEST(first_reason, is_that_of_the_first_check_that_fails) {
  EXPECT_EQ(first_reason(checks_json({{"kafka", true, ""}, {"history", false, "7 to go"}})),
            "history: 7 to go");
  EXPECT_EQ(first_reason(checks_json({{"kafka", true, ""}})), "");
  EXPECT_EQ(first_reason("no\n"), "");
}

}  // namespace
}  // namespace assay::host
