#include "bench/decide/plain_history.hpp"

#include <string_view>

#include "bench/decide/twelve_rules.hpp"

namespace assay::bench {
namespace {

std::vector<core::Slot> inputs(const core::Layout& layout) {
  std::vector<core::Slot> slots;
  for (const auto* name : {"timestamp", "card", "user_id", "merchant", "device_id", "amount",
                           "currency", "location", "latitude", "longitude"}) {
    slots.push_back(layout.find(name).value());
  }
  return slots;
}

}  // namespace

PlainHistory::PlainHistory(const core::Layout& layout) : features_(inputs(layout)) {
  for (const auto& one : kTwentyFeatures) fields_.push_back(layout.find(one.name).value());
}

void PlainHistory::enrich(core::RowBlock& block) {
  for (std::uint32_t row = 0; row < block.rows(); ++row) {
    write(block, row, features_.compute(block, row));
  }
}

void PlainHistory::write(core::RowBlock& block, std::uint32_t row,
                         const PlainFeatures::Answers& answers) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (!answers[i]) continue;
    const auto slot = fields_[i];
    switch (block.layout()[slot].type) {
      case core::FieldType::text:
        // The payments know two cities, and the answer is the length of one.
        block.put_text(row, slot, *answers[i] < 6 ? "Porto" : "Lisbon");
        break;
      case core::FieldType::float64:
        block.put_double(row, slot, *answers[i]);
        break;
      default:
        block.put_int64(row, slot, static_cast<std::int64_t>(*answers[i]));
    }
  }
}

}  // namespace assay::bench
