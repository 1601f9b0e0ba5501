// A pipeline on the table: a small schema, rules from lambdas, and an outlet that keeps what comes.
//
// Everything is set up in the open (`blueprint`, `add_rule`, `add_step`) until the first shard() or
// send(); then it is built and stays. Messages are JSON texts.
#pragma once

#include <assay/plugin.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/pipeline/pipeline.hpp"
#include "tests/support/rule_fakes.hpp"

namespace assay::tests {

class PipelineBench final : public core::Outlet {
 public:
  struct Departed {
    core::Shard* shard;
    core::Shard::Departure departure;
    std::vector<core::Reject> rejects;
  };

  PipelineBench() {
    using core::FieldKind;
    using core::FieldRole;
    schema_ = core::Schema::make({{"id", FieldKind::text, "", false, FieldRole::id},
                                  {"time", FieldKind::time, "", true, FieldRole::time},
                                  {"amount", FieldKind::decimal, "", true, FieldRole::amount},
                                  {"city", FieldKind::text, "", false, FieldRole::none}})
                  .value();
    schema_->add_to(blueprint.layout);
    blueprint.topic = "payments";
    blueprint.group = "assay";
    blueprint.config_hash = "c0ffee";
    blueprint.card_key_id = "k1";
    auto& slots = blueprint.slots;
    slots.decision = add("decision", core::FieldType::text);
    slots.score = add("score", core::FieldType::float64);
    slots.decided_at = add("decided_at", core::FieldType::time);
    slots.record_offset = add("record_offset", core::FieldType::int64);
    slots.record_time = add("record_time", core::FieldType::time);
    slots.config_hash = add("config_hash", core::FieldType::text);
    slots.card_key_id = add("card_key_id", core::FieldType::text);
    slots.inconclusive_rules = add("inconclusive_rules", core::FieldType::text);
    slots.error_rules = add("error_rules", core::FieldType::text);
    slots.id_reused = add("id_reused", core::FieldType::boolean);
  }

  core::Slot slot(std::string_view name) const { return *blueprint.layout.find(name); }

  void add_rule(core::RuleInfo info, FakeRule::Evaluate evaluate,
                std::vector<std::string> columns = {}) {
    blueprint.rules.push_back(std::move(info));
    rules_.emplace_back(std::move(evaluate));
    rule_columns_.push_back(std::move(columns));
  }

  const FakeRule& fake(std::size_t rule) const { return rules_[rule]; }

  // Decides by the amount: from 500 on a review, from 900 on a decline; inconclusive at 0.13, in
  // error at 0.14, no hit at 0.
  void add_amount_rule() {
    add_rule(rule("amount", {reason("large")}), FakeRule::each([](const Row& row) {
               const auto units = row[Field<Money>(0)]->units;
               if (units == 1'300) return answer(ASSAY_INCONCLUSIVE);
               if (units == 1'400) return answer(ASSAY_ERROR);
               return units == 0 ? answer(ASSAY_NO_HIT)
                                 : hit(static_cast<std::int32_t>(units / 10));
             }),
             {"amount"});
  }

  core::Step& add_step(std::string id, std::vector<std::string> columns) {
    core::Step step;
    step.id = std::move(id);
    for (const auto& column : columns) step.columns.push_back(blueprint.layout.find(column));
    blueprint.steps.push_back(std::move(step));
    return blueprint.steps.back();
  }

  core::Shard& shard(std::int32_t partition, std::int64_t resume = 0,
                     std::vector<std::int64_t> cursors = {},
                     std::optional<std::int64_t> replay_from = {}) {
    core::Shard::Start start;
    start.partition = core::PartitionId{partition};
    start.epoch = core::Epoch{1};
    start.resume = core::Offset{resume};
    start.dedupe_horizon = blueprint.dedupe_horizon;
    start.features = blueprint.features.get();
    for (std::size_t i = 0; i < blueprint.steps.size(); ++i) {
      start.cursors.push_back({i < cursors.size() ? cursors[i] : 0});
    }
    if (replay_from) start.replay_from = core::Offset{*replay_from};
    return shards_.emplace_back(blueprint.steps, std::move(start));
  }

  core::Pipeline& pipeline() {
    if (!pipeline_) build();
    return *pipeline_;
  }

  bool add(core::Shard& shard, std::int64_t offset, std::string_view payload,
           std::string_view key = {}) {
    return pipeline().add({payload, key, shard.partition(), core::Offset{offset}, kRecordTime},
                          shard);
  }
  // A sound message with that id and amount.
  static std::string message(std::string_view id, std::string_view amount,
                             std::string_view more = {}) {
    return R"({"id":")" + std::string(id) + R"(","time":1700000000,"amount":)" +
           std::string(amount) + std::string(more) + "}";
  }
  void run() { pipeline().run(kNow, *this); }

  void take(core::Shard& shard, core::Shard::Departure departure,
            std::vector<core::Reject> rejects) override {
    departed.push_back({&shard, std::move(departure), std::move(rejects)});
  }

  static constexpr std::int64_t kRecordTime = 1'700'000'001'000'000'000;
  static constexpr std::int64_t kNow = 1'700'000'002'000'000'000;

  core::Blueprint blueprint;
  core::RowBlock::Capacity capacity{512, 1u << 16, 1u << 12};
  core::DecodeOptions options;
  std::vector<core::Enricher*> enrichers;
  core::DeclineWatch* declines = nullptr;
  std::vector<Departed> departed;

 private:
  core::Slot add(std::string_view name, core::FieldType type) {
    return blueprint.layout.add(name, type);
  }
  void build() {
    auto block = std::make_unique<core::RowBlock>(blueprint.layout, capacity);
    std::vector<core::RuleSet::Member> members;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      std::vector<std::optional<core::Slot>> columns;
      for (const auto& name : rule_columns_[i]) columns.push_back(blueprint.layout.find(name));
      members.push_back(rules_[i].member(
          block->add_header(columns.data(), static_cast<std::uint32_t>(columns.size()))));
    }
    core::Pipeline::Parts parts{std::move(block),
                                core::Decoder(*schema_, blueprint.layout, options),
                                core::RuleSet(std::move(members), blueprint.rules), enrichers};
    parts.declines = declines;
    pipeline_.emplace(blueprint, std::move(parts));
  }

  std::optional<core::Schema> schema_;
  std::deque<FakeRule> rules_;
  std::vector<std::vector<std::string>> rule_columns_;
  std::deque<core::Shard> shards_;
  std::optional<core::Pipeline> pipeline_;
};

}  // namespace assay::tests
