#include "host/outbox/value_json.hpp"

#include <bit>
#include <cmath>
#include <string>

#include "core/decode/money.hpp"
#include "core/decode/timestamp.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;
using core::FieldType;

std::optional<std::int64_t> units(const core::Scaled& parsed) {
  if (parsed.error != core::NumberError::ok) return std::nullopt;
  return parsed.units;
}

}  // namespace

Json number_json(FieldType type, std::int64_t bits) {
  switch (type) {
    case FieldType::float64: {
      const auto value = std::bit_cast<double>(bits);
      return std::isfinite(value) ? Json(value) : Json();
    }
    case FieldType::boolean:
      return bits != 0;
    case FieldType::time:
      return core::format_time(bits);
    case FieldType::decimal:
      return core::format_money(bits);
    default:
      return bits;
  }
}

std::optional<std::int64_t> number_of(FieldType type, const Json& json) {
  switch (type) {
    case FieldType::float64:
      if (!json.is_number()) return std::nullopt;
      return std::bit_cast<std::int64_t>(json.get<double>());
    case FieldType::boolean:
      if (!json.is_boolean()) return std::nullopt;
      return json.get<bool>() ? 1 : 0;
    case FieldType::time:
      if (!json.is_string()) return std::nullopt;
      return units(core::parse_iso_time(json.get_ref<const std::string&>()));
    case FieldType::decimal:
      if (!json.is_string()) return std::nullopt;
      return units(core::parse_money(json.get_ref<const std::string&>()));
    case FieldType::int64:
    case FieldType::duration:
      if (!json.is_number_integer()) return std::nullopt;
      return json.get<std::int64_t>();
    default:
      return std::nullopt;
  }
}

}  // namespace assay::host
