#include "host/diagnostics/codes.hpp"

#include <array>

namespace assay::host {
namespace {

constexpr std::array table{
    CodeInfo{Code::file_unreadable, "a file cannot be read"},
    CodeInfo{Code::bad_syntax, "the text is not valid YAML"},
    CodeInfo{Code::repeated_key, "a key stands twice in one map"},
    CodeInfo{Code::refused_yaml, "a feature of YAML that the configuration does not use"},
    CodeInfo{Code::bad_include, "an include cannot be followed"},
    CodeInfo{Code::bad_interpolation, "a ${...} in a value cannot be replaced"},
    CodeInfo{Code::unknown_key, "a key is not known here"},
    CodeInfo{Code::wrong_type, "a value has the wrong type"},
    CodeInfo{Code::missing_key, "a required key is missing"},
    CodeInfo{Code::bad_value, "a value is not allowed here"},
    CodeInfo{Code::later_release, "a capability that this release does not have yet"},
    CodeInfo{Code::repeated_rule, "two rules have the same id"},
    CodeInfo{Code::unknown_sink, "a step names a sink that is not configured"},
    CodeInfo{Code::unknown_step, "a step waits for a step that its chain does not have"},
    CodeInfo{Code::step_cycle, "steps wait for each other"},
    CodeInfo{Code::required_behind_optional, "a required step waits for an optional one"},
    CodeInfo{Code::cut_offs_out_of_order, "the cut-offs are out of order"},
    CodeInfo{Code::dead_letters_to_source, "dead letters would be consumed again"},
    CodeInfo{Code::unknown_rule, "the policy names a rule that is not configured"},
    CodeInfo{Code::nothing_required, "no step is required"},
    CodeInfo{Code::refused_property, "a Kafka property would break a guarantee"},
    CodeInfo{Code::no_rule_file, "a pattern matches no rule file"},
    CodeInfo{Code::repeated_role, "two fields have the same role"},
    CodeInfo{Code::conflicting_keys, "two keys contradict each other"},
    CodeInfo{Code::repeated_name, "a name stands for two things"},
    CodeInfo{Code::demoted_action, "a breaker would switch a hard action off"},
    CodeInfo{Code::cannot_defer, "a step cannot be deferred like that"},
    CodeInfo{Code::cannot_fall_back, "a step cannot have this fallback"},
    CodeInfo{Code::cannot_cool_down, "a step cannot have a cooldown"},
    CodeInfo{Code::needs_restart, "a running engine cannot take a change"},
    CodeInfo{Code::plugin_not_found, "no file for a plugin that is used"},
    CodeInfo{Code::plugin_refused, "a file is not a plugin that this engine can load"},
    CodeInfo{Code::wrong_plugin_kind, "a plugin is used for what it is not"},
    CodeInfo{Code::unknown_field, "a plugin wants a field that the schema does not have"},
    CodeInfo{Code::field_type_differs, "a plugin wants a field with another type"},
    CodeInfo{Code::refused_by_plugin, "a plugin refuses its configuration"},
    CodeInfo{Code::unknown_reason, "the policy names a reason that the rule does not have"},
    CodeInfo{Code::bad_reason, "a reason's declaration or its words are not sound"},
    CodeInfo{Code::bad_condition, "a condition cannot be read"},
    CodeInfo{Code::card_key_missing, "there is no key for card numbers"},
    CodeInfo{Code::bad_plugin_schema, "a plugin describes its settings wrongly"},
    CodeInfo{Code::bad_feature, "a feature cannot be read, or is not what a plugin wants"},
    CodeInfo{Code::bad_bands, "bands do not fit their reason or each other"},
    CodeInfo{Code::plugin_unfit, "a plugin's file is refused before it is loaded"},
    CodeInfo{Code::plugin_not_pinned, "a plugin has no pin, and pins are required"},
    CodeInfo{Code::plugin_pin_differs, "a plugin's file is not the one that is pinned"},
    CodeInfo{Code::useless_pin, "a pin names a plugin that nothing uses"},
    CodeInfo{Code::too_many_retired, "too many libraries are mapped that nothing uses"},
    CodeInfo{Code::plugin_ambiguous, "two files are the same version of one plugin"},
    CodeInfo{Code::peer_unreachable, "a peer cannot be reached"},
    CodeInfo{Code::peer_refused, "a peer refuses what the engine needs"},
    CodeInfo{Code::refused_client, "librdkafka does not take what it is configured with"},
    CodeInfo{Code::refused_address, "nothing can listen at an address"},
    CodeInfo{Code::no_dead_letters, "dead letters have no place to go"},
};

}  // namespace

std::span<const CodeInfo> all_codes() { return table; }

std::string_view title(Code code) {
  for (const CodeInfo& info : table) {
    if (info.code == code) return info.title;
  }
  return {};
}

std::string text(Code code) { return "AS" + std::to_string(static_cast<unsigned>(code)); }

}  // namespace assay::host
