// A worker on a mock cluster: fake sinks that keep what they get, a producer, and the questions
// that a test asks.
#pragma once

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/runtime/worker.hpp"
#include "tests/host/kafka/kafka_fixture.hpp"
#include "tests/support/dead_letter_fakes.hpp"
#include "tests/support/sink_fakes.hpp"

namespace assay::tests {

// Waits for something that another thread brings about.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + testing::patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

// What outlives a worker: the rows and cursors of a database, or what a plain sink was given.
class Store final {
 public:
  struct Cursor {
    std::int64_t epoch = 0;
    std::int64_t next = ASSAY_NO_OFFSET;
  };
  using Key = std::pair<std::string, std::int32_t>;  // step, partition
  struct State {
    std::map<Key, Cursor> cursors;
    std::map<Key, std::vector<std::int64_t>> rows;
  };

  std::vector<std::int64_t> rows(const std::string& step, std::int32_t partition = 0) const {
    const std::lock_guard lock(mutex_);
    const auto found = state_.rows.find({step, partition});
    return found == state_.rows.end() ? std::vector<std::int64_t>{} : found->second;
  }
  bool has(const std::string& step, std::size_t count, std::int32_t partition = 0) const {
    return rows(step, partition).size() >= count;
  }
  void set_cursor(const std::string& step, std::int64_t next) {
    const std::lock_guard lock(mutex_);
    state_.cursors[{step, 0}] = {1, next};
  }
  State copy() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  void restore(State state) {
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
  }
  void claimed_by_other() {
    const std::lock_guard lock(mutex_);
    for (auto& [key, cursor] : state_.cursors) ++cursor.epoch;
  }
  // Writes do not come back until release().
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void release() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    changed_.notify_all();
  }

 private:
  friend class StoreSink;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
  bool held_ = false;
};

class StoreSink final : public FakeSink {
 public:
  StoreSink(Store& store, Cursors kind) : store_(&store), transactional_(kind == Cursors::kept) {}

  void write(const Records& records, Statuses&) override {
    std::unique_lock lock(store_->mutex_);
    store_->changed_.wait(lock, [&] { return !store_->held_ || interrupted_; });
    if (store_->held_) throw Failure::transient("57014", "interrupted");
    auto& state = transactional_ ? draft_ : store_->state_;
    auto& rows = state.rows[{std::string(records.step()), records.partition()}];
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      rows.push_back(offset_of(records, row));
    }
  }
  void interrupt() override {
    {
      const std::lock_guard lock(store_->mutex_);
      interrupted_ = true;
    }
    store_->changed_.notify_all();
  }
  void claim(std::span<assay_cursor> cursors) override {
    const std::lock_guard lock(store_->mutex_);
    for (auto& cursor : cursors) {
      auto& known = store_->state_.cursors[key_of(cursor)];
      cursor.epoch = ++known.epoch;
      cursor.next_offset = known.next;
    }
  }
  void begin(std::span<assay_cursor> cursors) override {
    const std::lock_guard lock(store_->mutex_);
    for (auto& cursor : cursors) {
      auto& found = store_->state_.cursors[key_of(cursor)];
      if (found.epoch > cursor.epoch) {
        cursor.answer = ASSAY_CURSOR_FENCED;
      } else if (found.epoch < cursor.epoch || found.next < cursor.from_offset) {
        found.epoch = cursor.epoch;
        cursor.answer = ASSAY_CURSOR_BEHIND;
        cursor.next_offset = found.next;
      }
    }
    draft_ = {};
  }
  void commit(std::span<assay_cursor> cursors) override {
    const std::lock_guard lock(store_->mutex_);
    for (auto& cursor : cursors) {
      auto& known = store_->state_.cursors[key_of(cursor)];
      if (known.epoch != cursor.epoch) {  // the row is locked in truth; here it is looked at again
        cursor.answer = ASSAY_CURSOR_UNKNOWN;
        throw Failure::transient("40001", "changed meanwhile");
      }
    }
    for (auto& cursor : cursors) {
      store_->state_.cursors[key_of(cursor)].next = cursor.next_offset;
      cursor.answer = ASSAY_CURSOR_COMMITTED;
    }
    for (auto& [key, rows] : draft_.rows) {
      auto& all = store_->state_.rows[key];
      all.insert(all.end(), rows.begin(), rows.end());
    }
  }
  void position(std::span<assay_cursor> cursors) override {
    begin(cursors);
    for (auto& cursor : cursors) {
      if (cursor.answer != 0) continue;
      cursor.answer = ASSAY_CURSOR_BEHIND;
      cursor.next_offset = cursor.from_offset;
    }
  }

 private:
  static Store::Key key_of(const assay_cursor& cursor) {
    return {std::string(cursor.step.data, cursor.step.size), cursor.partition};
  }
  Store* store_;
  bool transactional_;
  bool interrupted_ = false;
  Store::State draft_;
};

