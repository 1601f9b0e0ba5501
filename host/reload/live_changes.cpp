#include "host/reload/live_changes.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/decode/card_token.hpp"
#include "host/comparison/chain_changes.hpp"
#include "host/comparison/engine_changes.hpp"
#include "host/comparison/field_changes.hpp"
#include "host/comparison/sink_changes.hpp"

namespace assay::host {
namespace {

using Part = Change::Part;

constexpr const char* kHelp =
    "restart the engine: what it remembers is kept, and nothing is judged twice";

bool is_live_key(const Change& change, const Difference& difference) {
  if (change.part == Part::decision) return !difference.path.starts_with("cap");
  if (change.part == Part::features) {
    // All else there is a feature by its name.
    constexpr std::array<std::string_view, 3> settled{"exact_events", "retention", "memory"};
    return std::ranges::find(settled, difference.path) == settled.end();
  }
  return change.part == Part::engine && change.what == "plugins";
}

// Where the settings of a change stand in the configuration.
std::string prefix_of(const Change& change) {
  switch (change.part) {
    case Part::schema:
      return change.what.starts_with("holder.") ? "holders.schema.fields." + change.what.substr(7)
                                                : "schema.fields." + change.what;
    case Part::sinks:
      return "sinks." + change.what;
    case Part::chains:
      return "chains." + change.what;
    default:
      return change.what;
  }
}

struct Found {
  Span place;        // of as much of the path as there is
  const Node* node;  // null where not all of it is
};
Found find_path(const Config& config, std::string_view path) {
  Found found{config.merged.span, &config.merged};
  while (!path.empty()) {
    const auto end = std::min(path.find('.'), path.size());
    const auto* entry = found.node->entry(path.substr(0, end));
    if (entry == nullptr) return {found.place, nullptr};
    found = {entry->key_span, &entry->value};
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return found;
}

Span place_of(const Config& config, std::string_view path) { return find_path(config, path).place; }

// A secret out of the same file: whoever uses it reads that again by itself.
bool is_rotation(const Config& before, const Config& after, const std::string& path) {
  const auto* was = find_path(before, path).node;
  const auto* is = find_path(after, path).node;
  return was != nullptr && is != nullptr && !is->written.empty() && is->written == was->written;
}

void refuse(Diagnostics& diagnostics, std::string message, const std::string& path,
            const Span& place, std::string note = {}) {
  Diagnostic diagnostic;
  diagnostic.code = Code::needs_restart;
  diagnostic.message = std::move(message);
  diagnostic.span = place;
  diagnostic.note = std::move(note);
  diagnostic.help = kHelp;
  diagnostic.path = path;
  diagnostics.add(std::move(diagnostic));
}

void judge(const Change& change, const Config& before, const Config& after,
           Diagnostics& diagnostics) {
  const auto prefix = prefix_of(change);
  if (change.kind != Change::Kind::changed) {
    const bool added = change.kind == Change::Kind::added;
    refuse(diagnostics,
           "`" + prefix + "` cannot be " + (added ? "added" : "removed") +
               " while the engine runs: that needs a restart",
           prefix, place_of(added ? after : before, prefix));
    return;
  }
  for (const auto& one : change.differences) {
    if (is_live_key(change, one)) continue;
    const auto path = one.path == prefix ? prefix : prefix + "." + one.path;
    if (one.secret && is_rotation(before, after, path)) continue;
    refuse(diagnostics, "`" + path + "` cannot change while the engine runs: that needs a restart",
           path, place_of(one.after ? after : before, path),
           "it is " + one.before.value_or("not given") + " in what runs, and " +
               one.after.value_or("not given") + " here");
  }
}

template <class Ids>
bool in_one_order(const Ids& before, const Ids& after, const char* what, Diagnostics& diagnostics) {
  if (std::ranges::equal(before, after)) return true;
  refuse(diagnostics, std::string("the ") + what + " stand in another order: that needs a restart",
         what, {});
  return false;
}

std::vector<std::string> sinks_of(const Config& config) {
  std::vector<std::string> ids;
  for (const auto& sink : config.sinks) ids.push_back(sink.id);
  return ids;
}

std::vector<std::string> steps_of(const core::Blueprint& blueprint) {
  std::vector<std::string> ids;
  for (const auto& step : blueprint.steps) ids.push_back(step.id);
  return ids;
}

// The sinks that run were bound by the code that was there at the start.
void judge_sinks(Assembly& founding, Assembly& next, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < next.sinks().size(); ++i) {
    const auto& was = *founding.sinks()[i].front();
    const auto& is = *next.sinks()[i].front();
    const auto& config = is.config();
    if (&was.plugin() != &is.plugin()) {
      refuse(diagnostics,
             "the plugin of sink `" + config.id + "` is another file than the one that runs",
             "sinks." + config.id + ".use", config.use_span,
             "a sink keeps its connection, its cursors and what it has under way");
    } else if (was.takes(ASSAY_DECISION) &&
               was.column_names(ASSAY_DECISION) != is.column_names(ASSAY_DECISION)) {
      refuse(diagnostics, "sink `" + config.id + "` binds other fields than it does now",
             "sinks." + config.id, config.span);
    }
  }
}

void judge_card_key(const Assembly& founding, const Assembly& next, Diagnostics& diagnostics) {
  const auto print = [](const Assembly& of) {
    return of.card_key()
               ? core::format_token(core::CardTokenizer(*of.card_key()).mac("assay: reload"))
               : std::string();
  };
  if (print(founding) == print(next)) return;
  refuse(diagnostics, "the key for card numbers is another one: that needs a restart", "card",
         place_of(next.config(), "card"),
         "under another key the same card has another token, and its history begins anew");
}

}  // namespace

bool is_live(Assembly& founding, Assembly& next, Diagnostics& diagnostics) {
  const auto& before = founding.config();
  const auto& after = next.config();
  Changes changes;
  add_source_changes(changes, before, after);
  add_field_changes(changes, founding, next);
  add_sink_changes(changes, founding, next);
  add_chain_changes(changes, founding, next);
  add_decision_changes(changes, before, after);
  add_engine_changes(changes, before, after);
  for (const auto& change : changes) judge(change, before, after, diagnostics);
  if (diagnostics.has_errors()) return false;
  if (!in_one_order(sinks_of(before), sinks_of(after), "sinks", diagnostics) ||
      !in_one_order(steps_of(*founding.decisions().blueprint),
                    steps_of(*next.decisions().blueprint), "chains", diagnostics)) {
    return false;
  }
  judge_sinks(founding, next, diagnostics);
  judge_card_key(founding, next, diagnostics);
  return !diagnostics.has_errors();
}

}  // namespace assay::host
