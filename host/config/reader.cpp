#include "host/config/reader.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "host/config/bounded_size.hpp"
#include "host/config/canonical.hpp"
#include "host/config/files.hpp"
#include "host/config/members.hpp"
#include "host/config/message_room.hpp"
#include "host/config/schema.hpp"
#include "host/config/sections.hpp"
#include "host/diagnostics/credentials.hpp"
#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

constexpr SizeBounds kMemory{{1 << 20, "1 MiB"}, {Bytes{1} << 40, "1 TiB"}};
constexpr Bytes kBatchesInMemory = 8;  // joined ones: a sink has one in hand, beside its parts

Bytes mebibytes(Bytes bytes) { return (bytes + (1 << 20) - 1) >> 20; }

// The engine chooses no more workers than have room; those that were asked for are counted.
void check_message_fits(const Node& root, const Config& config, Diagnostics& diagnostics) {
  const auto workers = std::max<std::int64_t>(config.workers, 1);
  if (config.memory < kMemory.least.bytes || config.source.max_message > kMessage.most.bytes ||
      config.source.max_message <= reader_part(config, workers) / kMessagesInPart) {
    return;
  }
  const Members members(&root);
  const auto message = members.map("source").place("max_message");
  const auto count = readers(config, workers);
  const auto needed = config.source.max_message * kMessagesInPart * count;
  const bool named = message.source != nullptr;
  diagnostics.add(
      {.code = Code::bad_value,
       .message = "`source.max_message` is more than a sixty-fourth of " +
                  (count == 1 ? "`memory`"
                              : "each of the " + std::to_string(count) + " parts of `memory`"),
       .span = named ? message : members.place("memory"),
       .label = named ? "too large for that" : "too little for that",
       .note = "each worker and the reader of the holders' topic has a part, and holds "
               "many times the longest message while it reads it",
       .help = "raise `memory` to " + std::to_string(mebibytes(needed)) +
               " MiB, or lower `source.max_message`",
       .path = "source.max_message"});
}

void read_rest(const Node& root, Config& config, Diagnostics& diagnostics) {
  const Members members(&root);
  members.integer("workers", config.workers);
  read_size(members, "memory", config.memory, kMemory, "memory", diagnostics);
  const Members time = members.map("time");
  time.duration_or_off("behind", config.time.behind);
  time.duration_or_off("ahead", config.time.ahead);
  time.duration("skew", config.time.skew);
  time.duration_or_off("alignment", config.time.alignment);
  time.text("zone", config.time.zone);
  const Members state = members.map("state");
  state.path("dir", config.state.dir);
  state.duration("interval", config.state.interval);
  members.map("dedupe").duration("horizon", config.dedupe_horizon);
  members.text("default_currency", config.default_currency);
  const Members log = members.map("log");
  using Level = LogConfig::Level;
  log.choice("level", config.log.level,
             std::array{std::pair{std::string_view("debug"), Level::debug},
                        std::pair{std::string_view("info"), Level::info},
                        std::pair{std::string_view("warning"), Level::warning},
                        std::pair{std::string_view("error"), Level::error}});
  log.choice("format", config.log.format,
             std::array{std::pair{std::string_view("human"), LogConfig::Format::human},
                        std::pair{std::string_view("json"), LogConfig::Format::json}});
}

// All instances of all sinks may have one in hand.
void bound_batches(Config& config) {
  std::int64_t hands = 0;
  for (const auto& sink : config.sinks) hands += std::max<std::int64_t>(sink.instances, 1);
  for (auto& sink : config.sinks) {
    sink.batch_bytes = std::min(sink.batch_bytes, config.memory / kBatchesInMemory / hands);
  }
}

// A plugin's schema marks its secrets, but the plugin is not open yet: until then a telling name is
// enough.
void mark_by_name(Node& node) {
  for (Node& item : node.items) mark_by_name(item);
  for (Entry& entry : node.entries) {
    if (tells_of_secret(entry.key)) {
      keep_secret(entry.value);
    } else {
      mark_by_name(entry.value);
    }
  }
}

