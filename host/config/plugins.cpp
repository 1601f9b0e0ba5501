// `plugins`: where plugins are, and what is trusted.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "host/config/bounded_size.hpp"
#include "host/config/members.hpp"
#include "host/config/sections.hpp"
#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

constexpr std::string_view kPrefix = "sha256:";
constexpr std::size_t kDigits = 64;

std::optional<std::string> digits_of(std::string_view pin) {
  if (!pin.starts_with(kPrefix)) return std::nullopt;
  pin.remove_prefix(kPrefix.size());
  if (pin.size() != kDigits || pin.find_first_not_of("0123456789abcdef") != pin.npos) {
    return std::nullopt;
  }
  return std::string(pin);
}

std::vector<PluginsConfig::Pin> read_pins(const Node* pins, Diagnostics& diagnostics) {
  std::vector<PluginsConfig::Pin> read;
  if (pins == nullptr) return read;
  for (const Entry& entry : pins->entries) {
    if (!entry.value.is_scalar()) continue;  // the schema has spoken
    auto digits = digits_of(entry.value.text);
    if (!digits) {
      diagnostics.add({.code = Code::bad_value,
                       .message = "the pin of `" + entry.key + "` is not a digest",
                       .span = entry.value.span,
                       .note = "a pin is `sha256:` and 64 small hexadecimal digits",
                       .help = "let `assay plugins pin` write it",
                       .path = "plugins.pins." + entry.key});
      continue;
    }
    read.push_back({entry.key, std::move(*digits)});
  }
  return read;
}

constexpr SizeBounds kProcessMemory{{64 << 20, "64 MiB"}, {Bytes{1} << 40, "1 TiB"}};

ProcessConfig read_process(const Members& members, Diagnostics& diagnostics) {
  ProcessConfig config;
  members.duration("deadline", config.deadline);
  members.duration("start", config.start);
  read_size(members, "memory", config.memory, kProcessMemory, "plugins.process.memory",
            diagnostics);
  members.integer("restarts", config.restarts);
  members.duration("restart_window", config.restart_window);
  members.duration("spin", config.spin);
  return config;
}

}  // namespace

PluginsConfig read_plugins(const Node& root, Diagnostics& diagnostics) {
  PluginsConfig config;
  const Members members = Members(&root).map("plugins");
  members.paths("path", config.path);
  members.size("max_size", config.max_size);
  config.pins = read_pins(members.find("pins"), diagnostics);
  members.boolean("require_pins", config.require_pins);
  members.texts("libraries", config.libraries);
  members.path("cache", config.cache);
  members.integer("max_retired", config.max_retired);
  members.choice("isolation", config.isolation, isolation_words);
  config.process = read_process(members.map("process"), diagnostics);
  return config;
}

void check_pins(const Node& root, const Config& config, Diagnostics& diagnostics) {
  const Node* pins = Members(&root).map("plugins").find("pins");
  if (pins == nullptr) return;
  std::vector<std::string> used;
  for (const auto& rule : config.rules) {
    if (!rule.use.empty()) used.push_back(rule.use);
  }
  for (const auto& sink : config.sinks) used.push_back(sink.use);
  for (const Entry& entry : pins->entries) {
    if (std::find(used.begin(), used.end(), entry.key) != used.end()) continue;
    // A pin that is misspelt holds nothing, and nobody would notice.
    diagnostics.add({.severity = Severity::warning,
                     .code = Code::useless_pin,
                     .message = "the pin of `" + entry.key + "` holds nothing",
                     .span = entry.key_span,
                     .note = "no rule and no sink has this name in `use`",
                     .help = did_you_mean(entry.key, used),
                     .path = "plugins.pins." + entry.key});
  }
}

}  // namespace assay::host
