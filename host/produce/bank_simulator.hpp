// A simulated bank: account holders, then their transactions in the order of event time as JSON
// lines, some of them fraudulent, with the truth about those. Pure and deterministic: no clock, no
// thread, no Kafka; the same options give the same bytes on every machine. It owns its output
// buffers and uses them again.
//
//   BankSimulator bank{{.seed = 7, .transactions = 20'000}};
//   SimulatedTransaction transaction;
//   while (bank.next(transaction)) consume(transaction.json, transaction.label);
//
// Thread: any, one at a time. Memory: about 150 bytes a customer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "host/produce/bank_calendar.hpp"
#include "host/produce/bank_event.hpp"
#include "host/produce/bank_population.hpp"
#include "host/produce/fraud_pattern.hpp"
#include "host/produce/fraud_planner.hpp"
#include "host/produce/genuine_behaviour.hpp"
#include "host/produce/json_line.hpp"
#include "host/produce/seeded_random.hpp"

namespace assay::host {

struct BankOptions {
  std::uint64_t seed = 1;
  std::uint64_t transactions = 20'000;  // frauds included
  std::uint32_t customers = 0;          // 0: one for twenty transactions, 100 to 100,000
  double fraud_rate = 0.01;             // share of transactions that belong to a fraud, 0 to 0.5
  std::int64_t start = 1'767'571'200;   // unix seconds; Monday 2026-01-05 00:00 UTC

  // 0: three transactions a customer and day, by day and night. Otherwise this many a second at an
  // even pace, for a simulation that follows a clock.
  double transactions_per_second = 0.0;
};

struct SimulatedTransaction {
  std::string_view json;   // this view and `label` are valid until the next call
  std::string_view label;  // ground truth as JSON; empty for genuine transactions
  std::string_view id;     // transaction_id; valid as long
  std::int64_t timestamp;  // unix seconds, never less than the one before
  std::uint64_t user_id;
  std::optional<FraudPattern> pattern;
  std::uint32_t incident;  // from 1, the same for all transactions of one fraud; 0 for genuine ones
  std::uint32_t strength_permille;  // of the incident: 1000 reaches the usual limit
};

class BankSimulator {
 public:
  explicit BankSimulator(const BankOptions& options);
  BankSimulator(const BankSimulator&) = delete;
  BankSimulator& operator=(const BankSimulator&) = delete;

  std::uint32_t customers() const {
    return static_cast<std::uint32_t>(population_.customers().size());
  }

  // The JSON of one account holder, `index` below customers(). Valid until the next call.
  std::string_view holder(std::uint32_t index);
  static std::uint64_t user_id(std::uint32_t index) { return BankPopulation::user_id(index); }

  // False when all transactions have been given.
  bool next(SimulatedTransaction& out);

 private:
  struct Later {
    bool operator()(const BankEvent& a, const BankEvent& b) const {
      if (a.time_ms != b.time_ms) return a.time_ms > b.time_ms;
      if (a.incident != b.incident) return a.incident > b.incident;
      return a.cents > b.cents;  // a heap's order among equals is the library's choice
    }
  };

  std::int64_t gap_ms();
  void plan_incidents();
  bool plan_incident(FraudPattern pattern);
  bool ends_in_time(const std::vector<BankEvent>& events) const;
  void write(const BankEvent& event, SimulatedTransaction& out);
  void write_label(const BankEvent& event, SimulatedTransaction& out);

  BankOptions options_;
  BankPopulation population_;
  BankCalendar calendar_;
  SeededRandom random_;
  GenuineBehaviour genuine_;
  FraudPlanner planner_;

  double mean_gap_ms_;  // between genuine transactions, at average busyness
  std::int64_t start_ms_;
  std::int64_t now_ms_;
  std::int64_t next_genuine_ms_;
  double genuine_clock_;  // next_genuine_ms_ with its fraction
  std::uint64_t emitted_ = 0;
  std::uint64_t frauds_planned_ = 0;
  std::uint32_t incidents_ = 0;
  std::array<FraudPattern, fraud_pattern_count> deck_;
  std::size_t deck_next_ = fraud_pattern_count;
  std::priority_queue<BankEvent, std::vector<BankEvent>, Later> pending_;
  std::array<char, 36> id_;
  JsonLine json_;
  JsonLine label_;
};

}  // namespace assay::host
