// What is too much: the breaker of a rule, the cap on declines, the guard before the dead letters.
#include <string>

#include "host/config/members.hpp"
#include "host/config/sections.hpp"
#include "host/config/values.hpp"

namespace assay::host {
namespace {

constexpr Nanoseconds kLeastWindow = second_ns;

void read_window(const Members& members, const std::string& path, Nanoseconds& window,
                 Diagnostics& diagnostics) {
  members.duration("window", window);
  if (window >= kLeastWindow) return;
  diagnostics.add({.code = Code::bad_value,
                   .message = "`" + path + ".window` is too short to count anything in",
                   .span = members.place("window"),
                   .label = "expected at least `1s`",
                   .path = path + ".window"});
}

}  // namespace

std::optional<BreakerConfig> read_breaker(const Entry* entry, const std::string& path,
                                          Diagnostics& diagnostics) {
  if (entry == nullptr || !entry->value.is_map()) return std::nullopt;
  BreakerConfig breaker{.span = entry->key_span};
  const Members members(&entry->value);
  if (const Node* share = members.find("share")) {
    breaker.share = parse_share(share->text).value_or(0);
  }
  members.integer("count", breaker.count);
  read_window(members, path, breaker.window, diagnostics);
  members.boolean("demote", breaker.demote);
  if (members.find("demote") != nullptr) breaker.span = members.place("demote");
  return breaker;
}

void read_guard(const Node* node, DeadLettersConfig::Guard& guard, Diagnostics& diagnostics) {
  if (node == nullptr || !node->is_map()) return;
  const Members members(node);
  if (const Node* share = members.find("share")) {
    guard.share = parse_share(share->text).value_or(guard.share);
  }
  members.integer("count", guard.count);
  read_window(members, "dead_letters.guard", guard.window, diagnostics);
}

std::optional<DecisionConfig::Cap> read_cap(const Node* node, Diagnostics& diagnostics) {
  if (node == nullptr || !node->is_map()) return std::nullopt;
  DecisionConfig::Cap cap;
  const Members members(node);
  members.integer("declines", cap.declines);
  read_window(members, "decision.cap", cap.window, diagnostics);
  return cap;
}

}  // namespace assay::host
