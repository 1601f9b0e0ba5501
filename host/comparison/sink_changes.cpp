#include "host/comparison/sink_changes.hpp"

#include <algorithm>
#include <string>

#include "host/comparison/plugin_settings.hpp"
#include "host/comparison/subject_changes.hpp"

namespace assay::host {
namespace {

std::vector<Named> sinks_of(const Assembly& assembly) {
  std::vector<Named> sinks;
  const Node* nodes = assembly.config().merged.find("sinks");
  for (const auto& sink : assembly.config().sinks) {
    Named named{sink.id, settings_of("sink", nodes->find(sink.id))};
    remove(named.settings, "config");
    add_plugin_settings(named.settings, assembly, PluginKind::sink, sink.use, sink.config,
                        "config");
    // A sink's files are what it writes: whatever is in them is no part of the configuration.
    for (auto& setting : named.settings) setting.file.clear();
    if (const auto plugin = plugin_in_words(assembly, sink.use); !plugin.empty()) {
      set(named.settings, "plugin", plugin);
    }
    sinks.push_back(std::move(named));
  }
  return sinks;
}

bool keeps_cursors(const Assembly& assembly, const std::string& id) {
  const auto& sinks = assembly.config().sinks;
  const auto found = std::ranges::find(sinks, id, &SinkConfig::id);
  return found != sinks.end() &&
         assembly.sinks()[static_cast<std::size_t>(found - sinks.begin())].front()->transactional();
}

bool only_secrets(const Change& change) {
  return std::ranges::all_of(change.differences, &Difference::secret);
}

}  // namespace

void add_sink_changes(Changes& changes, const Assembly& before, const Assembly& after) {
  compare_named(changes, Change::Part::sinks, sinks_of(before), sinks_of(after),
                [&](Change& change) {
                  if (change.kind == Change::Kind::removed && keeps_cursors(before, change.what)) {
                    change.note("what it stored and its cursors stay where they are");
                  }
                  if (change.kind != Change::Kind::changed || only_secrets(change) ||
                      !touches(change, {"use", "config"}) || !keeps_cursors(before, change.what)) {
                    return;
                  }
                  change.warn(
                      "it keeps the cursors of its steps: where it now stores into another "
                      "database, they are not there, and its steps begin at what the group has "
                      "committed or, where nothing is, at the start of the log");
                });
}

}  // namespace assay::host
