#include "host/produce/producer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "host/produce/kafka_producer.hpp"
#include "host/produce/retention_guard.hpp"

namespace assay::host {
namespace {

using Kind = ProduceError::Kind;
using SteadyClock = std::chrono::steady_clock;
template <typename T>
using Expected = tl::expected<T, ProduceError>;

constexpr std::chrono::milliseconds progress_interval{100};
constexpr std::chrono::milliseconds longest_pause{20};
constexpr std::chrono::milliseconds setting_timeout{1'000};
// Delivery reports are served this often; librdkafka holds some 200,000 before it says stop.
constexpr std::uint64_t records_between_polls = 256;
// Attributes, length, time and offset of one record in a batch, rounded up.
constexpr std::uint64_t framing_bytes = 24;
constexpr double linger_seconds = 0.010;

double seconds_between(SteadyClock::time_point from, SteadyClock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

class KeyText {
 public:
  explicit KeyText(std::uint64_t number) {
    const auto [end, error] = std::to_chars(digits_, digits_ + sizeof digits_, number);
    static_cast<void>(error);  // 20 digits hold any 64-bit integer
    size_ = static_cast<std::size_t>(end - digits_);
  }
  std::string_view view() const { return {digits_, size_}; }

 private:
  char digits_[20];
  std::size_t size_ = 0;
};

// The run of one produce() call.
class Run {
 public:
  Run(const ProduceOptions& options, const ProgressCallback& progress, std::stop_token stop)
      : options_(options), progress_(progress), stop_(std::move(stop)) {}

  Expected<ProduceResult> operator()() {
    if (auto ok = check_options(); !ok) return tl::unexpected{ok.error()};
    auto client = KafkaProducer::open(options_.bootstrap, options_.properties);
    if (!client) return tl::unexpected{client.error()};
    kafka_ = std::move(*client);
    auto topics = kafka_->topics(options_.reach_timeout);
    if (!topics) return tl::unexpected{topics.error()};
    if (auto ok = check_plan(*topics); !ok) return tl::unexpected{ok.error()};
    if (auto ok = create_missing(*topics); !ok) return tl::unexpected{ok.error()};

    warn_of_retention(*topics);
    BankSimulator bank{options_.bank};
    if (auto ok = send_holders(bank); !ok) return tl::unexpected{ok.error()};
    if (auto ok = send_transactions(bank); !ok) return tl::unexpected{ok.error()};
    return std::move(result_);
  }

 private:
  Expected<void> check_options() {
    const auto wrong = [](std::string text) {
      return tl::unexpected{ProduceError{Kind::options, std::move(text)}};
    };
    if (options_.partitions < 1) return wrong("the number of partitions must be at least 1");
    if (!(options_.bank.fraud_rate >= 0.0 && options_.bank.fraud_rate <= 0.5)) {
      return wrong("the fraud rate must be between 0 and 0.5");
    }
    if (!(options_.records_per_second >= 0.0)) return wrong("the rate must not be negative");
    if (options_.clock == ProduceClock::live) {
      if (options_.records_per_second <= 0.0) {
        return wrong("the live clock needs a rate (--rate): event time follows the wall clock");
      }
      options_.bank.transactions_per_second = options_.records_per_second;
      options_.bank.start = std::chrono::duration_cast<std::chrono::seconds>(
                                std::chrono::system_clock::now().time_since_epoch())
                                .count();
    }
    return {};
  }

  Expected<void> check_plan(const std::map<std::string, int>& existing) const {
    if (options_.broker_retains_bytes == 0) return {};
    const auto found = existing.find(options_.transactions_topic);
    RetentionPlan plan;
    plan.records = options_.bank.transactions;
    plan.bytes_per_record = sampled_record_bytes();
    plan.partitions = found != existing.end() ? found->second : options_.partitions;
    plan.retained_bytes = options_.broker_retains_bytes;
    const double rate = options_.records_per_second > 0 ? options_.records_per_second : 1e5;
    plan.records_per_batch = rate * linger_seconds / plan.partitions;
    if (auto kept = check_retention(plan); !kept) {
      return tl::unexpected{ProduceError{Kind::options, kept.error()}};
    }
    return {};
  }

  // The first thousand transactions of a bank of the same kind, with key and framing.
  std::uint64_t sampled_record_bytes() const {
    BankOptions sample = options_.bank;
    sample.transactions = 1'000;
    sample.customers = 100;
    BankSimulator bank{sample};
    SimulatedTransaction transaction{};
    std::uint64_t bytes = 0;
    while (bank.next(transaction)) {
      bytes += transaction.json.size() + KeyText{transaction.user_id}.view().size() + framing_bytes;
    }
    return bytes / sample.transactions;
  }

  Expected<void> create_missing(const std::map<std::string, int>& existing) {
    if (!options_.create_topics) return {};
    for (const std::string* name :
         {&options_.holders_topic, &options_.transactions_topic, &options_.labels_topic}) {
      if (existing.contains(*name)) continue;
      KafkaProducer::NewTopic topic{*name, options_.partitions, {}};
      topic.configuration["message.timestamp.type"] = "CreateTime";
      if (name == &options_.holders_topic) {
        topic.configuration["cleanup.policy"] = "compact";
      } else if (options_.clock == ProduceClock::historical) {
        // By default the broker drops what is a week old, and these records are born old.
        topic.configuration["retention.ms"] = "-1";
      }
      auto created = kafka_->create_topic(topic, options_.create_timeout);
      if (!created) return tl::unexpected{created.error()};
      if (*created == KafkaProducer::Created::broker_cannot) {
        result_.warnings.push_back(
            "the broker has no admin interface for topics; it creates them by itself");
        return {};
      }
    }
    return {};
  }

  // A topic that was there before may drop records that are born older than it keeps any. Asked
  // only where a broker is expected to know: one with a stated retention in bytes is a mock
  // cluster, which would stay silent.
  void warn_of_retention(const std::map<std::string, int>& existing) {
    if (options_.clock != ProduceClock::historical || options_.broker_retains_bytes > 0) return;
    const std::int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                                    std::chrono::system_clock::now().time_since_epoch())
                                    .count();
    for (const std::string* name : {&options_.transactions_topic, &options_.labels_topic}) {
      if (!existing.contains(*name)) continue;
      const auto kept = kafka_->topic_setting(*name, "retention.ms", setting_timeout);
      if (!kept) return;
      const std::int64_t kept_ms = std::strtoll(kept->c_str(), nullptr, 10);
      if (kept_ms < 0 || options_.bank.start * 1000 >= now_ms - kept_ms) continue;
      result_.warnings.push_back("topic '" + *name + "' keeps records for " +
                                 std::to_string(kept_ms / 3'600'000) +
                                 " hours, and these begin further back: the broker may drop them; "
                                 "set its retention.ms to -1, or choose a later --start");
    }
  }

  // Holders carry the time at which the simulation begins: they exist before the first transaction.
  Expected<void> send_holders(BankSimulator& bank) {
    const std::int64_t time_ms = options_.bank.start * 1000;
    for (std::uint32_t i = 0; i < bank.customers(); ++i) {
      const KeyText key{BankSimulator::user_id(i)};  // always: the topic is compacted by key
      if (auto ok = kafka_->send(options_.holders_topic, key.view(), bank.holder(i), time_ms);
          !ok) {
        return ok;
      }
      if (i % records_between_polls == 0) {
        if (auto ok = serve(); !ok) return ok;
      }
    }
    if (auto ok = drain(); !ok) return ok;
    result_.holders = bank.customers();
    return {};
  }

  Expected<void> send_transactions(BankSimulator& bank) {
    started_ = SteadyClock::now();
    started_on_the_wall_ms_ = options_.bank.start * 1000;
    incident_seen_.assign(1024, 0);
    SimulatedTransaction transaction{};
    while (bank.next(transaction)) {
      if (auto ok = wait_for_turn(transaction); !ok) return ok;
      const KeyText key{transaction.user_id};
      const std::int64_t time_ms = transaction.timestamp * 1000;
      if (auto ok = kafka_->send(options_.transactions_topic,
                                 options_.keyed ? key.view() : std::string_view{}, transaction.json,
                                 time_ms);
          !ok) {
        return ok;
      }
      if (auto ok = send_label(transaction, time_ms); !ok) return ok;
      if (produced_++ == 0) result_.first_timestamp = transaction.timestamp;
      result_.last_timestamp = transaction.timestamp;
      if (produced_ % records_between_polls == 0) {
        if (auto ok = serve(); !ok) return ok;
      }
    }
    if (auto ok = drain(); !ok) return ok;
    result_.produced = produced_;
    result_.elapsed_seconds = seconds_between(started_, SteadyClock::now());
    report(true);
    return {};
  }

  Expected<void> send_label(const SimulatedTransaction& transaction, std::int64_t time_ms) {
    if (!transaction.pattern) return {};
    if (auto ok = kafka_->send(options_.labels_topic, transaction.id, transaction.label, time_ms);
        !ok) {
      return ok;
    }
    ++result_.labels;
    PatternCount& count = result_.frauds[static_cast<std::size_t>(*transaction.pattern)];
    ++count.transactions;
    if (transaction.incident >= incident_seen_.size()) {
      incident_seen_.resize(transaction.incident * std::size_t{2});
    }
    if (!incident_seen_[transaction.incident]) {
      incident_seen_[transaction.incident] = true;
      ++count.incidents;
    }
    return {};
  }

  // Under a rate the n-th transaction leaves n / rate after the first, under the live clock at its
  // event time.
  Expected<void> wait_for_turn(const SimulatedTransaction& transaction) {
    if (options_.records_per_second <= 0.0) return {};
    double due_seconds = static_cast<double>(produced_) / options_.records_per_second;
    if (options_.clock == ProduceClock::live) {
      due_seconds =
          static_cast<double>(transaction.timestamp * 1000 - started_on_the_wall_ms_) / 1e3;
      // Event time has whole seconds; within one, the rate spreads the transactions.
      due_seconds =
          std::max(due_seconds, static_cast<double>(produced_) / options_.records_per_second);
    }
    for (;;) {
      const double wait = due_seconds - seconds_between(started_, SteadyClock::now());
      if (wait <= 0.0005) return {};
      const auto pause =
          std::min(longest_pause,
                   std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(wait * 1e3))});
      if (auto ok = serve(); !ok) return ok;
      std::this_thread::sleep_for(pause);
    }
  }

