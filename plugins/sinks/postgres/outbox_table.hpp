// The outbox as a person looks at it and decides about it, for `assay outbox`.
//
// Thread: control.
#pragma once

#include <assay/outbox.hpp>

#include "plugins/sinks/postgres/settings.hpp"

namespace assay::postgres {

// As assay/outbox.h has them; as the administrator.
void list_outbox(const Settings& settings, const OutboxFilter& filter, Deadline deadline,
                 const TextStream& stream);
std::uint64_t retry_outbox(const Settings& settings, const OutboxFilter& filter, Deadline deadline);
std::uint64_t drop_from_outbox(const Settings& settings, const OutboxFilter& filter,
                               Deadline deadline);

}  // namespace assay::postgres
