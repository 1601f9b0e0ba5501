// A stream of payments and an engine for it that lives several lives, without Kafka: what it is
// told to resume at, a log gives again.
//
// The stream is made from a seed: customers (each in one partition), merchants (in all of them),
// ids that come twice, records out of order, records that are no transactions. What the engine
// delivers is kept as text, by partition and offset: decision, score, and everything that history
// answers.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/pipeline/pipeline.hpp"
#include "host/runtime/partition_states.hpp"
#include "host/runtime/stripe_locks.hpp"
#include "tests/support/record_fakes.hpp"
#include "tests/support/rule_fakes.hpp"

namespace assay::tests {

struct Sent {
  core::PartitionId partition;
  core::Offset offset;
  std::string payload;
};

using Place = std::pair<std::int32_t, std::int64_t>;  // partition, offset

// A rule that remembers: its score is the amounts it has seen so far, in whole units, modulo 100.
struct SummingRule {
  std::int64_t sum = 0;

  static SummingRule& of(assay_rule* rule) { return *reinterpret_cast<SummingRule*>(rule); }
  static void destroy(assay_rule* rule) { delete &of(rule); }
  static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                               const assay_verdicts* verdicts, assay_error*) {
    for (std::uint32_t i = 0; i < batch->rows; ++i) {
      of(rule).sum += Row(*batch, i)[Field<Money>(0)]->units / 10'000;
      verdicts->rows[i] = hit(static_cast<std::int32_t>(of(rule).sum % 100));
    }
    return ASSAY_OK;
  }
  static assay_status save(assay_rule* rule, const assay_stream* stream, assay_error*) {
    return stream->write(stream, &of(rule).sum, sizeof(std::int64_t));
  }
  static assay_status load(assay_rule* rule, const assay_stream* stream, std::uint64_t,
                           assay_error* error) {
    std::int64_t sum = 0;
    if (stream->read(stream, &sum, sizeof sum) != sizeof sum) return fail(*error, "too short");
    of(rule).sum = sum;
    return ASSAY_OK;
  }
  static const assay_rule_api& table() {
    static const assay_rule_api api = [] {
      assay_rule_api made{};
      made.size = sizeof made;
      made.flags = ASSAY_RULE_STATEFUL;
      made.state_version = 1;
      made.destroy = destroy;
      made.evaluate = evaluate;
      made.save = save;
      made.load = load;
      return made;
    }();
    return api;
  }
};

class StateWorld final {
 public:
  static constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000'000;

  StateWorld(std::size_t records, std::int32_t count, bool shared, std::uint32_t seed = 1) {
    using core::FieldKind;
    using core::FieldRole;
    schema = core::Schema::make({{"id", FieldKind::text, "", false, FieldRole::id},
                                 {"time", FieldKind::time, "", true, FieldRole::time},
                                 {"amount", FieldKind::decimal, "", true, FieldRole::amount},
                                 {"user", FieldKind::int64, "", true, FieldRole::customer},
                                 {"merchant", FieldKind::text, "", false, FieldRole::none}})
                 .value();
    schema->add_to(blueprint.layout);
    blueprint.topic = "payments";
    blueprint.group = "assay";
    blueprint.dedupe_horizon = kDay;
    blueprint.slots.decision = blueprint.layout.add("decision", core::FieldType::text);
    blueprint.slots.score = blueprint.layout.add("score", core::FieldType::float64);
    blueprint.slots.id_reused = blueprint.layout.add("id_reused", core::FieldType::boolean);
    blueprint.slots.record_offset = blueprint.layout.add("record_offset", core::FieldType::int64);
    blueprint.rules.push_back(rule("sum", {reason("sum")}));
    remember(shared);
    fill(records, count, seed);
  }

  core::Blueprint blueprint;
  std::optional<core::Schema> schema;
  std::vector<Sent> log;  // in the order in which the engine comes to them
  std::int32_t partitions = 0;

