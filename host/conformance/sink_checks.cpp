#include "host/conformance/sink_checks.hpp"

#include <array>

#include "host/conformance/promise.hpp"

namespace assay::host {

std::span<const Promise> sink_checks() {
  static constexpr std::array checks{
      Promise{"settings", "describes its settings, and takes them", &sink_check::settings, true},
      Promise{"bind", "binds, and every instance binds the same", &sink_check::binding, true},
      Promise{"names", "fields are those of the deployment", &sink_check::names},
      Promise{"note", "the note has the fields and records that are bound", &sink_check::note},
      Promise{"missing_interfaces", "says so where the host lacks an interface",
              &sink_check::missing_interfaces},
      Promise{"host_errors", "survives a failure of each call into the host",
              &sink_check::host_errors},
      Promise{"health", "tells whether its peer is there", &sink_check::health},
      Promise{"empty_batch", "takes a batch without rows", &sink_check::empty_batch},
      Promise{"statuses", "says of each record what became of it", &sink_check::statuses},
      Promise{"largest_batch", "takes a batch of 5000", &sink_check::largest_batch},
      Promise{"extreme_values", "takes the least and the largest values",
              &sink_check::extreme_values},
      Promise{"absent_values", "takes records without values", &sink_check::absent_values},
      Promise{"flush", "flushes", &sink_check::flush},
      Promise{"deadline", "keeps the deadline of each call", &sink_check::deadline},
      Promise{"interrupt", "can be interrupted at any time, by any thread", &sink_check::interrupt},
      Promise{"cursors", "keeps cursors under an epoch that rises", &sink_check::cursors},
      Promise{"growth", "made and destroyed a thousand times, keeps nothing", &sink_check::growth}};
  return checks;
}

}  // namespace assay::host
