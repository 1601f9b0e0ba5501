// Sends a simulated bank to Kafka: account holders first, then transactions with the ground truth
// beside them. A record counts as produced only when the broker has acknowledged it; anything less
// is an error. Each record carries its event time as Kafka timestamp.
//
// Thread: one call at a time per ProduceOptions; librdkafka runs threads of its own.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/produce/bank_simulator.hpp"

namespace assay::host {

enum class ProduceClock : std::uint8_t {
  historical,  // event time runs from bank.start, as fast as records are sent
  live,        // event time is now: bank.start and the pace follow the wall clock; needs a rate
};

struct ProduceOptions {
  BankOptions bank;
  ProduceClock clock = ProduceClock::historical;
  double records_per_second = 0.0;  // transactions; 0: as fast as the broker takes them

  std::string bootstrap = "localhost:9092";
  // Passed to librdkafka as they are, over our defaults (idempotence, murmur2 partitioner, 10 ms
  // linger).
  std::map<std::string, std::string> properties;
  std::string transactions_topic = "transactions";
  std::string holders_topic = "account_holders";
  std::string labels_topic = "labels";
  bool keyed =
      true;  // key: user_id as text (transaction_id for labels); false: no key on transactions

  // Topics that do not exist are created by the admin interface with this many partitions, kept
  // without end when the clock is historical. A broker without that interface creates them by
  // itself, as it likes.
  bool create_topics = true;
  int partitions = 4;
  // What the broker keeps in a partition before it drops the oldest, in bytes; 0: all. A plan that
  // needs more than 60 % of it is refused (see retention_guard.hpp).
  std::uint64_t broker_retains_bytes = 0;

  std::chrono::milliseconds reach_timeout{10'000};  // for the first answer of the broker
  std::chrono::milliseconds create_timeout{5'000};  // for the creation of one topic
};

struct ProduceProgress {
  std::uint64_t planned = 0;       // transactions
  std::uint64_t produced = 0;      // transactions handed to librdkafka
  std::uint64_t acknowledged = 0;  // records of all topics
  double elapsed_seconds = 0.0;    // since the first transaction
  double per_second = 0.0;         // transactions, on average so far
};

struct PatternCount {
  std::uint64_t transactions = 0;
  std::uint64_t incidents = 0;
};

struct ProduceResult {
  std::uint64_t produced = 0;  // transactions acknowledged
  std::uint64_t holders = 0;
  std::uint64_t labels = 0;                                // one for each fraudulent transaction
  std::array<PatternCount, fraud_pattern_count> frauds{};  // by FraudPattern
  std::int64_t first_timestamp = 0;                        // unix seconds, of transactions
  std::int64_t last_timestamp = 0;
  double elapsed_seconds = 0.0;
  std::vector<std::string> warnings;

  PatternCount all_frauds() const;
};

struct ProduceError {
  enum class Kind : std::uint8_t {
    options,      // the plan or a setting is wrong; nothing was sent
    unreachable,  // no broker answers, or it stopped answering
    rejected,     // the broker refused a topic or a record
    stopped,      // the stop token asked for it
  };
  Kind kind;
  std::string message;  // a sentence for people, without secrets
};

// Called about ten times a second on the calling thread.
using ProgressCallback = std::function<void(const ProduceProgress&)>;

// Sends everything and waits for the last acknowledgement.
tl::expected<ProduceResult, ProduceError> produce(const ProduceOptions& options,
                                                  const ProgressCallback& progress = {},
                                                  std::stop_token stop = {});

}  // namespace assay::host