 private:
  void remember(bool shared) {
    core::FeatureOptions options;
    options.time = *blueprint.layout.find("time");
    options.partition_keys = {"user"};
    options.exact_events = 64;
    auto plan = std::make_shared<core::FeaturePlan>(options);
    core::FeatureScope scope;
    scope.find = [this](std::string_view name) -> std::optional<core::NamedField> {
      const auto slot = blueprint.layout.find(name);
      if (!slot) return std::nullopt;
      return core::NamedField{*slot, blueprint.layout[*slot].type};
    };
    std::vector<const char*> texts{"count() by user over 10m",
                                   "sum(amount) by user over 24h",
                                   "mean(amount) by user over previous 30d",
                                   "distinct(merchant) by user over 1h",
                                   "last(merchant) by user",
                                   "elapsed() by user",
                                   "first_seen(merchant) by user"};
    if (shared) {
      texts.push_back("count() by merchant over 1h");
      texts.push_back("sum(amount) by merchant over 24h");
    }
    core::Step step;
    step.id = "store";
    for (const auto* name : {"record_offset", "id", "decision", "score", "id_reused"}) {
      step.columns.push_back(blueprint.layout.find(name));
    }
    for (const auto* text : texts) {
      const auto added = plan->add(blueprint.layout, text, scope);
      if (!added) ADD_FAILURE() << text << ": " << added.error().message;
      step.columns.push_back(plan->features()[*added].value);
    }
    blueprint.steps.push_back(step);
    blueprint.features = std::move(plan);
  }

  void fill(std::size_t records, std::int32_t count, std::uint32_t seed) {
    partitions = count;
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t limit) {
      return static_cast<std::uint32_t>(random() % limit);
    };
    std::vector<std::int64_t> next(static_cast<std::size_t>(count), 0);
    std::int64_t time = 1'700'000'000;
    for (std::size_t i = 0; i < records; ++i) {
      time += below(20);
      const auto user = below(60);
      const auto partition = static_cast<std::int32_t>(user) % count;
      auto& offset = next[static_cast<std::size_t>(partition)];
      offset += below(50) == 0 ? 2 : 0;  // logs have gaps
      // One in twenty has an id that was there before, with the same content or another.
      const auto id = below(20) == 0 ? below(static_cast<std::uint32_t>(i + 1)) : i;
      const auto late = below(30) == 0 ? below(3'600) : 0;
      char text[256];
      std::snprintf(text, sizeof text,
                    R"({"id":"u%u-%zu","time":%)" PRId64
                    R"(,"amount":%u.%02u,"user":%u,"merchant":"m%u"})",
                    user, static_cast<std::size_t>(id), time - static_cast<std::int64_t>(late),
                    1 + below(400), below(100), user, below(15));
      log.push_back({{partition}, {offset++}, below(100) == 0 ? "{not json" : text});
      if (below(40) == 0) log.push_back({{partition}, {offset++}, text});  // sent twice
    }
  }
};

// What was delivered, with everything that was answered; more than one where it came again.
using Delivered = std::map<Place, std::set<std::string>>;

// State as what was written: the front as it came, then items in order of their text.
class StateText final : public core::StateSink {
 public:
  void write(std::span<const std::byte> bytes) override {
    const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    // A group of ids is a mark, a count and the ids, which stand together by chance.
    core::StateMark mark = 0;
    if (bytes.size() == sizeof mark) std::memcpy(&mark, bytes.data(), sizeof mark);
    if (in_front_) {
      front_ += text + "|";
    } else if (ids_ == 0 && mark == core::kStateIds) {
      ids_ = 2;
    } else if (ids_ > 0) {
      if (--ids_ > 0) return;
      for (std::size_t at = 0; at < text.size(); at += kId) items_.push_back(text.substr(at, kId));
    } else {
      items_.push_back(text);
    }
  }
  void front_ends() { in_front_ = false; }
  [[nodiscard]] std::vector<std::string> parts() const {
    auto all = items_;
    std::ranges::sort(all);
    all.insert(all.begin(), front_);
    return all;
  }

 private:
  static constexpr std::size_t kId = 24;  // bytes

  bool in_front_ = true;
  int ids_ = 0;  // writes of a group that are still to come
  std::string front_;
  std::vector<std::string> items_;
};

// When snapshots are taken, besides StateLife::save().
struct Saving {
  std::chrono::milliseconds interval = std::chrono::hours(1);
  host::SnapshotLimits limits = {};
};
// Always, in slices of a few keys.
inline Saving in_slices() {
  return {std::chrono::milliseconds(0),
          {.slice = std::chrono::nanoseconds(0), .rest = 0, .step = 600}};
}

