#include "host/comparison/engine_changes.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "host/comparison/subject_changes.hpp"
#include "host/config/schema.hpp"

namespace assay::host {
namespace {

// What has functions of its own here or beside; `include` is gone once files are merged.
constexpr std::array<std::string_view, 7> kElsewhere{"include", "source",   "schema", "rules",
                                                     "sinks",   "decision", "chains"};

Settings section(const Config& config, const std::string& key) {
  Settings settings;
  const auto& document = host_schema().document();
  const Node* node = config.merged.find(key);
  if (node == nullptr && key == "holders") return settings;  // then there are none
  add_settings(settings, document, document.at("properties").at(key), node, "");
  remove(settings, "schema");  // of holders: their fields are compared one by one
  for (auto& setting : settings) {
    setting.file.clear();
    if (setting.path.empty()) setting.path = key;  // `workers` has no keys of its own
  }
  return settings;
}

Change compared(Change::Part part, const std::string& key, const Config& before,
                const Config& after) {
  Change change{part, Change::Kind::changed, key};
  change.differences = differences(section(before, key), section(after, key));
  return change;
}

const Difference* difference(const Change& change, std::string_view path) {
  const auto found = std::ranges::find(change.differences, path, &Difference::path);
  return found == change.differences.end() ? nullptr : &*found;
}

void explain_source(Change& change, const SourceConfig& now) {
  change.consequences.push_back(
      {Consequence::Weight::restart, "every process of the group needs a restart"});
  const std::string cursors =
      "cursors are kept by (group, step, topic, partition), and committed offsets by group and "
      "topic: ";
  if (difference(change, "group")) {
    change.warn(cursors + "under `" + now.group +
                "` there is none unless it has run before, and everything that the log still has "
                "is judged, stored and told once more");
  }
  if (difference(change, "topic")) {
    change.warn(cursors + "of `" + now.topic +
                "` there is none unless this group has read it before, and it is read from the "
                "start of its log");
  }
  if (difference(change, "bootstrap")) {
    change.warn(
        "where these are brokers of another cluster, its offsets are others: cursors and "
        "committed positions do not fit and have to be set anew");
  }
  if (touches(change, {"key", "implies"})) {
    change.note("which history a partition keeps by itself, and which all share, depends on it");
  }
}

void explain_decision(Change& change, const DecisionConfig& was, const DecisionConfig& now) {
  const auto cut_off = [&](double before, double after, const std::string& outcome) {
    if (after < before) change.note("lower scores lead to a " + outcome + " than before");
    if (after > before) change.note("a " + outcome + " needs a higher score than before");
  };
  cut_off(was.review, now.review, "review");
  cut_off(was.decline, now.decline, "decline");
  if (difference(change, "on_error")) {
    change.note("that holds for every rule without an `on_error` of its own");
  }
}

void explain_engine(Change& change) {
  if (change.what == "holders" && touches(change, {"topic"})) {
    change.warn(
        "cursors and committed offsets are kept by topic: of the new one there is none unless this "
        "group has read it before, and it is read from the start of its log");
  }
  if (change.what == "card") {
    change.warn(
        "under another key the same card has another token: history by card begins anew, "
        "and lists of tokens have to be made anew");
  }
  if (change.what == "dead_letters") {
    change.note("what was set aside before stays where it is");
  }
  if (change.what == "state" && touches(change, {"dir"})) {
    change.note(
        "snapshots are looked for in the new folder alone: without them history is read "
        "again from the log");
  }
}

}  // namespace

void add_source_changes(Changes& changes, const Config& before, const Config& after) {
  auto change = compared(Change::Part::source, "source", before, after);
  if (change.differences.empty()) return;
  explain_source(change, after.source);
  changes.push_back(std::move(change));
}

void add_decision_changes(Changes& changes, const Config& before, const Config& after) {
  auto change = compared(Change::Part::decision, "decision", before, after);
  // They are told of the rules that they are given to.
  std::erase_if(change.differences,
                [](const Difference& one) { return one.path.starts_with("weights."); });
  if (change.differences.empty()) return;
  explain_decision(change, before.decision, after.decision);
  changes.push_back(std::move(change));
}

void add_engine_changes(Changes& changes, const Config& before, const Config& after) {
  for (const auto& [key, schema] : host_schema().document().at("properties").items()) {
    if (std::ranges::find(kElsewhere, key) != kElsewhere.end()) continue;
    const auto part = key == "features" ? Change::Part::features : Change::Part::engine;
    auto change = compared(part, key, before, after);
    if (change.differences.empty()) continue;
    explain_engine(change);
    changes.push_back(std::move(change));
  }
}

}  // namespace assay::host
