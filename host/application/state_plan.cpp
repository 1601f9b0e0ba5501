#include "host/application/state_plan.hpp"

#include <span>
#include <string_view>

#include "host/state/checksum.hpp"

namespace assay::host {
namespace {

// What is written one behind the other, each with its name and an end that no text contains.
class Fingerprint {
 public:
  void add(std::string_view name, std::string_view value) {
    add_bytes(name);
    add_bytes(value);
  }
  void add(std::string_view name, std::int64_t value) { add(name, std::to_string(value)); }

  [[nodiscard]] std::string finish() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : checksum_.finish()) {
      const auto value = static_cast<unsigned>(byte);
      text += {digits[value >> 4u], digits[value & 15u]};
    }
    return text;
  }

 private:
  void add_bytes(std::string_view text) {
    checksum_.add(std::as_bytes(std::span(text)));
    const std::byte end{0};
    checksum_.add(std::span(&end, 1));
  }

  Checksum checksum_;
};

void add_features(Fingerprint& all, const core::FeaturePlan& plan) {
  const auto& options = plan.options();
  all.add("exact_events", options.exact_events);
  all.add("retention", options.retention);
  all.add("reversal_horizon", options.reversal_horizon);
  for (std::uint32_t i = 0; i < plan.stores().size(); ++i) {
    const auto& store = plan.stores()[i];
    all.add("store", store.shared ? "shared" : "of a partition");
    all.add("reversals", store.reversals ? 1 : 0);
    for (std::size_t key = 0; key < store.keys.size(); ++key) {
      all.add(store.key_names[key], static_cast<std::int64_t>(store.keys[key].type));
    }
    for (const auto& column : store.columns) {
      all.add("column", static_cast<std::int64_t>(column.field.type));
    }
    for (const auto feature : plan.of_store(i)) all.add("feature", plan.features()[feature].text);
  }
}

}  // namespace

std::string state_plan(const Assembly& assembly) {
  Fingerprint all;
  const auto& blueprint = *assembly.decisions().blueprint;
  all.add("dedupe", blueprint.dedupe_horizon);
  if (const auto& key = assembly.card_key()) {
    all.add("key", core::format_token(core::CardTokenizer(*key).mac("assay: the plan of state")));
  }
  if (blueprint.features) add_features(all, *blueprint.features);
  for (const auto& rule : assembly.rules()) {
    if (!rule.plugin || !rule.plugin->stateful()) continue;
    all.add("rule", rule.config->id);
    all.add("version", rule.config->version);
    all.add("plugin", rule.config->use);
  }
  return all.finish();
}

}  // namespace assay::host
