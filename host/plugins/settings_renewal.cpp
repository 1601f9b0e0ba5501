#include "host/plugins/settings_renewal.hpp"

#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

#include "core/model/plugin_error.hpp"
#include "host/config/read_again.hpp"
#include "host/config/schema.hpp"

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
                                 const assay_renewal_api* api)
    : config_(&config), sink_(&sink), api_(api), known_(config.config) {}

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
  if (const auto fault = fault_of(*read, sink_->describe())) {
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
  if (api_->renew(sink, &given_.back(), &error) != ASSAY_OK) {
    given_.pop_back();
    warn_once(error.message + (error.help.empty() ? "" : "; " + error.help));
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
