#include "core/features/feature_plan.hpp"

#include <algorithm>
#include <utility>

#include "core/model/invariant.hpp"
#include "core/model/nearest.hpp"

namespace assay::core {
namespace {

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string types_of(Aggregate aggregate) {
  std::string all;
  for (const auto type : {FieldType::int64, FieldType::float64, FieldType::decimal, FieldType::time,
                          FieldType::duration}) {
    if (takes(aggregate, type)) all += (all.empty() ? "" : ", ") + std::string(to_string(type));
  }
  return all;
}

FeatureColumn::Kind kind_of(Aggregate aggregate, FieldType type) {
  if (type != FieldType::text && type != FieldType::token) return FeatureColumn::Kind::number;
  const bool told_apart = aggregate == Aggregate::distinct || aggregate == Aggregate::first_seen;
  return told_apart ? FeatureColumn::Kind::identity : FeatureColumn::Kind::text;
}

std::uint32_t column(StorePlan& store, NamedField field, FeatureColumn::Kind kind) {
  const auto found = std::find_if(
      store.columns.begin(), store.columns.end(),
      [&](const FeatureColumn& one) { return one.field.slot == field.slot && one.kind == kind; });
  const auto number = static_cast<std::uint32_t>(found - store.columns.begin());
  if (found == store.columns.end()) store.columns.push_back({field, kind});
  return number;
}

std::uint32_t selector(StorePlan& store, const Selector& wanted) {
  const auto found =
      std::find_if(store.selectors.begin(), store.selectors.end(), [&](const Selector& one) {
        return one.condition == wanted.condition && one.present == wanted.present &&
               one.money == wanted.money;
      });
  const auto number = static_cast<std::uint32_t>(found - store.selectors.begin());
  if (found == store.selectors.end()) store.selectors.push_back(wanted);
  return number;
}

}  // namespace

tl::expected<NamedField, FeatureFault> FeaturePlan::find(const FeatureDeclaration::Name& name,
                                                         const char* what,
                                                         const FeatureScope& scope) const {
  if (const auto found = scope.find(name.text)) return *found;
  FeatureFault fault{name.offset,
                     name.text.size(),
                     quoted(name.text) + " is not a field: it cannot be " + what,
                     {},
                     {}};
  if (scope.names) {
    const auto names = scope.names();
    for (const auto& one : names) fault.note += (fault.note.empty() ? "fields: " : ", ") + one;
    fault.help = did_you_mean(name.text, names);
  }
  return Fault(std::move(fault));
}

tl::expected<std::int32_t, FeatureFault> FeaturePlan::condition(const FeatureDeclaration& declared,
                                                                const FeatureScope& scope) {
  if (declared.where.empty()) return -1;
  // As the canonical text has it, so that blanks make no second condition.
  FeatureDeclaration bare;
  bare.where = declared.where;
  const auto text = canonical_text(bare);
  for (std::size_t i = 0; i < predicates_.size(); ++i) {
    if (predicates_[i].canonical == text) return static_cast<std::int32_t>(i);
  }
  auto compiled = scope.compile(declared.where);
  if (!compiled) {
    auto fault = std::move(compiled.error());
    fault.offset += declared.where_offset;
    return Fault(std::move(fault));
  }
  predicates_.push_back({text, declared.where, scope.compile});
  return static_cast<std::int32_t>(predicates_.size() - 1);
}

std::uint32_t FeaturePlan::store(std::vector<std::pair<std::string, NamedField>> keys) {
  std::sort(keys.begin(), keys.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  StorePlan made;
  made.shared = true;
  made.reversals = options_.reversal.has_value() && options_.id.has_value();
  for (auto& [name, field] : keys) {
    const auto& ours = options_.partition_keys;
    if (std::find(ours.begin(), ours.end(), name) != ours.end()) made.shared = false;
    made.key_names.push_back(std::move(name));
    made.keys.push_back(field);
  }
  for (std::uint32_t i = 0; i < stores_.size(); ++i) {
    if (stores_[i].key_names == made.key_names) return i;
  }
  stores_.push_back(std::move(made));
  of_store_.emplace_back();
  return static_cast<std::uint32_t>(stores_.size() - 1);
}

tl::expected<std::uint32_t, FeatureFault> FeaturePlan::add(Layout& layout, std::string_view text,
                                                           const FeatureScope& scope) {
  auto declared = parse_feature(text);
  if (!declared) return Fault(std::move(declared.error()));
  Feature feature;
  feature.text = canonical_text(*declared);
  for (std::uint32_t i = 0; i < features_.size(); ++i) {
    if (features_[i].text == feature.text) return i;
  }

  const auto aggregate = declared->aggregate;
  std::vector<NamedField> arguments;
  for (const auto& name : declared->arguments) {
    const auto field = find(name, "an argument", scope);
    if (!field) return Fault(field.error());
    if (!takes(aggregate, field->type)) {
      return Fault(FeatureFault{name.offset,
                                name.text.size(),
                                quoted(info(aggregate).name) + " cannot take " + quoted(name.text) +
                                    ", which is " + std::string(to_string(field->type)),
                                "it takes " + types_of(aggregate),
                                {}});
    }
    arguments.push_back(*field);
  }
  std::vector<std::pair<std::string, NamedField>> keys;
  for (const auto& name : declared->keys) {
    const auto field = find(name, "a key", scope);
    if (!field) return Fault(field.error());
    keys.emplace_back(name.text, *field);
  }
  const auto where = condition(*declared, scope);
  if (!where) return Fault(where.error());

  feature.store = store(std::move(keys));
  auto& kept = stores_[feature.store];
  const auto columns = kept.columns.size();
  const auto selectors = kept.selectors.size();
  StoreFeature in_store;
  Selector selected;
  selected.condition = *where;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& field = arguments[i];
    in_store.columns[i] = column(kept, field, kind_of(aggregate, field.type));
    selected.present.push_back(field.slot);
    selected.money |= field.type == FieldType::decimal && options_.currency.has_value();
  }
  in_store.aggregate = aggregate;
  if (!arguments.empty()) in_store.argument = arguments.front().type;
  in_store.selector = selector(kept, selected);
  if (kept.selectors.size() > kMostSelectors || kept.columns.size() > kMostColumns) {
    kept.columns.resize(columns);
    kept.selectors.resize(selectors);
    return Fault(FeatureFault{0,
                              text.size(),
                              "the features of one key count more than " +
                                  std::to_string(kMostSelectors) +
                                  " kinds of transactions, or keep "
                                  "more than " +
                                  std::to_string(kMostColumns) + " fields",
                              {},
                              "share predicates and arguments between features"});
  }
  in_store.window = declared->window != 0 ? declared->window : options_.retention;
  in_store.previous = declared->previous;
  feature.in_store = static_cast<std::uint32_t>(kept.features.size());
  kept.features.push_back(in_store);

  feature.window = in_store.window;
  feature.type = result_type(aggregate, in_store.argument);
  feature.value = layout.add(feature.text, feature.type);
  feature.declaration = std::move(*declared);
  features_.push_back(std::move(feature));
  const auto number = static_cast<std::uint32_t>(features_.size() - 1);
  of_store_[features_[number].store].push_back(number);
  return number;
}

Slot FeaturePlan::coverage(Layout& layout, std::uint32_t feature) {
  auto& slot = features_[feature].coverage;
  if (!slot) slot = layout.add("coverage(" + features_[feature].text + ")", FieldType::duration);
  return *slot;
}

Slot FeaturePlan::flags(Layout& layout, std::uint32_t feature) {
  auto& slot = features_[feature].flags;
  if (!slot) slot = layout.add("flags(" + features_[feature].text + ")", FieldType::int64);
  return *slot;
}

std::vector<std::unique_ptr<Condition>> FeaturePlan::make_conditions() const {
  std::vector<std::unique_ptr<Condition>> made;
  for (const auto& predicate : predicates_) {
    auto compiled = predicate.compile(predicate.text);
    invariant(compiled.has_value(), "what was compiled once is compiled again");
    made.push_back(std::move(*compiled));
  }
  return made;
}

FeaturePlan::Shares FeaturePlan::shares(std::uint32_t partitions) const {
  const auto shared = std::count_if(stores_.begin(), stores_.end(),
                                    [](const StorePlan& store) { return store.shared; });
  const auto all = static_cast<std::size_t>(shared);
  if (options_.memory_budget == 0 || stores_.empty()) return {};
  const auto part = options_.memory_budget / stores_.size();
  return {part * (stores_.size() - all) / std::max(partitions, 1u), part * all};
}

std::int64_t FeaturePlan::longest_window() const {
  std::int64_t longest = 0;
  for (const auto& feature : features_) longest = std::max(longest, feature.window);
  return longest;
}

}  // namespace assay::core
