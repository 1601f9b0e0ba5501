#include "core/features/row_reader.hpp"

#include <algorithm>
#include <bit>

namespace assay::core {
namespace {

bool is_bytes(FieldType type) { return type == FieldType::text || type == FieldType::token; }

// Three capital letters; an absent currency is zero.
std::uint32_t packed(std::string_view currency) {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(currency.size(), 4); ++i) {
    code = code << 8 | static_cast<unsigned char>(currency[i]);
  }
  return code;
}

}  // namespace

RowReader::RowReader(const FeaturePlan& plan)
    : plan_(&plan),
      hasher_(plan.options().hash_key),
      conditions_(plan.make_conditions()),
      truths_(conditions_.size()) {
  const auto make_place = [&](Slot slot) {
    hashes_.resize(std::max<std::size_t>(hashes_.size(), slot.index + 1));
  };
  for (const auto& store : plan.stores()) {
    for (const auto& column : store.columns) make_place(column.field.slot);
  }
  for (const auto& store : plan.stores()) {
    auto& needs = needs_.emplace_back();
    for (std::size_t i = 0; i < store.selectors.size(); ++i) {
      const auto& selector = store.selectors[i];
      needs.all |= std::uint64_t{1} << i;
      if (selector.condition >= 0) needs.conditional |= std::uint64_t{1} << i;
      needs.money |= selector.money;
      for (const auto slot : selector.present) {
        if (std::find(needs.slots.begin(), needs.slots.end(), slot) == needs.slots.end()) {
          needs.slots.push_back(slot);
        }
      }
    }
  }
  if (plan.options().id) make_place(*plan.options().id);
  if (plan.options().reversal) make_place(*plan.options().reversal);
}

bool RowReader::key(std::uint32_t store, const RowBlock& block, std::uint32_t row,
                    StoreKey& key) const {
  const auto& of = plan_->stores()[store];
  for (const auto& field : of.keys) {
    if (!block.has(row, field.slot)) return false;
  }
  const auto& field = of.keys.front();
  if (of.keys.size() > 1 || field.type == FieldType::text) {
    key = hashed(of, block, row);
  } else if (field.type == FieldType::token) {
    const auto token = block.token(row, field.slot);
    key = {token.high, token.low};
  } else {
    key = {0, static_cast<std::uint64_t>(block.int64(row, field.slot))};
  }
  return true;
}

StoreKey RowReader::hashed(const StorePlan& store, const RowBlock& block, std::uint32_t row) const {
  auto state = hasher_.begin_wide();
  for (const auto& field : store.keys) {
    if (field.type == FieldType::text) {
      IdHasher::absorb(state, block.text(row, field.slot));
    } else if (field.type == FieldType::token) {
      const auto token = block.token(row, field.slot);
      state.absorb(token.high);
      state.absorb(token.low);
    } else {
      state.absorb(static_cast<std::uint64_t>(block.int64(row, field.slot)));
    }
  }
  StoreKey key;
  key.high = state.finish_high();
  key.low = state.finish_low();
  return key;
}

void RowReader::turn_to(const RowBlock& block, std::uint32_t row, FeatureCounters& counters) {
  block_ = &block;
  row_ = row;
  ++turn_;
  const auto currency = plan_->options().currency;
  has_currency_ = currency && block.has(row, *currency);
  currency_ = has_currency_ ? packed(block.text(row, *currency)) : 0;
  for (std::size_t i = 0; i < truths_.size(); ++i) {
    truths_[i] = conditions_[i]->test(block, row);
    counters.condition_errors += truths_[i] == Truth::error;
  }
}

bool RowReader::has_all(const Needs& needs) const {
  if (needs.money && plan_->options().currency && !has_currency_) return false;
  for (const auto slot : needs.slots) {
    if (!block_->has(row_, slot)) return false;
  }
  return true;
}

std::uint64_t RowReader::complete(const StorePlan& store) const {
  const bool money = has_currency_ || !plan_->options().currency;
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < store.selectors.size(); ++i) {
    const auto& selector = store.selectors[i];
    bool complete = money || !selector.money;
    for (const auto slot : selector.present) complete = complete && block_->has(row_, slot);
    if (complete) all |= std::uint64_t{1} << i;
  }
  return all;
}

RowReader::Selection RowReader::select(std::uint32_t store) const {
  const auto& of = plan_->stores()[store];
  const auto& needs = needs_[store];
  Selection selection;
  selection.complete = has_all(needs) ? needs.all : complete(of);
  selection.counting = selection.complete & ~needs.conditional;
  for (auto rest = selection.complete & needs.conditional; rest != 0; rest &= rest - 1) {
    const auto condition = of.selectors[static_cast<std::size_t>(std::countr_zero(rest))].condition;
    if (truths_[static_cast<std::size_t>(condition)] == Truth::yes) {
      selection.counting |= rest & ~(rest - 1);
    }
  }
  return selection;
}

std::uint64_t RowReader::hash_of(Slot slot) {
  auto& hash = hashes_[slot.index];
  if (hash.turn != turn_) hash = {turn_, hasher_(block_->text(row_, slot))};
  return hash.value;
}

std::uint64_t RowReader::identity(NamedField field) {
  if (field.type == FieldType::text) return hash_of(field.slot);
  if (field.type == FieldType::token) return block_->token(row_, field.slot).low;
  return static_cast<std::uint64_t>(block_->int64(row_, field.slot));
}

std::uint64_t RowReader::id_of(Slot slot) {
  if (!block_->has(row_, slot)) return 0;
  const auto type = block_->layout()[slot].type;
  // Zero stands for none.
  return type == FieldType::text ? hash_of(slot) | 1
                                 : static_cast<std::uint64_t>(block_->int64(row_, slot)) * 2 + 1;
}

void RowReader::fill(std::uint32_t store, HistoryEvent& event) {
  const auto& of = plan_->stores()[store];
  const auto& options = plan_->options();
  std::size_t texts = 0;
  for (std::size_t i = 0; i < of.columns.size(); ++i) {
    const auto& column = of.columns[i];
    auto& value = columns_[i];
    value = 0;
    if (!block_->has(row_, column.field.slot)) {
      if (column.kind == FeatureColumn::Kind::text) {
        value = static_cast<std::int64_t>(texts);
        texts_[texts++] = {};
      }
    } else if (column.kind == FeatureColumn::Kind::identity) {
      value = static_cast<std::int64_t>(identity(column.field));
    } else if (!is_bytes(column.field.type)) {
      value = block_->int64(row_, column.field.slot);
    } else {
      value = static_cast<std::int64_t>(texts);
      if (column.field.type == FieldType::token) {
        tokens_[texts] = block_->token(row_, column.field.slot);
        texts_[texts] = {reinterpret_cast<const char*>(&tokens_[texts]), sizeof(assay_token)};
      } else {
        texts_[texts] = block_->text(row_, column.field.slot);
      }
      ++texts;
    }
  }
  event.columns = columns_.data();
  event.texts = texts_.data();
  event.currency = currency_;
  event.id = of.reversals ? id_of(*options.id) : 0;
  event.reverses = of.reversals ? id_of(*options.reversal) : 0;
}

}  // namespace assay::core
