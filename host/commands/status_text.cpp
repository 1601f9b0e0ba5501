#include "host/commands/status_text.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Of an engine of another release: what it does not tell is empty.
const Json& part(const Json& object, const char* name) {
  static const Json nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string line(const std::string& name, const std::string& rest) {
  return fmt::format("  {:<24} {}\n", name, rest);
}

// "received 110, delivered 90"; names are written with spaces.
std::string figures(const Json& object) {
  std::string all;
  for (const auto& [name, value] : object.items()) {
    auto words = name;
    std::replace(words.begin(), words.end(), '_', ' ');
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", words, text_of(value));
  }
  return all;
}

std::string checks(const Json& list) {
  std::string text;
  for (const auto& check : list) {
    const auto reason = check.value("reason", "");
    text += fmt::format("  {} {:<22} {}", check.value("ok", false) ? "+" : "-",
                        check.value("name", ""), reason);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

// Of those that a rule's code runs in: ", 2 processes, 1 down, 3 restarts".
std::string processes(const Json& list) {
  if (list.empty()) return {};
  std::size_t down = 0;
  std::uint64_t restarts = 0;
  for (const auto& one : list) {
    down += one.value("up", false) ? 0 : 1;
    restarts += one.value("restarts", std::uint64_t{0});
  }
  auto text = fmt::format(", {} process{}", list.size(), list.size() == 1 ? "" : "es");
  if (down > 0) text += fmt::format(", {} down", down);
  if (restarts > 0) text += fmt::format(", {} restart{}", restarts, restarts == 1 ? "" : "s");
  return text;
}

// ", by velocity 1.2.0"
std::string plugin_of(const Json& user) {
  const auto plugin = user.value("plugin", "");
  return plugin.empty() ? plugin : ", by " + plugin;
}

std::string rules(const Json& list) {
  std::string text;
  for (const auto& rule : list) {
    auto rest = fmt::format("{}, {} hits", rule.value("mode", ""), text_of(part(rule, "hits")));
    for (const char* trouble : {"inconclusive", "errors"}) {
      if (rule.value(trouble, std::uint64_t{0}) > 0)
        rest += fmt::format(", {} {}", text_of(part(rule, trouble)), trouble);
    }
    if (rule.value("alarms", false)) rest += ", its breaker alarms";
    if (rule.value("demoted", false)) rest += ", demoted to shadow";
    rest += processes(part(rule, "processes")) + plugin_of(rule);
    text += line(rule.value("id", ""), rest);
  }
  return text;
}

std::string sinks(const Json& list) {
  std::string text;
  for (const auto& sink : list) {
    text += line(sink.value("id", ""),
                 fmt::format("{}, {} records, {} retries{}", sink.value("state", ""),
                             text_of(part(sink, "records")), text_of(part(sink, "retries")),
                             plugin_of(sink)));
  }
  return text;
}

std::string outboxes(const Json& list) {
  std::string text;
  for (const auto& one : list) {
    text += line(one.value("step", ""),
                 fmt::format("{}, {} wait, {} dead, {} sent, {} retries", one.value("state", ""),
                             text_of(part(one, "waiting")), text_of(part(one, "dead")),
                             text_of(part(one, "sent")), text_of(part(one, "retries"))));
  }
  return text;
}

std::string partitions(const Json& list) {
  std::string text;
  for (const auto& one : list) {
    text += line(fmt::format("{} {}", one.value("topic", ""), text_of(part(one, "partition"))),
                 fmt::format("at offset {}, {} behind", text_of(part(one, "offset")),
                             text_of(part(one, "lag"))));
  }
  return text;
}

// What has become of the configuration that was read last; empty where it is the one in force.
std::string last_read(const Json& configuration) {
  if (!configuration.is_object()) return {};
  if (configuration.value("under_way", false)) return "a configuration is being read\n";
  const auto text = configuration.value("refusal", "");
  if (text.empty()) return {};
  return "\nThe configuration that was read last is refused, and nothing has changed:\n" + text;
}

}  // namespace

std::string status_text(const Json& status) {
  auto text = fmt::format(
      "{}, assay {}, configuration {}\n", status.value("ready", false) ? "ready" : "not ready",
      status.value("version", ""), status.value("config_hash", "").substr(0, 12));
  const auto& configuration = part(status, "configuration");
  if (configuration.is_object()) {
    text += fmt::format("in force since {}", configuration.value("in_force_since", ""));
    const auto changes = configuration.value("changes", "");
    text += (changes.empty() ? "" : ": " + changes) + "\n";
  }
  text += last_read(configuration);
  text += checks(part(status, "checks"));
  text += "\nRecords\n  " + figures(part(status, "records")) + "\n";
  text += "\nDecisions\n  " + figures(part(status, "decisions")) + "\n";
  text += "\nRules\n" + rules(part(status, "rules"));
  text += "\nSinks\n" + sinks(part(status, "sinks"));
  if (const auto deferred = outboxes(part(status, "outboxes")); !deferred.empty()) {
    text += "\nOutboxes\n" + deferred;
  }
  text += "\nPartitions\n" + partitions(part(status, "partitions"));
  return text;
}

std::string first_reason(const std::string& readiness) {
  const auto json = Json::parse(readiness, nullptr, false);
  if (!json.is_object() || !json.contains("checks")) return {};
  for (const auto& check : json["checks"]) {
    if (check.value("ok", true)) continue;
    return fmt::format("{}: {}", check.value("name", ""), check.value("reason", ""));
  }
  return {};
}

}  // namespace assay::host