// One life of the engine: some workers, the partitions that they were given, what they share.
class StateLife final : public core::Outlet {
 public:
  // Without a folder nothing is brought back and nothing kept. `plan` tells configurations apart.
  StateLife(const StateWorld& world, const std::filesystem::path& folder, Delivered& delivered,
            std::size_t workers = 1, const std::string& plan = "p1", const Saving& saving = {})
      : world_(&world), delivered_(&delivered), shared_(*world.blueprint.features, locks_) {
    const bool shares =
        std::ranges::any_of(world.blueprint.features->stores(), &core::StorePlan::shared);
    if (!folder.empty()) {
      keeper_ = std::make_unique<host::StateKeeper>(
          host::SnapshotFolder(
              folder,
              {.group = "assay", .topic = "payments", .cluster = "c", .plan = plan, .engine = {}},
              [this](const std::string& words) { warnings.push_back(words); }),
          saving.interval, shares ? &shared_ : nullptr, saving.limits);
      keeper_->restore_shared();
    }
    for (std::size_t i = 0; i < workers; ++i) workers_.push_back(make_worker());
  }

  // Answers where reading begins.
  std::int64_t assign(std::int32_t partition, std::int64_t resume, std::size_t worker = 0) {
    const auto make = [&](core::Offset replay_from) {
      core::Shard::Start start;
      start.partition = {partition};
      start.resume = {resume};
      start.cursors = {core::Offset{0}};
      start.dedupe_horizon = world_->blueprint.dedupe_horizon;
      start.features = world_->blueprint.features.get();
      start.replay_from = replay_from;
      std::vector<core::PartitionRules::Instance> instances;
      instances.push_back(
          {"sum", &SummingRule::table(), reinterpret_cast<assay_rule*>(new SummingRule), 0});
      start.rules = std::make_unique<core::PartitionRules>(std::move(instances));
      return std::make_unique<core::Shard>(world_->blueprint.steps, std::move(start));
    };
    auto& one = *workers_[worker];
    auto shard = one.states.restore({partition}, {resume}, {0}, make);
    if (!shard) shard = make({0});
    const auto from = shard->next().value;
    const auto index = static_cast<std::size_t>(partition);
    if (one.shards.size() <= index) one.shards.resize(index + 1);
    one.shards[index] = std::move(shard);
    return from;
  }
  // What is under way ends with the partition.
  void take_away(std::int32_t partition, std::size_t worker) {
    auto& one = *workers_[worker];
    one.shards[static_cast<std::size_t>(partition)].reset();
    one.states.forget({partition});
  }

  // The records of the log between two places in it, in batches; what a shard has seen is skipped.
  void read(std::size_t from, std::size_t to, std::uint32_t batch = 17) {
    std::size_t in_batch = 0;
    for (auto i = from; i < to; ++i) {
      const auto& sent = world_->log[i];
      for (auto& worker : workers_) {
        auto* shard = worker->shard(sent.partition);
        if (!shard || sent.offset < shard->next()) continue;
        const core::Message message{sent.payload, {}, sent.partition, sent.offset, 0};
        if (!worker->pipeline.add(message, *shard)) ADD_FAILURE() << "the batch is full";
      }
      if (++in_batch % batch == 0) run();
    }
    run();
  }

  // As at a drain.
  void save() {
    for (auto& worker : workers_) worker->states.save_all(worker->shards, kPatience);
    if (keeper_) {
      keeper_->finish();
      flush();
    }
  }
  // Whatever was taken whole is written.
  void flush() { EXPECT_TRUE(keeper_->flush(kPatience)); }
  // As between two batches.
  void turn() {
    for (auto& worker : workers_) worker->states.turn(worker->shards);
  }
  // All that a partition remembers, and all that partitions share, in one order whatever it was.
  [[nodiscard]] std::vector<std::string> state_of(std::int32_t partition, std::size_t worker = 0) {
    StateText text;
    auto& shard = *workers_[worker]->shard({partition});
    EXPECT_TRUE(shard.begin_save(text));
    text.front_ends();
    EXPECT_TRUE(shard.save_some(core::kAllWork));
    return text.parts();
  }
  [[nodiscard]] std::vector<std::string> shared_state() {
    StateText text;
    std::array<core::StateSink*, core::StripeLock::kStripes> stripes{};
    stripes.fill(&text);
    shared_.begin_save(text, stripes);
    text.front_ends();
    for (std::uint32_t i = 0; i < stripes.size(); ++i) {
      auto all = core::kAllWork;
      EXPECT_TRUE(shared_.save_some(i, all));
    }
    return text.parts();
  }
  void delivered_up_to(std::int32_t partition, std::int64_t next) {
    for (auto& worker : workers_) {
      if (worker->shard({partition})) worker->states.delivered({partition}, {next}, {next});
    }
  }