void mark_plugin_secrets(Node& root) {
  for (const auto& [section, key] :
       {std::pair{"sinks", "config"}, std::pair{"rules", "parameters"}}) {
    Node* owners = root.find(section);
    if (owners == nullptr) continue;
    for (Entry& owner : owners->entries) {
      if (Node* settings = owner.value.find(key)) mark_by_name(*settings);
    }
  }
}

void check_rule_ids(const Node& root, const Config& config, Diagnostics& diagnostics) {
  std::vector<std::string> ids;
  for (const RuleConfig& rule : config.rules) ids.push_back(rule.id);
  const Members decision = Members(&root).map("decision");
  for (const std::string key : {"weights", "actions"}) {
    const Node* by_rule = decision.find(key);
    if (by_rule == nullptr) continue;
    for (const Entry& entry : by_rule->entries) {
      if (std::ranges::find(ids, entry.key) != ids.end()) continue;
      diagnostics.add({.code = Code::unknown_rule,
                       .message = "there is no rule `" + entry.key + "`",
                       .span = entry.key_span,
                       .label = "not the id of a configured rule",
                       .help = did_you_mean(entry.key, ids),
                       .path = "decision." + key + "." + entry.key});
    }
  }
}

void check_dead_letter_topic(const Node& root, const Config& config, Diagnostics& diagnostics) {
  if (config.dead_letters.mode != DeadLettersConfig::Mode::kafka) return;
  const std::string& topic = config.dead_letters.topic;
  const bool is_source = topic == config.source.topic;
  const bool is_holders = config.holders && topic == config.holders->topic;
  if (!is_source && !is_holders) return;
  Span place = Members(&root).map("dead_letters").place("topic");
  if (!place.source) place = Members(&root).map(is_source ? "source" : "holders").place("topic");
  diagnostics.add(
      {.code = Code::dead_letters_to_source,
       .message = "dead letters go to `" + topic + "`, which is consumed",
       .span = place,
       .note = std::string("it is the topic of ") + (is_source ? "`source`" : "`holders`"),
       .help = "give `dead_letters.topic` a topic of its own",
       .path = "dead_letters.topic"});
}

}  // namespace

std::optional<Config> read_config(std::span<const std::string> paths, Diagnostics& diagnostics,
                                  const Environment& environment) {
  Node root = load_merged(paths, environment, diagnostics);
  // What a broken or missing file would have held is unknown: anything said about it would be a
  // guess.
  const bool complete = std::ranges::none_of(diagnostics.all(), [](const Diagnostic& one) {
    return one.code == Code::bad_syntax || one.code == Code::file_unreadable;
  });
  if (!complete) return std::nullopt;

  host_schema().check(root, diagnostics, {});
  mark_plugin_secrets(root);
  Config config;
  config.source = read_source(root, diagnostics);
  read_rest(root, config, diagnostics);
  config.fields = read_fields(root.find("schema"), "schema", diagnostics);
  config.features = read_features(root, diagnostics);
  config.holders = read_holders(root, diagnostics);
  config.card = read_card(root, diagnostics);
  config.decision = read_decision(root, diagnostics);
  config.plugins = read_plugins(root, diagnostics);
  config.rules = read_rules(root, config.decision, config.plugins, diagnostics);
  config.sinks = read_sinks(root, diagnostics);
  bound_batches(config);
  config.chains = read_chains(root, diagnostics);
  config.dead_letters = read_dead_letters(root, diagnostics);
  config.outbox = read_outbox(root, diagnostics);
  config.observe = read_observe(root, diagnostics);
  check_message_fits(root, config, diagnostics);
  check_pins(root, config, diagnostics);
  check_rule_ids(root, config, diagnostics);
  check_dead_letter_topic(root, config, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;

  config.canonical_json = canonical_json(root);
  config.hash = sha256_hex(config.canonical_json);
  config.merged = std::move(root);
  return config;
}

}  // namespace assay::host