// One worker with everything around it. Steps are added before run().
class WorkerBench final {
 public:
  WorkerBench(const std::string& address, host::DeadLetters& letters)
      : address_(address), letters_(&letters) {
    using core::FieldKind;
    using core::FieldRole;
    schema_ = core::Schema::make({{"id", FieldKind::text, "", false, FieldRole::id},
                                  {"time", FieldKind::time, "", true, FieldRole::time},
                                  {"amount", FieldKind::decimal, "", true, FieldRole::amount}})
                  .value();
    schema_->add_to(blueprint.layout);
    blueprint.topic = "payments";
    blueprint.group = "detectors";
    blueprint.slots.record_offset = blueprint.layout.add("record_offset", core::FieldType::int64);
    options.grace = std::chrono::milliseconds(10'000);
    options.session = std::chrono::milliseconds(1);
  }
  ~WorkerBench() {
    stop();
    routes_.clear();
  }

  void add_step(const std::string& id, Store& store, Cursors cursors, bool required = true) {
    core::Step step;
    step.id = id;
    step.sink = plugins_.size();
    step.required = required;
    step.transactional = cursors == Cursors::kept;
    step.columns = {blueprint.layout.find("record_offset"), blueprint.layout.find("amount"),
                    std::nullopt};  // nobody has bound the record's time
    blueprint.steps.push_back(step);
    sinks_.push_back(std::make_unique<StoreSink>(store, cursors));
    plugins_.push_back(std::make_unique<FakePlugin>(*sinks_.back(), cursors));
  }

  void run(bool wait = true) {
    auto block = std::make_unique<core::RowBlock>(blueprint.layout,
                                                  core::RowBlock::Capacity{64, 1 << 16, 1 << 12});
    core::Pipeline::Parts pipeline{
        std::move(block), core::Decoder(*schema_, blueprint.layout, {}), core::RuleSet({}, {}), {}};
    host::Worker::Parts parts{.blueprint = &blueprint,
                              .pipeline = std::move(pipeline),
                              .consumer = {},
                              .reopen = {},
                              .sinks = {},
                              .dead_letters = letters_,
                              .payload_key = nullptr,
                              .holders_unknown = {},
                              .partition_rules = {},
                              .state = state,
                              .number = 0,
                              .stream = {blueprint.group, blueprint.topic, "cluster", {}},
                              .options = options};
    auto consumer = testing::consumer_options(address_, blueprint.topic);
    consumer.member = member;
    parts.consumer = std::move(host::Consumer::open(std::move(consumer)).value());
    for (const auto& plugin : plugins_) {
      std::vector<std::unique_ptr<host::SinkThread>> threads;
      threads.push_back(std::make_unique<host::SinkThread>(**plugin, *letters_, 1 << 20, guard));
      routes_.push_back(std::make_unique<host::SinkRoute>(std::move(threads)));
      parts.sinks.push_back(routes_.back().get());
    }
    for (const auto& step : blueprint.steps) parts.stream.steps.push_back(step.id);
    worker = std::make_unique<host::Worker>(std::move(parts));
    thread_ = std::jthread([this](const std::stop_token& stop) { end = worker->run(stop, hurry); });
    if (!wait) return;
    EXPECT_TRUE(eventually([&] { return worker->snapshot().partitions > 0; }));
  }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  core::Blueprint blueprint;
  host::WorkerOptions options;
  core::AlarmLimits guard = kGuard;
  std::string member = "host";
  host::StateKeeper* state = nullptr;  // outlives the bench
  std::atomic<bool> hurry = false;
  std::unique_ptr<host::Worker> worker;
  host::Worker::End end = host::Worker::End::failed;

 private:
  std::string address_;
  host::DeadLetters* letters_;
  std::optional<core::Schema> schema_;
  std::vector<std::unique_ptr<StoreSink>> sinks_;
  std::vector<std::unique_ptr<FakePlugin>> plugins_;
  std::vector<std::unique_ptr<host::SinkRoute>> routes_;
  std::jthread thread_;
};

// Payments "from" to "to - 1", each with its number as amount and id.
inline void produce(const std::string& address, std::int32_t partition, int from, int to) {
  host::KafkaHooks hooks;
  auto conf = host::make_conf({{"bootstrap.servers", address}, {"linger.ms", "0"}}, hooks);
  const auto client = host::make_client(RD_KAFKA_PRODUCER, std::move(*conf)).value();
  for (int i = from; i < to; ++i) {
    const auto number = std::to_string(i);
    const auto text = R"({"id":")" + number + R"(","time":1700000000,"amount":)" + number + "}";
    ASSERT_EQ(rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC("payments"),
                                RD_KAFKA_V_PARTITION(partition),
                                RD_KAFKA_V_VALUE(const_cast<char*>(text.data()), text.size()),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  ASSERT_EQ(rd_kafka_flush(client.get(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
}

inline std::unique_ptr<host::Consumer> outsider(const std::string& address) {
  auto options = testing::consumer_options(address, "payments");
  options.membership = host::Membership::none;
  return std::move(host::Consumer::open(std::move(options)).value());
}

// What the group has committed of a partition; -1 for nothing.
inline std::int64_t committed(const std::string& address, std::int32_t partition = 0) {
  const std::vector<core::PartitionId> asked{{partition}};
  const auto found = outsider(address)->committed(asked, std::chrono::seconds(10)).value();
  return found.empty() ? -1 : found.begin()->second.value;
}

inline void commit(const std::string& address, std::int64_t offset) {
  const auto consumer = outsider(address);
  const std::vector<host::Position> start{{{0}, {0}}};
  const std::vector<host::Position> wanted{{{0}, {offset}}};
  ASSERT_TRUE(consumer->start(start));
  ASSERT_TRUE(consumer->commit_and_wait(wanted, std::chrono::seconds(10)));
}

inline std::vector<std::int64_t> range(std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> all;
  for (auto at = from; at < to; ++at) all.push_back(at);
  return all;
}

}  // namespace assay::tests
