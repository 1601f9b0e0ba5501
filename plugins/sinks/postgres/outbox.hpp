// The outbox as the engine works with it: records in, some out for the time of a lease, and what
// became of them.
//
// Time is the database's alone: engines on machines whose clocks differ agree about a lease.
//
// Thread: the sink's.
#pragma once

#include <assay/outbox.hpp>
#include <span>
#include <string_view>

#include "plugins/sinks/postgres/connection.hpp"

namespace assay::postgres {

// In the transaction that is open.
void store_in_outbox(Connection& connection, std::span<const OutboxRecord> records,
                     Deadline deadline);

// The others are transactions by themselves; assay/outbox.h has them all.
void take_from_outbox(Connection& connection, OutboxOrder& order, const OutboxTaker& taker,
                      Deadline deadline);
void settle_in_outbox(Connection& connection, std::span<const OutboxOutcome> outcomes,
                      Deadline deadline);
std::uint64_t forget_in_outbox(Connection& connection, std::string_view group,
                               std::string_view step, Duration keep, Deadline deadline);
OutboxCounts count_outbox(Connection& connection, std::string_view group, std::string_view step,
                          Deadline deadline);

}  // namespace assay::postgres
