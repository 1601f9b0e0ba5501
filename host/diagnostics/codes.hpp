// Every fault a person can meet has one stable code. The number is what people search for, so it is
// never given to another fault. 10xx: reading files; 11xx: what the configuration means; 2xxx:
// plugins and what they load; 3xxx: peers (database, broker, mail).
//
// Thread: any.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace assay::host {

enum class Code : std::uint16_t {
  file_unreadable = 1001,
  bad_syntax = 1002,
  repeated_key = 1003,
  refused_yaml = 1004,
  bad_include = 1005,
  bad_interpolation = 1006,
  unknown_key = 1007,
  wrong_type = 1008,
  missing_key = 1009,
  bad_value = 1010,
  later_release = 1011,

  repeated_rule = 1101,
  unknown_sink = 1102,
  unknown_step = 1103,
  step_cycle = 1104,
  required_behind_optional = 1105,
  cut_offs_out_of_order = 1106,
  dead_letters_to_source = 1107,
  unknown_rule = 1108,
  nothing_required = 1109,
  refused_property = 1110,
  no_rule_file = 1111,
  repeated_role = 1112,
  conflicting_keys = 1113,
  repeated_name = 1114,
  demoted_action = 1115,
  cannot_defer = 1116,
  cannot_fall_back = 1117,
  cannot_cool_down = 1118,
  needs_restart = 1119,

  plugin_not_found = 2001,
  plugin_refused = 2002,
  wrong_plugin_kind = 2003,
  unknown_field = 2004,
  field_type_differs = 2005,
  refused_by_plugin = 2006,
  unknown_reason = 2007,
  bad_reason = 2008,
  bad_condition = 2009,
  card_key_missing = 2010,
  bad_plugin_schema = 2011,
  bad_feature = 2012,
  bad_bands = 2013,
  plugin_unfit = 2014,
  plugin_not_pinned = 2015,
  plugin_pin_differs = 2016,
  useless_pin = 2017,
  too_many_retired = 2018,
  plugin_ambiguous = 2019,

  peer_unreachable = 3001,
  peer_refused = 3002,
  refused_client = 3003,
  refused_address = 3004,
  no_dead_letters = 3005,
};

struct CodeInfo {
  Code code;
  std::string_view title;
};

/// The whole table, ascending by number.
[[nodiscard]] std::span<const CodeInfo> all_codes();
/// The title of a code that is in the table, else empty.
[[nodiscard]] std::string_view title(Code code);
/// "AS1007".
[[nodiscard]] std::string text(Code code);

}  // namespace assay::host
