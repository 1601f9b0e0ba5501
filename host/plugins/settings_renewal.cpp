#include "host/plugins/settings_renewal.hpp"

#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

#include "core/model/plugin_error.hpp"
#include "host/config/read_again.hpp"
#include "host/config/schema.hpp"
#include "host/plugins/plugin_door.hpp"

namespace assay::host {
namespace {

// What a judge marks in a source is control's alone.
void forget_places(Node& node) {
  node.span = {};
  for (Node& item : node.items) forget_places(item);
  for (Entry& entry : node.entries) {
    entry.key_span = {};
    forget_places(entry.value);
  }
}

// A plugin's own words may quote what it was given.
void conceal_secrets(const Node& node, Diagnostics& diagnostics) {
  if (node.secret && !node.text.empty()) diagnostics.conceal(node.text);
  for (const Node& item : node.items) conceal_secrets(item, diagnostics);
  for (const Entry& entry : node.entries) conceal_secrets(entry.value, diagnostics);
}

// A file that is just being written may be empty.
std::optional<std::string> fault_of(Node settings, const char* schema) {
  const auto parsed = Schema::parse(schema);
  if (!parsed) return parsed.error();
  forget_places(settings);
  Diagnostics diagnostics;
  parsed->check(settings, diagnostics, {.owner = "", .path = "config", .place = {}});
  if (!diagnostics.has_errors()) return std::nullopt;
  return diagnostics.without_secrets(diagnostics.all().front().message);
}

}  // namespace

SettingsRenewal::SettingsRenewal(const SinkConfig& config, const assay_sink_api& sink,
                                 const assay_renewal_api* api, const char* whom)
    : config_(&config), sink_(&sink), api_(api), whom_(whom), known_(config.config) {}

bool SettingsRenewal::look(assay_sink* sink) {
  auto read = read_again(known_, process_environment());
  if (!read) {
    warn_once(read.error());
    return false;
  }
  if (same_values(*read, known_)) {
    told_.clear();
    return false;
  }
  const char* schema = nullptr;
  enter_plugin(whom_, [&] { schema = sink_->describe(); });
  if (const auto fault = fault_of(*read, schema)) {
    warn_once(*fault);
    return false;
  }
  told_.clear();
  known_ = std::move(*read);
  return give(sink, known_);
}

bool SettingsRenewal::give(assay_sink* sink, const Node& read) {
  if (!api_) {
    spdlog::warn(
        "sink {}: a secret of its configuration has changed, and its plugin takes another "
        "one at a start only: restart the engine",
        config_->id);
    return false;
  }
  assay_error error;
  given_.push_back({read, {}});
  const auto taken =
      enter_plugin(whom_, error, [&] { return api_->renew(sink, &given_.back(), &error); });
  if (taken != ASSAY_OK) {
    given_.pop_back();
    Diagnostics diagnostics;
    conceal_secrets(read, diagnostics);
    warn_once(
        diagnostics.without_secrets(error.message + (error.help.empty() ? "" : "; " + error.help)));
    return false;
  }
  spdlog::info("sink {}: a secret of its configuration has changed and is used from now on",
               config_->id);
  return true;
}

void SettingsRenewal::warn_once(const std::string& why) {
  if (std::exchange(told_, why) == why) return;
  spdlog::warn("sink {} keeps the secrets that it has: {}", config_->id, why);
}

}  // namespace assay::host
