// Decisions as the mail tests use them.
#pragma once

#include <string>

#include "tests/support/sink_driver/sink_driver.hpp"

namespace assay::testing::sinks {

inline RecordedVerdict customer_hit() {
  RecordedVerdict verdict;
  verdict.rule = "amounts";
  verdict.reason = "amount_over_limit";
  verdict.words = "2500.00 is over the limit of 1000.00";
  verdict.customer_words = "The amount is unusually high";
  verdict.evidence = {{"amount", Money{25'000'000}, "EUR"}};
  verdict.version = 7;
  return verdict;
}

inline RecordedVerdict analyst_hit() {
  RecordedVerdict verdict;
  verdict.rule = "below_threshold";
  verdict.reason = "structuring";
  verdict.words = "3 payments just below 10000.00 in 24h";
  verdict.evidence = {{"payments", std::int64_t{3}, ""}};
  verdict.version = 2;
  verdict.score = 650'000;
  return verdict;
}

inline RecordedRow decision_row(std::int64_t offset, std::string email,
                                std::vector<RecordedVerdict> verdicts) {
  RecordedRow row;
  row.fields = {{"transaction_id", "tx-" + std::to_string(offset)},
                {"timestamp", Time{1'789'999'000'000'000'000}},
                {"user_id", std::int64_t{42}},
                {"amount", Money{25'000'000}},
                {"currency", std::string("EUR")},
                {"transaction_type", std::string("purchase")},
                {"location", std::string("Lisbon")},
                {"merchant", std::string("Caf\xC3\xA9 & Sons")},
                {"card", Token{1, 2}},
                {"card_last4", std::string("1234")},
                {"decision", std::string("decline")},
                {"score", 0.8},
                {"record_time", Time{1'790'000'000'000'000'000}},
                {"record_offset", offset},
                {"holder.name", std::string("Jo\xC3\xA3o Silva")}};
  if (!email.empty()) row.fields["holder.email"] = std::move(email);
  row.verdicts = std::move(verdicts);
  return row;
}

inline RecordedBatch decisions(std::vector<RecordedRow> rows) {
  RecordedBatch batch;
  batch.step = "main.mail";
  batch.rows = std::move(rows);
  batch.next_offset = static_cast<std::int64_t>(batch.rows.size());
  return batch;
}

}  // namespace assay::testing::sinks
