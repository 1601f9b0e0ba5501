#include "bench/features/feature_world.hpp"

#include <stdexcept>

namespace assay::bench {
namespace {

using core::FieldType;

constexpr std::uint32_t kMost = 512;

core::FeatureOptions options(core::Slot time, core::Slot currency, const Stream& stream) {
  core::FeatureOptions options;
  options.time = time;
  options.currency = currency;
  options.partition_keys = {"card", "user", "merchant", "device"};
  options.exact_events = stream.exact_events;
  options.memory_budget = stream.memory;
  options.hash_key = {1, 2};
  return options;
}

}  // namespace

std::vector<std::string> twenty_features() {
  return {"count() by card over 10m",
          "sum(amount) by card over 24h",
          "max(amount) by card over previous 30d",
          "distinct(merchant) by card over 1h",
          "elapsed() by card",
          "count() by user over 1h",
          "mean(amount) by user over previous 30d",
          "stddev(amount) by user over previous 30d",
          "last(location) by user",
          "first_seen(merchant) by user",
          "count() by merchant over 10m",
          "sum(amount) by merchant over 1h",
          "count() by merchant over previous 24h",
          "min(amount) by merchant over 1h",
          "distinct(card) by merchant over 10m",
          "count() by device over 15m",
          "distinct(card) by device over 24h",
          "sum(amount) by device over 24h",
          "count() by device over previous 7d",
          "speed(latitude, longitude) by device"};
}

FeatureWorld::FeatureWorld(const std::vector<std::string>& features, Stream stream)
    : stream_(stream), keys_(stream.keys), plan_({}) {
  slots_ = {
      layout_.add("time", FieldType::time),        layout_.add("card", FieldType::token),
      layout_.add("user", FieldType::int64),       layout_.add("merchant", FieldType::text),
      layout_.add("device", FieldType::int64),     layout_.add("amount", FieldType::decimal),
      layout_.add("currency", FieldType::text),    layout_.add("location", FieldType::text),
      layout_.add("latitude", FieldType::float64), layout_.add("longitude", FieldType::float64)};
  auto chosen = options(slots_[0], slots_[6], stream);
  chosen.memory = &memory_;
  plan_ = core::FeaturePlan(chosen);
  core::FeatureScope scope;
  scope.find = [&](std::string_view name) -> std::optional<core::NamedField> {
    const auto slot = layout_.find(name);
    if (!slot) return std::nullopt;
    return core::NamedField{*slot, layout_[*slot].type};
  };
  for (const auto& feature : features) {
    if (!plan_.add(layout_, feature, scope)) throw std::logic_error("a feature was refused");
  }
  block_ = std::make_unique<core::RowBlock>(layout_, core::RowBlock::Capacity{kMost, 1u << 17, 64});
  history_ = std::make_unique<core::PartitionHistory>(plan_);
  history_->limit_bytes(plan_.shares(1).partition);
  shared_ = std::make_unique<core::SharedHistory>(plan_, no_lock_);
  engine_ = std::make_unique<core::FeatureEngine>(plan_, shared_.get(), layout_, kMost);
}

void FeatureWorld::put(std::uint32_t row) {
  const auto card = keys_.pick(stream_.cards);
  const auto merchant = keys_.pick(stream_.merchants);
  const auto many = keys_.random();
  now_ += stream_.step;
  auto time = now_;
  if (many % 1000 < stream_.late_per_mille) {
    time -= static_cast<std::int64_t>(1 + many / 1000 % 2000) * stream_.step;
  }
  block_->put_int64(row, slots_[0], time);
  block_->put_token(row, slots_[1], {card * 0x9e3779b97f4a7c15u, ~card});
  block_->put_int64(row, slots_[2], static_cast<std::int64_t>(card / 2));
  char name[24];
  const auto size =
      std::snprintf(name, sizeof name, "Mercado %llu", static_cast<unsigned long long>(merchant));
  block_->put_text(row, slots_[3], {name, static_cast<std::size_t>(size)});
  block_->put_int64(row, slots_[4], static_cast<std::int64_t>(card ^ (many >> 62)));
  block_->put_int64(row, slots_[5], static_cast<std::int64_t>(many >> 8 & 0xfffff));
  block_->put_text(row, slots_[6], "EUR");
  block_->put_text(row, slots_[7], (many >> 40) % 8 == 0 ? "Lisbon" : "Porto");
  block_->put_double(row, slots_[8], 38.0 + static_cast<double>((many >> 30) & 0xff) / 64);
  block_->put_double(row, slots_[9], -9.0 + static_cast<double>((many >> 20) & 0xff) / 64);
}

void FeatureWorld::fill(std::uint32_t rows) {
  block_->clear();
  origins_.clear();
  for (std::uint32_t i = 0; i < rows; ++i) {
    put(block_->add_row());
    origins_.push_back({history_.get(), core::PartitionId{0}, core::Offset{++offset_}});
  }
}

void FeatureWorld::batch_without(std::uint32_t rows) { fill(rows); }

PlainFeatures::Answers FeatureWorld::batch_plain(std::uint32_t rows, PlainFeatures& plain) {
  fill(rows);
  PlainFeatures::Answers last;
  for (std::uint32_t row = 0; row < rows; ++row) last = plain.compute(*block_, row);
  return last;
}

PlainFeatures::Answers FeatureWorld::answers(std::uint32_t row) const {
  PlainFeatures::Answers all;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& feature = plan_.features()[i];
    if (!block_->has(row, feature.value)) continue;
    if (feature.type == FieldType::text) {
      all[i] = static_cast<double>(block_->text(row, feature.value).size());
    } else if (feature.type == FieldType::float64) {
      all[i] = block_->float64(row, feature.value);
    } else {
      all[i] = static_cast<double>(block_->int64(row, feature.value));
    }
  }
  return all;
}

void FeatureWorld::batch(std::uint32_t rows) {
  fill(rows);
  engine_->run(*block_, origins_);
}

}  // namespace assay::bench