  Expected<void> serve() {
    if (stop_.stop_requested()) {
      return tl::unexpected{ProduceError{
          Kind::stopped, "stopped after " + std::to_string(produced_) + " transactions"}};
    }
    report(false);
    return kafka_->poll(std::chrono::milliseconds{0});
  }

  // A stop does not interrupt this: what was sent is acknowledged or fails within
  // message.timeout.ms.
  Expected<void> drain() {
    while (kafka_->acknowledged() < kafka_->sent()) {
      if (auto ok = kafka_->poll(std::chrono::milliseconds{20}); !ok) return ok;
      report(false);
    }
    return {};
  }

  void report(bool last) {
    if (!progress_ || produced_ == 0) return;
    const auto now = SteadyClock::now();
    if (!last && now - last_report_ < progress_interval) return;
    last_report_ = now;
    ProduceProgress progress;
    progress.planned = options_.bank.transactions;
    progress.produced = produced_;
    progress.acknowledged = kafka_->acknowledged();
    progress.elapsed_seconds = seconds_between(started_, now);
    progress.per_second = static_cast<double>(produced_) / std::max(progress.elapsed_seconds, 1e-3);
    progress_(progress);
  }

  ProduceOptions options_;
  const ProgressCallback& progress_;
  std::stop_token stop_;
  std::unique_ptr<KafkaProducer> kafka_;
  ProduceResult result_;
  std::uint64_t produced_ = 0;
  std::vector<bool> incident_seen_;
  SteadyClock::time_point started_;
  SteadyClock::time_point last_report_;
  std::int64_t started_on_the_wall_ms_ = 0;
};

}  // namespace

PatternCount ProduceResult::all_frauds() const {
  PatternCount all;
  for (const PatternCount& count : frauds) {
    all.transactions += count.transactions;
    all.incidents += count.incidents;
  }
  return all;
}

tl::expected<ProduceResult, ProduceError> produce(const ProduceOptions& options,
                                                  const ProgressCallback& progress,
                                                  std::stop_token stop) {
  return Run{options, progress, std::move(stop)}();
}

}  // namespace assay::host
