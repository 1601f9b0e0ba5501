#include "core/expression/type.hpp"

namespace assay::core::expression {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::absent:
      return "absent";
    case Kind::error:
      return "error";
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "bool";
    case Kind::int64:
      return "int";
    case Kind::uint64:
      return "uint";
    case Kind::float64:
      return "double";
    case Kind::decimal:
      return "decimal";
    case Kind::text:
      return "string";
    case Kind::bytes:
      return "bytes";
    case Kind::time:
      return "timestamp";
    case Kind::duration:
      return "duration";
    case Kind::token:
      return "token";
    case Kind::list:
      return "list";
    case Kind::pattern:
      return "pattern";
    case Kind::any:
      return "any";
  }
  return "any";
}

std::string to_string(Type type) {
  if (type.lists == 0) return std::string(to_string(type.base));
  return "list(" + to_string(type.element()) + ")";
}

Kind kind_of(FieldType type) {
  switch (type) {
    case FieldType::int64:
      return Kind::int64;
    case FieldType::float64:
      return Kind::float64;
    case FieldType::boolean:
      return Kind::boolean;
    case FieldType::time:
      return Kind::time;
    case FieldType::duration:
      return Kind::duration;
    case FieldType::decimal:
      return Kind::decimal;
    case FieldType::text:
      return Kind::text;
    case FieldType::token:
      return Kind::token;
  }
  return Kind::any;
}

}  // namespace assay::core::expression
