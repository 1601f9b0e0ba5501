#include "host/reload/reload.hpp"

#include <utility>

#include "host/reload/changes_in_words.hpp"
#include "host/reload/live_changes.hpp"

namespace assay::host {

Prepare reload_by(ReadConfig read) {
  return [read = std::move(read)](Assembly& founding, Assembly& in_force,
                                  Diagnostics& diagnostics) -> std::unique_ptr<Generation> {
    auto config = read(diagnostics);
    if (!config) return nullptr;
    auto next = std::make_unique<Generation>();
    next->config = std::make_unique<Config>(std::move(*config));
    next->assembly =
        Assembly::build(*next->config, Assembly::CardKey::required, diagnostics, founding.ground());
    if (!next->assembly || !is_live(founding, *next->assembly, diagnostics)) return nullptr;
    next->changes = changes_in_words(in_force, *next->assembly);
    // They have said what they bind; those of the first assembly go on delivering.
    next->assembly->drop_sinks();
    return next;
  };
}

}  // namespace assay::host
