#include "tests/core/expression/cel_cases.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

#include "core/expression/expression.hpp"
#include "core/expression/literal_text.hpp"

namespace assay::tests {
namespace {

using namespace assay::core::expression;
using assay::core::FieldType;
using assay::core::Layout;
using assay::core::RowBlock;
using nlohmann::json;

std::optional<FieldType> field_type_of(const std::string& type) {
  if (type == "int64" || type == "int") return FieldType::int64;
  if (type == "bool") return FieldType::boolean;
  if (type == "double") return FieldType::float64;
  if (type == "string") return FieldType::text;
  if (type == "timestamp") return FieldType::time;
  if (type == "duration") return FieldType::duration;
  return std::nullopt;
}

std::int64_t nanoseconds_of(const json& value) {
  return value.at(0).get<std::int64_t>() * kNanoseconds + value.at(1).get<std::int64_t>();
}

void bind(RowBlock& block, core::Slot slot, const json& binding) {
  const std::string type = binding.begin().key();
  const json& value = binding.begin().value();
  if (type == "bool") {
    block.put_int64(0, slot, value.get<bool>() ? 1 : 0);
  } else if (type == "int") {
    block.put_int64(0, slot, std::stoll(value.get<std::string>()));
  } else if (type == "double") {
    block.put_double(0, slot, std::stod(value.get<std::string>()));
  } else if (type == "string") {
    block.put_text(0, slot, value.get<std::string>());
  } else {
    block.put_int64(0, slot, nanoseconds_of(value));
  }
}

std::string hex_of(std::string_view bytes) {
  std::ostringstream out;
  out << std::hex;
  for (const unsigned char byte : bytes) out << (byte >> 4) << (byte & 15);
  return out.str();
}

bool is_double(double value, const std::string& text) {
  const double wanted = std::stod(text);
  if (std::isnan(wanted)) return std::isnan(value);
  return value == wanted && std::signbit(value) == std::signbit(wanted);
}

bool equals(const Value& value, const json& wanted) {
  const std::string type = wanted.begin().key();
  const json& said = wanted.begin().value();
  switch (value.kind) {
    case Kind::null:
      return type == "null";
    case Kind::boolean:
      return type == "bool" && said.get<bool>() == value.is_true();
    case Kind::int64:
      return type == "int" && said == std::to_string(value.integer);
    case Kind::uint64:
      return type == "uint" && said == std::to_string(value.natural);
    case Kind::float64:
      return type == "double" && is_double(value.real, said.get<std::string>());
    case Kind::text:
      return type == "string" && said.get<std::string>() == value.text();
    case Kind::bytes:
      return type == "bytes" && said == hex_of(value.text());
    case Kind::time:
    case Kind::duration: {
      // Of a negative duration both parts are negative there.
      const auto seconds = said.is_array() ? said.at(0).get<std::int64_t>() : 0;
      const auto beyond = said.is_array() ? said.at(1).get<std::int64_t>() : 0;
      const bool same_type = type == (value.is(Kind::time) ? "timestamp" : "duration");
      const bool carried = beyond < 0;
      return same_type && value.integer == seconds - (carried ? 1 : 0) &&
             value.size == beyond + (carried ? kNanoseconds : 0);
    }
    case Kind::list: {
      bool same = type == "list" && said.size() == value.size;
      for (std::uint32_t i = 0; same && i < value.size; ++i) {
        same = equals(value.items[i], said.at(i));
      }
      return same;
    }
    default:
      return false;
  }
}

}  // namespace

std::vector<CelCase> read_cel_cases(const std::string& path) {
  std::vector<CelCase> cases;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto object = json::parse(line);
    CelCase read{object.at("id"), object.at("expr"), {}, json::object(), std::nullopt};
    if (object.contains("types") && object.at("types").is_object()) {
      read.types = object.at("types").get<std::map<std::string, std::string>>();
    }
    if (object.contains("bindings")) read.bindings = object.at("bindings");
    if (object.contains("value")) read.value = object.at("value");
    cases.push_back(std::move(read));
  }
  return cases;
}

std::map<std::string, std::string> read_cel_outside(const std::string& path) {
  std::map<std::string, std::string> outside;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.empty() || line.front() == '#' || colon == std::string::npos) continue;
    outside[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return outside;
}

std::string failure_of(const CelCase& which) {
  Layout layout;
  for (const auto& [name, type] : which.types) {
    const auto field = field_type_of(type);
    if (!field) return "no field has the type " + type;
    layout.add(name, *field);
  }
  layout.add("unused", FieldType::int64);
  RowBlock block(layout, {1, 1 << 16, 1 << 10});
  block.add_row();
  for (const auto& [name, binding] : which.bindings.items()) {
    const auto slot = layout.find(name);
    if (!slot) return "the value of " + name + " has no type";
    bind(block, *slot, binding);
  }

  const auto program = compile(which.expression, LayoutNames(layout), {Kind::any});
  if (!program) return which.value ? "refused: " + program.error().message : "";
  const Value value = (*program)->evaluate(block, 0);
  if (!which.value) return value.is(Kind::error) ? "" : "gives " + literal_text(value);
  return equals(value, *which.value) ? "" : "gives " + literal_text(value);
}

}  // namespace assay::tests
