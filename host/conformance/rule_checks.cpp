#include "host/conformance/rule_checks.hpp"

#include <array>

#include "host/conformance/promise.hpp"

namespace assay::host {

std::span<const Promise> rule_checks() {
  static constexpr std::array checks{
      Promise{"settings", "describes its settings, and takes them", &rule_check::settings, true},
      Promise{"bind", "binds, and every instance binds the same", &rule_check::binding, true},
      Promise{"names", "fields, features and words are those of the deployment",
              &rule_check::names},
      Promise{"note", "the note has the fields and reasons that are bound", &rule_check::note},
      Promise{"missing_interfaces", "says so where the host lacks an interface",
              &rule_check::missing_interfaces},
      Promise{"host_errors", "survives a failure of each call into the host",
              &rule_check::host_errors},
      Promise{"empty_batch", "takes a batch without rows", &rule_check::empty_batch},
      Promise{"largest_batch", "takes a batch larger than any", &rule_check::largest_batch},
      Promise{"extreme_values", "takes the least and the largest values",
              &rule_check::extreme_values},
      Promise{"absent_values", "never reads a value that is absent", &rule_check::absent_values},
      Promise{"batch_sizes", "answers alike in batches of 1, 7, 64 and 512",
              &rule_check::batch_sizes},
      Promise{"moved_batch", "answers alike wherever and however a batch lies",
              &rule_check::moved_batch},
      Promise{"memory", "answers by the row, not by what it saw before", &rule_check::memory},
      Promise{"instances", "instances do not disturb each other", &rule_check::instances},
      Promise{"threads", "moves between threads from batch to batch", &rule_check::threads},
      Promise{"tick", "housekeeping changes no answer", &rule_check::housekeeping},
      Promise{"state", "goes on from what it saved", &rule_check::state},
      Promise{"damaged_state", "survives a snapshot cut short, or of another version",
              &rule_check::damaged_state},
      Promise{"growth", "made and destroyed a thousand times, keeps nothing", &rule_check::growth}};
  return checks;
}

}  // namespace assay::host
