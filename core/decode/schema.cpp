#include "core/decode/schema.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace assay::core {
namespace {

using Steps = std::vector<std::string>;

constexpr std::array<std::string_view, 8> kKinds{"int64", "double",   "bool", "decimal",
                                                 "time",  "duration", "text", "card"};
constexpr std::array<std::string_view, 6> kRoles{"none",   "id",       "time",
                                                 "amount", "currency", "customer"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

FieldType slot_type(FieldKind kind) {
  switch (kind) {
    case FieldKind::int64:
      return FieldType::int64;
    case FieldKind::float64:
      return FieldType::float64;
    case FieldKind::boolean:
      return FieldType::boolean;
    case FieldKind::decimal:
      return FieldType::decimal;
    case FieldKind::time:
      return FieldType::time;
    case FieldKind::duration:
      return FieldType::duration;
    case FieldKind::card:
      return FieldType::token;
    case FieldKind::text:
      break;
  }
  return FieldType::text;
}

bool can_play(FieldKind kind, FieldRole role) {
  switch (role) {
    case FieldRole::id:
    case FieldRole::customer:
      return kind == FieldKind::text || kind == FieldKind::int64;
    case FieldRole::time:
      return kind == FieldKind::time;
    case FieldRole::amount:
      return kind == FieldKind::decimal;
    case FieldRole::currency:
      return kind == FieldKind::text;
    case FieldRole::none:
      break;
  }
  return true;
}

std::string escaped(std::string_view step) {
  std::string out;
  for (const char c : step) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<std::string> slots_of(const FieldSpec& field) {
  if (field.kind != FieldKind::card) return {field.name};
  auto slots = CardSlots::of(field.name);
  return {std::move(slots.token), std::move(slots.bin), std::move(slots.last4)};
}

bool begins_with(const Steps& longer, const Steps& shorter) {
  return shorter.size() <= longer.size() &&
         std::equal(shorter.begin(), shorter.end(), longer.begin());
}

// What is wrong with the field by itself, or nothing.
std::string fault_of(const FieldSpec& field) {
  if (field.name.empty()) return "a field has no name";
  if (!pointer_steps(field.json_pointer)) {
    return "field " + field.name + ": '" + field.json_pointer +
           "' is not a JSON pointer; it begins with / and names a key per step, as in "
           "/payment/amount";
  }
  if (!can_play(field.kind, field.role)) {
    return "field " + field.name + ": the type " + std::string(to_string(field.kind)) +
           " cannot play the role " + std::string(to_string(field.role));
  }
  return {};
}

// What is wrong with two fields beside each other, or nothing.
std::string clash_of(const FieldSpec& one, const FieldSpec& other) {
  for (const auto& slot : slots_of(one)) {
    for (const auto& taken : slots_of(other)) {
      if (slot == taken) return "the field name " + slot + " is used twice";
    }
  }
  if (one.role != FieldRole::none && one.role == other.role) {
    return "fields " + other.name + " and " + one.name + " both have the role " +
           std::string(to_string(one.role));
  }
  const auto steps = *pointer_steps(one.json_pointer);
  const auto others = *pointer_steps(other.json_pointer);
  if (begins_with(steps, others) || begins_with(others, steps)) {
    return "fields " + other.name + " (" + other.json_pointer + ") and " + one.name + " (" +
           one.json_pointer + ") read the same place, or one inside the other";
  }
  return {};
}

}  // namespace

std::string_view to_string(FieldKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::optional<FieldKind> field_kind(std::string_view name) {
  return find_name<FieldKind>(kKinds, name);
}

std::string_view to_string(FieldRole role) { return kRoles[static_cast<std::size_t>(role)]; }
std::optional<FieldRole> field_role(std::string_view name) {
  return find_name<FieldRole>(kRoles, name);
}

CardSlots CardSlots::of(std::string_view field) {
  constexpr std::string_view kSuffix = "_number";
  if (field.size() > kSuffix.size() && field.ends_with(kSuffix)) {
    field.remove_suffix(kSuffix.size());
  }
  const std::string base(field);
  return {base, base + "_bin", base + "_last4"};
}

std::optional<std::vector<std::string>> pointer_steps(std::string_view pointer) {
  if (pointer.size() < 2 || pointer.front() != '/') return std::nullopt;
  Steps steps;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      steps.emplace_back();
    } else if (pointer[i] != '~') {
      steps.back() += pointer[i];
    } else if (i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      steps.back() += pointer[++i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return steps;
}

tl::expected<Schema, std::string> Schema::make(std::vector<FieldSpec> fields) {
  if (fields.empty()) return tl::make_unexpected(std::string("a schema needs at least one field"));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto& field = fields[i];
    if (field.json_pointer.empty()) field.json_pointer = "/" + escaped(field.name);
    if (auto fault = fault_of(field); !fault.empty()) return tl::make_unexpected(std::move(fault));
    for (std::size_t j = 0; j < i; ++j) {
      if (auto clash = clash_of(field, fields[j]); !clash.empty()) {
        return tl::make_unexpected(std::move(clash));
      }
    }
  }
  return Schema(std::move(fields));
}

const FieldSpec* Schema::find(FieldRole role) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const FieldSpec& field) { return field.role == role; });
  return found == fields_.end() ? nullptr : &*found;
}

void Schema::add_to(Layout& layout) const {
  for (const auto& field : fields_) {
    if (field.kind != FieldKind::card) {
      layout.add(field.name, slot_type(field.kind));
      continue;
    }
    const auto slots = CardSlots::of(field.name);
    layout.add(slots.token, FieldType::token);
    layout.add(slots.bin, FieldType::text);
    layout.add(slots.last4, FieldType::text);
  }
}

}  // namespace assay::core
