// Keeps the tables: which version they have, how to get to the next, partitions, grants.
//
// Everything here runs for a person who typed a command, on a connection of its own with the rights
// of the configured administrator. Migrations and maintenance hold one advisory lock, so two of
// them never meet, on however many machines they run.
//
// Thread: control.
#pragma once

#include <assay/database.hpp>
#include <cstdint>

#include "plugins/sinks/postgres/settings.hpp"

namespace assay::postgres {

// What this sink works with. Tables, views and outbox belong to the first version that is usable.
inline constexpr std::int64_t oldest_version = 3;

std::int64_t newest_version();

DatabaseStatus status_of_tables(const Settings& settings, Deadline deadline);
void print_migrations(const Settings& settings, std::int64_t from, std::int64_t to,
                      const TextStream& stream);
void migrate(const Settings& settings, std::int64_t to, Deadline deadline,
             const TextStream& stream);

}  // namespace assay::postgres
