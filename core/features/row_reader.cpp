#include "core/features/row_reader.hpp"

#include <algorithm>
#include <bit>

namespace assay::core {
namespace {

// Three capital letters; an absent currency is zero.
std::uint32_t packed(std::string_view currency) {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(currency.size(), 4); ++i) {
    code = code << 8 | static_cast<unsigned char>(currency[i]);
  }
  return code;
}

}  // namespace

RowReader::RowReader(const FeaturePlan& plan, const Layout& layout)
    : hasher_(plan.options().hash_key),
      conditions_(plan.make_conditions()),
      truths_(conditions_.size()) {
  const auto& options = plan.options();
  for (const auto& store : plan.stores()) stores_.push_back(make_store(store, layout));
  if (options.currency) currency_at_ = CellPlace(layout, *options.currency);
  if (options.id && options.reversal) {
    id_at_ = {CellPlace(layout, *options.id), layout[*options.id].type};
    reverses_at_ = {CellPlace(layout, *options.reversal), layout[*options.reversal].type};
  }
  values_.resize(arguments_.size());
  texts_.resize(arguments_.size());
  tokens_.resize(arguments_.size());
}

RowReader::Store RowReader::make_store(const StorePlan& plan, const Layout& layout) {
  Store made;
  made.reversals = plan.reversals;
  for (const auto& field : plan.keys) {
    made.key.push_back({CellPlace(layout, field.slot), field.type});
  }
  made.hashed = plan.keys.size() > 1 || plan.keys.front().type == FieldType::text;
  for (const auto& column : plan.columns) made.arguments.push_back(argument(column, layout));
  std::vector<Slot> known;
  for (std::size_t i = 0; i < plan.selectors.size(); ++i) {
    const auto& selector = plan.selectors[i];
    made.all |= std::uint64_t{1} << i;
    if (selector.condition >= 0) made.conditional |= std::uint64_t{1} << i;
    auto& needs = made.selectors.emplace_back();
    needs.money = selector.money;
    needs.condition = selector.condition;
    made.any.money |= selector.money;
    for (const auto slot : selector.present) {
      needs.cells.emplace_back(layout, slot);
      if (std::find(known.begin(), known.end(), slot) != known.end()) continue;
      known.push_back(slot);
      made.any.cells.emplace_back(layout, slot);
    }
  }
  return made;
}

std::uint32_t RowReader::argument(const FeatureColumn& column, const Layout& layout) {
  const auto known = std::find_if(arguments_.begin(), arguments_.end(), [&](const auto& one) {
    return one.column.field.slot == column.field.slot && one.column.kind == column.kind;
  });
  const auto number = static_cast<std::uint32_t>(known - arguments_.begin());
  if (known == arguments_.end()) {
    arguments_.push_back({CellPlace(layout, column.field.slot), Argument::how(column), column});
  }
  return number;
}

RowReader::Argument::How RowReader::Argument::how(const FeatureColumn& column) {
  const bool whole = column.kind == FeatureColumn::Kind::text;
  switch (column.field.type) {
    case FieldType::text:
      return whole ? How::text : How::hash;
    case FieldType::token:
      return whole ? How::token : How::half;
    default:
      return How::number;
  }
}

bool RowReader::key(std::uint32_t store, const RowBlock& block, std::uint32_t row,
                    StoreKey& key) const {
  const auto& of = stores_[store];
  const auto* const cells = block.row_at(row);
  for (const auto& field : of.key) {
    if (!field.at.has(cells)) return false;
  }
  const auto& field = of.key.front();
  if (of.hashed) {
    key = hashed(of, block, cells);
  } else if (field.type == FieldType::token) {
    const auto token = field.at.get<assay_token>(cells);
    key = {token.high, token.low};
  } else {
    key = {0, field.at.get<std::uint64_t>(cells)};
  }
  return true;
}

StoreKey RowReader::hashed(const Store& store, const RowBlock& block,
                           const std::byte* cells) const {
  auto state = hasher_.begin_wide();
  for (const auto& field : store.key) {
    if (field.type == FieldType::text) {
      IdHasher::absorb(state, block.text(field.at.get<assay_cell>(cells)));
    } else if (field.type == FieldType::token) {
      const auto token = field.at.get<assay_token>(cells);
      state.absorb(token.high);
      state.absorb(token.low);
    } else {
      state.absorb(field.at.get<std::uint64_t>(cells));
    }
  }
  StoreKey key;
  key.high = state.finish_high();
  key.low = state.finish_low();
  return key;
}

void RowReader::turn_to(const RowBlock& block, std::uint32_t row, HistoryEvent& event,
                        FeatureCounters& counters) {
  cells_ = block.row_at(row);
  const bool has_currency = currency_at_ && currency_at_->has(cells_);
  money_ = has_currency || !currency_at_;
  event.currency = has_currency ? packed(block.text(currency_at_->get<assay_cell>(cells_))) : 0;
  if (id_at_) {
    id_ = id_of(*id_at_, block);
    reverses_ = id_of(*reverses_at_, block);
  }
  for (std::size_t i = 0; i < arguments_.size(); ++i) read(i, block);
  event.texts = texts_.data();
  for (std::size_t i = 0; i < truths_.size(); ++i) {
    truths_[i] = conditions_[i]->test(block, row);
    counters.condition_errors += truths_[i] == Truth::error;
  }
}

void RowReader::read(std::size_t number, const RowBlock& block) {
  const auto& argument = arguments_[number];
  const auto& at = argument.at;
  const bool has = at.has(cells_);
  auto& value = values_[number];
  switch (argument.how_read) {
    case Argument::How::number:
      value = has ? at.get<std::int64_t>(cells_) : 0;
      break;
    case Argument::How::half:
      value = has ? static_cast<std::int64_t>(at.get<assay_token>(cells_).low) : 0;
      break;
    case Argument::How::hash:
      value = has ? static_cast<std::int64_t>(hasher_(block.text(at.get<assay_cell>(cells_)))) : 0;
      break;
    case Argument::How::text:
      value = static_cast<std::int64_t>(number);
      texts_[number] = has ? block.text(at.get<assay_cell>(cells_)) : std::string_view{};
      break;
    case Argument::How::token:
      value = static_cast<std::int64_t>(number);
      tokens_[number] = has ? at.get<assay_token>(cells_) : assay_token{};
      texts_[number] = {reinterpret_cast<const char*>(&tokens_[number]),
                        has ? sizeof(assay_token) : 0};
      break;
  }
}

std::uint64_t RowReader::complete(const Store& store) const {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < store.selectors.size(); ++i) {
    if (has_all(store.selectors[i])) all |= std::uint64_t{1} << i;
  }
  return all;
}

// Of these, the bits of the selectors whose condition does not hold.
std::uint64_t RowReader::not_counting(const Store& store, std::uint64_t conditional) const {
  std::uint64_t bits = 0;
  for (auto rest = conditional; rest != 0; rest &= rest - 1) {
    const auto number = static_cast<std::size_t>(std::countr_zero(rest));
    const auto condition = static_cast<std::size_t>(store.selectors[number].condition);
    if (truths_[condition] != Truth::yes) bits |= rest & ~(rest - 1);
  }
  return bits;
}

std::uint64_t RowReader::id_of(const KeyField& id, const RowBlock& block) const {
  if (!id.at.has(cells_)) return 0;
  // Zero stands for none.
  return id.type == FieldType::text ? hasher_(block.text(id.at.get<assay_cell>(cells_))) | 1
                                    : id.at.get<std::uint64_t>(cells_) * 2 + 1;
}

}  // namespace assay::core