  [[nodiscard]] std::uint64_t replayed() const {
    std::uint64_t all = 0;
    for (const auto& worker : workers_) all += worker->pipeline.counters().replayed;
    return all;
  }
  [[nodiscard]] const host::StateKeeper& keeper() const { return *keeper_; }

  std::vector<std::string> warnings;

 private:
  static constexpr std::chrono::seconds kPatience{60};

  struct Worker {
    Worker(const core::Blueprint& blueprint, core::Pipeline::Parts parts, host::StateKeeper* keeper)
        : pipeline(blueprint, std::move(parts)), states(keeper) {}
    core::Shard* shard(core::PartitionId partition) {
      const auto index = static_cast<std::size_t>(partition.value);
      return index < shards.size() ? shards[index].get() : nullptr;
    }
    core::Pipeline pipeline;
    host::PartitionStates states;
    std::vector<std::unique_ptr<core::Shard>> shards;
  };

  std::unique_ptr<Worker> make_worker() {
    const auto& blueprint = world_->blueprint;
    auto block = std::make_unique<core::RowBlock>(
        blueprint.layout, core::RowBlock::Capacity{512, 1u << 18, 1u << 12, true});
    const std::vector<std::optional<core::Slot>> columns{blueprint.layout.find("amount")};
    auto* header = block->add_gathered_header(columns.data(), 1);
    core::RuleSet rules({{&SummingRule::table(), nullptr, header, nullptr}}, blueprint.rules);
    return std::make_unique<Worker>(
        blueprint,
        core::Pipeline::Parts{.block = std::move(block),
                              .decoder = core::Decoder(*world_->schema, blueprint.layout, {}),
                              .rules = std::move(rules),
                              .enrichers = {},
                              .text_room = 256,
                              .shared_history = &shared_},
        keeper_.get());
  }

  void run() {
    for (auto& worker : workers_) {
      const auto pass = worker->states.enter();
      if (!worker->pipeline.empty()) worker->pipeline.run(0, *this);
      worker->states.stand(worker->shards);
    }
  }

  void take(core::Shard& shard, core::Shard::Departure departure,
            std::vector<core::Reject>) override {
    const auto& block = departure.blocks[0];
    if (!block) return;
    const Relocated copy(block);
    const auto& step = world_->blueprint.steps[0];
    for (std::uint32_t i = 0; i < copy.records().size(); ++i) {
      const auto row = copy.records()[i];
      std::string text;
      for (std::uint32_t column = 0; column < step.columns.size(); ++column) {
        text += cell(row, column, world_->blueprint.layout[*step.columns[column]].type) + " ";
      }
      const auto offset = *row[Field<std::int64_t>(0)];
      (*delivered_)[{shard.partition().value, offset}].insert(text);
    }
  }
  static std::string cell(const Row& row, std::uint32_t column, core::FieldType type) {
    if (type == core::FieldType::text) {
      return std::string(row[Field<std::string_view>(column)].value_or("-"));
    }
    if (type == core::FieldType::float64) {
      const auto value = row[Field<double>(column)];
      char text[64];
      std::snprintf(text, sizeof text, "%a", value.value_or(-1));
      return value ? text : "-";
    }
    const auto value = row[Field<std::int64_t>(column)];
    return value ? std::to_string(*value) : "-";
  }

  const StateWorld* world_;
  Delivered* delivered_;
  host::StripeLocks locks_;
  core::SharedHistory shared_;
  std::unique_ptr<host::StateKeeper> keeper_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace assay::tests
