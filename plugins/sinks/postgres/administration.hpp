// A connection for administration: libpqxx, with errors turned into refusals that advise.
#pragma once

#include <assay/records.hpp>
#include <functional>
#include <pqxx/pqxx>

#include "plugins/sinks/postgres/settings.hpp"

namespace assay::postgres {

// Runs `body` on a connection of the administrator; statements end with the deadline.
void administer(const Settings& settings, Deadline deadline,
                const std::function<void(pqxx::connection&)>& body);

// The same, alone in this database: no other migration or maintenance runs meanwhile.
void administer_alone(const Settings& settings, Deadline deadline,
                      const std::function<void(pqxx::connection&)>& body);

}  // namespace assay::postgres
