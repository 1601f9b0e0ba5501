// The values a test puts into a transaction and gets back as evidence, and the schema they fit.
//
// A Value is absent or holds one of the types that can cross the border; the schema says which one
// a field has, so a test that writes 5 where an amount belongs is told so instead of passing by
// accident. Header-only, standard library and plugin-api alone.
#pragma once

#include <assay/values.hpp>
#include <bit>
#include <cstdio>
#include <ctime>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace assay::testing {

class Value {
 public:
  using Held = std::variant<std::monostate, std::int64_t, double, bool, Time, Duration, Money,
                            std::string, Token>;

  Value() = default;  // absent
  // NOLINTBEGIN(google-explicit-constructor): a transaction reads as a list of names and values
  Value(int value) : held_(std::int64_t{value}) {}
  Value(std::int64_t value) : held_(value) {}
  Value(double value) : held_(value) {}
  Value(bool value) : held_(value) {}
  Value(Time value) : held_(value) {}
  template <class Rep, class Period>
  Value(std::chrono::duration<Rep, Period> value) : held_(Duration{value}) {}
  Value(Money value) : held_(value) {}
  Value(const char* value) : held_(std::string(value)) {}
  Value(std::string_view value) : held_(std::string(value)) {}
  Value(std::string value) : held_(std::move(value)) {}
  Value(Token value) : held_(value) {}
  // NOLINTEND(google-explicit-constructor)

  // From the 64 bits in which evidence crosses the border.
  static Value from_bits(std::uint32_t type, std::int64_t bits) {
    switch (type) {
      case ASSAY_DOUBLE:
        return std::bit_cast<double>(bits);
      case ASSAY_BOOL:
        return bits != 0;
      case ASSAY_TIME:
        return Time{bits};
      case ASSAY_DURATION:
        return Duration{bits};
      case ASSAY_DECIMAL:
        return Money{bits};
      default:
        return bits;
    }
  }

  bool absent() const { return held_.index() == 0; }
  bool cold() const { return cold_; }
  const Held& held() const { return held_; }

  // The ASSAY_* type; 0 where absent.
  std::uint32_t type() const {
    constexpr std::uint32_t types[] = {0,          ASSAY_INT64,    ASSAY_DOUBLE,  ASSAY_BOOL,
                                       ASSAY_TIME, ASSAY_DURATION, ASSAY_DECIMAL, ASSAY_TEXT,
                                       ASSAY_TOKEN};
    return types[held_.index()];
  }

  friend bool operator==(const Value& a, const Value& b) { return a.held_ == b.held_; }
  friend Value cold(Value value) {
    value.cold_ = true;
    return value;
  }

 private:
  Held held_;
  bool cold_ = false;
};

// A value from less history than the feature asks for: present, and marked so.
Value cold(Value value);

// One transaction: fields, and features by their text. What is not named is absent.
using Transaction = std::map<std::string, Value, std::less<>>;

struct FieldOfSchema {
  std::string name;
  std::uint32_t type;
};
using Schema = std::vector<FieldOfSchema>;

// The schema that the engine has when nothing else is configured.
inline const Schema& sample_schema() {
  static const Schema schema = {{"transaction_id", ASSAY_TEXT},
                                {"timestamp", ASSAY_TIME},
                                {"user_id", ASSAY_INT64},
                                {"amount", ASSAY_DECIMAL},
                                {"transaction_type", ASSAY_TEXT},
                                {"location", ASSAY_TEXT},
                                {"merchant", ASSAY_TEXT},
                                {"card", ASSAY_TOKEN},
                                {"card_bin", ASSAY_TEXT},
                                {"card_last4", ASSAY_TEXT},
                                {"currency", ASSAY_TEXT},
                                {"merchant_category", ASSAY_TEXT},
                                {"merchant_country", ASSAY_TEXT},
                                {"latitude", ASSAY_DOUBLE},
                                {"longitude", ASSAY_DOUBLE},
                                {"device_id", ASSAY_TEXT},
                                {"ip_address", ASSAY_TEXT},
                                {"payee_account", ASSAY_TEXT},
                                {"channel", ASSAY_TEXT},
                                {"status", ASSAY_TEXT},
                                {"utc_offset", ASSAY_DURATION},
                                {"original_transaction_id", ASSAY_TEXT},
                                {"local_hour", ASSAY_INT64},
                                {"local_hour_source", ASSAY_TEXT},
                                {"holder.user_id", ASSAY_INT64},
                                {"holder.name", ASSAY_TEXT},
                                {"holder.address", ASSAY_TEXT},
                                {"holder.phone_number", ASSAY_TEXT},
                                {"holder.email", ASSAY_TEXT},
                                {"holder.date_of_birth", ASSAY_TEXT},
                                {"holder.account_number", ASSAY_TEXT},
                                {"holder.account_type", ASSAY_TEXT},
                                {"holder.balance", ASSAY_DECIMAL},
                                {"holder.city", ASSAY_TEXT},
                                {"holder.time_zone", ASSAY_TEXT}};
  return schema;
}

inline std::string type_name(std::uint32_t type) {
  constexpr const char* names[] = {"absent",   "int64",   "double", "bool", "time",
                                   "duration", "decimal", "text",   "token"};
  return type < std::size(names) ? names[type] : "unknown type " + std::to_string(type);
}

// As an analyst reads it: amounts with their decimals, durations with a unit, times in UTC.
inline std::string to_words(const Value& value) {
  struct Printer {
    std::string operator()(std::monostate) const { return "(absent)"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const {
      char text[32];
      std::snprintf(text, sizeof text, "%.6g", number);
      return text;
    }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(Time time) const {
      const std::time_t seconds = time.nanoseconds / 1'000'000'000;
      std::tm parts{};
      gmtime_r(&seconds, &parts);
      char text[32];
      std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
      return text;
    }
    std::string operator()(Duration duration) const { return in_words(duration); }
    std::string operator()(Money money) const { return to_string(money); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(Token token) const {
      char text[33];
      std::snprintf(text, sizeof text, "%016llx%016llx",
                    static_cast<unsigned long long>(token.high),
                    static_cast<unsigned long long>(token.low));
      return text;
    }
  };
  return std::visit(Printer{}, value.held());
}

inline std::ostream& operator<<(std::ostream& out, const Value& value) {
  return out << to_words(value);
}

}  // namespace assay::testing
