// Features on the table: a small schema, predicates from a word, rows put in one by one.
//
// Fields: time, user (int64), card (token), merchant and status (text), amount (decimal), currency,
// score (double), latitude, longitude, quantity (int64). The predicates `small`, `ok` and `broken`
// hold for amounts of at most 10.00, for the status "ok" (absent without one), and fail.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/features/feature_engine.hpp"
#include "core/features/feature_plan.hpp"

namespace assay::tests {

struct Transaction {
  std::int64_t time = 0;  // nanoseconds
  std::optional<std::int64_t> user = 1;
  std::optional<std::uint64_t> card = {};
  std::optional<std::string> merchant = {};
  std::optional<std::string> status = {};
  std::optional<std::int64_t> amount = {};  // scale 4
  std::optional<std::string> currency = "EUR";
  std::optional<double> score = {};
  std::optional<double> latitude = {};
  std::optional<double> longitude = {};
  std::optional<std::int64_t> quantity = {};
  std::optional<std::string> id = {};
  std::optional<std::string> reverses = {};
};

class FeatureBench {
 public:
  static constexpr std::int64_t kSecond = 1'000'000'000;
  static constexpr std::int64_t kMinute = 60 * kSecond;
  static constexpr std::int64_t kHour = 60 * kMinute;
  static constexpr std::int64_t kDay = 24 * kHour;

  explicit FeatureBench(core::FeatureOptions options = {}) {
    using core::FieldType;
    slots_ = {
        layout.add("time", FieldType::time),        layout.add("user", FieldType::int64),
        layout.add("card", FieldType::token),       layout.add("merchant", FieldType::text),
        layout.add("status", FieldType::text),      layout.add("amount", FieldType::decimal),
        layout.add("currency", FieldType::text),    layout.add("score", FieldType::float64),
        layout.add("latitude", FieldType::float64), layout.add("longitude", FieldType::float64),
        layout.add("quantity", FieldType::int64),   layout.add("id", FieldType::text),
        layout.add("reverses", FieldType::text)};
    options.time = slots_[0];
    options.currency = slots_[6];
    options.id = slots_[11];
    plan = std::make_unique<core::FeaturePlan>(with_reversals(std::move(options)));
  }

  core::FeatureScope scope() const {
    core::FeatureScope scope;
    scope.find = [this](std::string_view name) -> std::optional<core::NamedField> {
      const auto slot = layout.find(name);
      if (!slot) return std::nullopt;
      return core::NamedField{*slot, layout[*slot].type};
    };
    scope.names = [this] {
      std::vector<std::string> names;
      for (const auto& entry : layout.entries()) names.push_back(entry.name);
      return names;
    };
    scope.compile = [this](std::string_view where)
        -> tl::expected<std::unique_ptr<core::Condition>, core::FeatureFault> {
      if (where != "small" && where != "ok" && where != "broken") {
        return tl::unexpected(core::FeatureFault{1, 2, "no such predicate", {}, {}});
      }
      return std::make_unique<Predicate>(std::string(where), slots_[5], slots_[4]);
    };
    return scope;
  }

  std::uint32_t feature(std::string_view text) {
    const auto added = plan->add(layout, text, scope());
    EXPECT_TRUE(added) << text << ": " << added.error().message;
    return added ? *added : 0;
  }

  // Puts a transaction through, as a batch of its own. The row can then be read.
  void put(const Transaction& transaction, std::optional<std::int64_t> offset = {}) {
    build();
    block->clear();
    origins_.clear();
    add_to_batch(transaction, offset);
    run();
  }
  void add_to_batch(const Transaction& transaction, std::optional<std::int64_t> offset = {}) {
    build();
    const auto row = block->add_row();
    fill(row, transaction);
    offset_ = offset.value_or(offset_ + 1);
    origins_.push_back({history.get(), core::PartitionId{0}, core::Offset{offset_}});
  }
  void run() { engine->run(*block, origins_); }
  void clear() {
    block->clear();
    origins_.clear();
  }

