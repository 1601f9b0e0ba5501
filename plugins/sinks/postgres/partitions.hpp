// Partitions by day: made ahead, filled from the default partition, detached with age.
//
// Thread: control.
#pragma once

#include <assay/database.hpp>

#include "plugins/sinks/postgres/settings.hpp"

namespace assay::postgres {

void maintain(const Settings& settings, const Maintenance& maintenance, Deadline deadline,
              const TextStream& stream);

}  // namespace assay::postgres
