#include "host/offline/test_events.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "core/decode/timestamp.hpp"
#include "host/config/members.hpp"
#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

using core::FieldKind;
using core::FieldRole;
using core::FieldSpec;
using core::Schema;

constexpr std::string_view kHolder = "holder.";
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::array<std::string_view, 4> kTiming{"at", "start", "every", "repeat"};

// A card is written under its field's name or under that of its token.
const FieldSpec* find(const Schema& schema, std::string_view name) {
  for (const auto& field : schema.fields()) {
    if (field.name == name) return &field;
    if (field.kind == FieldKind::card && core::CardSlots::of(field.name).token == name) {
      return &field;
    }
  }
  return nullptr;
}

std::vector<std::string> names(const Schema& transactions, const Schema* holders) {
  std::vector<std::string> all(kTiming.begin(), kTiming.end());
  for (const auto& field : transactions.fields()) {
    all.push_back(field.kind == FieldKind::card ? core::CardSlots::of(field.name).token
                                                : field.name);
  }
  if (holders) {
    for (const auto& field : holders->fields()) all.push_back(std::string(kHolder) + field.name);
  }
  return all;
}

// Luhn's check digit (ISO/IEC 7812-1), so that the number is one.
char check_digit(std::string_view digits) {
  int sum = 0;
  bool twice = true;
  for (auto at = digits.rbegin(); at != digits.rend(); ++at, twice = !twice) {
    const int digit = (*at - '0') * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

// Digits stay; any other name gets a number of its own, always the same one (FNV-1a).
std::string card_number(const std::string& name) {
  if (name.size() >= 12 && name.find_first_not_of("0123456789") == std::string::npos) return name;
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  auto digits = std::to_string(hash % 1'000'000'000'00u);
  digits = "4000" + std::string(11 - digits.size(), '0') + digits;
  return digits + check_digit(digits);
}

void refuse_name(const Entry& entry, const Schema& transactions, const Schema* holders,
                 Diagnostics& diagnostics) {
  diagnostics.add({.code = Code::unknown_field,
                   .message = "`" + entry.key + "` is neither a field nor a time of a test's event",
                   .span = entry.key_span,
                   .note = "events have the fields of the schema, `holder.` fields, and at, start, "
                           "every, repeat",
                   .help = did_you_mean(entry.key, names(transactions, holders))});
}

bool read_fields(const Node& written, const Schema& transactions, const Schema* holders,
                 TestEvent& event, Diagnostics& diagnostics) {
  bool sound = true;
  for (const auto& entry : written.entries) {
    if (std::ranges::find(kTiming, entry.key) != kTiming.end()) continue;
    const bool of_holder = holders && entry.key.starts_with(kHolder);
    const auto name = of_holder ? entry.key.substr(kHolder.size()) : entry.key;
    const auto* field = find(of_holder ? *holders : transactions, name);
    if (!field || !entry.value.is_scalar()) {
      refuse_name(entry, transactions, holders, diagnostics);
      sound = false;
      continue;
    }
    auto& fields = of_holder ? event.holder : event.fields;
    fields[field->name] =
        field->kind == FieldKind::card ? card_number(entry.value.text) : entry.value.text;
  }
  return sound;
}

// What a required field says where nobody cares.
std::string anything(FieldKind kind) {
  switch (kind) {
    case FieldKind::boolean:
      return "false";
    case FieldKind::card:
      return card_number("test");
    case FieldKind::text:
      return "test";
    case FieldKind::time:
      return "2000-01-01T00:00:00Z";
    default:
      return "1";
  }
}

void put(nlohmann::ordered_json& message, const FieldSpec& field, const std::string& text) {
  const nlohmann::ordered_json::json_pointer place(field.json_pointer.empty() ? "/" + field.name
                                                                              : field.json_pointer);
  // Texts hold numbers exactly; only a truth value must be one.
  if (field.kind == FieldKind::boolean) {
    message[place] = text == "true";
  } else {
    message[place] = text;
  }
}

std::string to_text(const nlohmann::ordered_json& message) {
  return message.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// The field of the holders that says who somebody is.
std::string customer(const TestEvent& event, const Schema& transactions) {
  const auto* field = transactions.find(FieldRole::customer);
  if (!field) return {};
  const auto given = event.fields.find(field->name);
  return given == event.fields.end() ? anything(field->kind) : given->second;
}

}  // namespace

std::vector<TestEvent> read_test_events(const Node& events, const Schema& transactions,
                                        const Schema* holders, Diagnostics& diagnostics) {
  std::vector<TestEvent> all;
  std::int64_t next = 0;  // since the begin
  for (const auto& written : events.items) {
    const Members members(&written);
    std::int64_t at = next;
    std::int64_t every = kSecond;
    std::int64_t repeat = 1;
    members.duration("start", at);
    members.duration("at", at);
    members.duration("every", every);
    members.integer("repeat", repeat);
    TestEvent event;
    event.span = written.span;
    if (!read_fields(written, transactions, holders, event, diagnostics)) continue;
    for (std::int64_t i = 0; i < repeat; ++i) {
      event.time = kTestBegin + at + i * every;
      all.push_back(event);
    }
    next = at + std::max<std::int64_t>(repeat, 1) * every;
  }
  return all;
}

std::string to_message(const TestEvent& event, const Schema& transactions, std::uint64_t number,
                       const std::string& currency) {
  auto message = nlohmann::ordered_json::object();
  for (const auto& field : transactions.fields()) {
    const auto given = event.fields.find(field.name);
    if (given != event.fields.end()) {
      put(message, field, given->second);
    } else if (field.role == FieldRole::time) {
      put(message, field, core::format_time(event.time));
    } else if (field.role == FieldRole::id) {
      put(message, field, "test-" + std::to_string(number));
    } else if (field.role == FieldRole::currency) {
      if (!currency.empty()) put(message, field, currency);
    } else if (field.role == FieldRole::customer || field.required) {
      put(message, field, anything(field.kind));
    }
  }
  return to_text(message);
}

std::string to_holder(const TestEvent& event, const Schema& transactions, const Schema& holders,
                      const std::string& key) {
  if (event.holder.empty()) return {};
  auto record = nlohmann::ordered_json::object();
  for (const auto& field : holders.fields()) {
    const auto given = event.holder.find(field.name);
    if (field.name == key) {
      put(record, field, customer(event, transactions));
    } else if (given != event.holder.end()) {
      put(record, field, given->second);
    } else if (field.required) {
      put(record, field, anything(field.kind));
    }
  }
  return to_text(record);
}

}  // namespace assay::host