  // Of the newest batch.
  std::optional<std::int64_t> int64(std::uint32_t feature, std::uint32_t row = 0) const {
    const auto slot = plan->features()[feature].value;
    if (!block->has(row, slot)) return std::nullopt;
    return block->int64(row, slot);
  }
  std::optional<double> number(std::uint32_t feature, std::uint32_t row = 0) const {
    const auto slot = plan->features()[feature].value;
    if (!block->has(row, slot)) return std::nullopt;
    return block->float64(row, slot);
  }
  std::optional<std::string> text(std::uint32_t feature, std::uint32_t row = 0) const {
    const auto slot = plan->features()[feature].value;
    if (!block->has(row, slot)) return std::nullopt;
    return std::string(block->text(row, slot));
  }
  std::int64_t flags(std::uint32_t feature, std::uint32_t row = 0) const {
    return block->int64(row, *plan->features()[feature].flags);
  }
  std::int64_t coverage(std::uint32_t feature, std::uint32_t row = 0) const {
    return block->int64(row, *plan->features()[feature].coverage);
  }

  void build() {
    if (engine) return;
    for (std::uint32_t i = 0; i < plan->features().size(); ++i) {
      plan->coverage(layout, i);
      plan->flags(layout, i);
    }
    block = std::make_unique<core::RowBlock>(layout, core::RowBlock::Capacity{512, 1u << 16, 64});
    history = std::make_unique<core::PartitionHistory>(*plan);
    shared = std::make_unique<core::SharedHistory>(*plan, no_lock_);
    engine = std::make_unique<core::FeatureEngine>(*plan, shared.get(), layout, 512);
  }

  // Goes on with what `elder` remembers, which must outlive it.
  void take_over(FeatureBench& elder) {
    build();
    history = std::move(elder.history);
    shared = std::move(elder.shared);
    history->succeed(*plan);
    shared->succeed(*plan);
    engine = std::make_unique<core::FeatureEngine>(*plan, shared.get(), layout, 512);
    offset_ = elder.offset_;
  }

  core::Layout layout;
  std::unique_ptr<core::FeaturePlan> plan;
  std::unique_ptr<core::RowBlock> block;
  std::unique_ptr<core::PartitionHistory> history;
  std::unique_ptr<core::SharedHistory> shared;
  std::unique_ptr<core::FeatureEngine> engine;

 private:
  class Predicate final : public core::Condition {
   public:
    Predicate(std::string word, core::Slot amount, core::Slot status)
        : word_(std::move(word)), amount_(amount), status_(status) {}
    core::Truth test(const core::RowBlock& rows, std::uint32_t row) const override {
      if (word_ == "broken") return core::Truth::error;
      const auto slot = word_ == "small" ? amount_ : status_;
      if (!rows.has(row, slot)) return core::Truth::absent;
      const bool holds =
          word_ == "small" ? rows.int64(row, slot) <= 100'000 : rows.text(row, slot) == "ok";
      return holds ? core::Truth::yes : core::Truth::no;
    }

   private:
    std::string word_;
    core::Slot amount_;
    core::Slot status_;
  };

  core::FeatureOptions with_reversals(core::FeatureOptions options) const {
    if (options.reversal) options.reversal = slots_[12];
    return options;
  }

  void fill(std::uint32_t row, const Transaction& one) {
    block->put_int64(row, slots_[0], one.time);
    if (one.user) block->put_int64(row, slots_[1], *one.user);
    if (one.card) block->put_token(row, slots_[2], {*one.card * 7919, *one.card});
    if (one.merchant) block->put_text(row, slots_[3], *one.merchant);
    if (one.status) block->put_text(row, slots_[4], *one.status);
    if (one.amount) block->put_int64(row, slots_[5], *one.amount);
    if (one.currency) block->put_text(row, slots_[6], *one.currency);
    if (one.score) block->put_double(row, slots_[7], *one.score);
    if (one.latitude) block->put_double(row, slots_[8], *one.latitude);
    if (one.longitude) block->put_double(row, slots_[9], *one.longitude);
    if (one.quantity) block->put_int64(row, slots_[10], *one.quantity);
    if (one.id) block->put_text(row, slots_[11], *one.id);
    if (one.reverses) block->put_text(row, slots_[12], *one.reverses);
  }

  std::vector<core::Slot> slots_;
  core::NoStripeLock no_lock_;
  std::vector<core::FeatureEngine::Origin> origins_;
  std::int64_t offset_ = -1;
};

}  // namespace assay::tests
