#include "host/enrich/holders.hpp"

#include <mutex>
#include <utility>

namespace assay::host {

tl::expected<std::unique_ptr<Holders>, std::string> Holders::make(core::Schema schema,
                                                                  std::string_view key,
                                                                  const core::Layout& transactions,
                                                                  std::string_view customer) {
  core::Layout layout;
  schema.add_to(layout);
  auto plan = core::HolderPlan::make(layout, key, transactions, customer);
  if (!plan) return tl::unexpected(std::move(plan.error()));
  return std::unique_ptr<Holders>(
      new Holders(std::move(schema), std::move(layout), std::move(*plan)));
}

Holders::Holders(core::Schema schema, core::Layout layout, core::HolderPlan plan)
    : schema_(std::move(schema)),
      layout_(std::move(layout)),
      key_(plan.holder_key),
      wanted_(!plan.copies.empty()),
      table_(std::move(plan)) {}

void Holders::apply(const core::RowBlock& block, std::span<const Change> changes) {
  if (changes.empty()) return;
  const std::unique_lock lock(mutex_);
  for (const auto& change : changes) {
    if (change.kind == Change::Kind::upsert) {
      table_.upsert(block, change.row);
    } else {
      table_.erase(block, change.row);
    }
  }
}

core::JoinCounts Holders::join(core::RowBlock& transactions) const {
  const std::shared_lock lock(mutex_);
  return table_.join(transactions);
}

core::JoinCounts Holders::join(core::RowBlock& transactions,
                               const core::HolderPlan::Targets& targets) const {
  const std::shared_lock lock(mutex_);
  return table_.join(transactions, targets);
}

Holders::Size Holders::size() const {
  const std::shared_lock lock(mutex_);
  return {table_.size(), table_.bytes(), table_.most_text()};
}

void HolderJoin::enrich(core::RowBlock& block) {
  const auto counts = holders_->join(block, targets_);
  counts_.known += counts.known;
  counts_.unknown += counts.unknown;
  counts_.no_room += counts.no_room;
}

}  // namespace assay::host
