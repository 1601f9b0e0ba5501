#include "plugins/sinks/postgres/sqlstate.hpp"

namespace assay::postgres {

ErrorClass sqlstate_class(std::string_view sqlstate) {
  if (sqlstate.size() != 5) return ErrorClass::configuration;
  const auto is_one_of = [sqlstate](auto... states) { return ((sqlstate == states) || ...); };
  const auto group = sqlstate.substr(0, 2);
  const auto in_group = [group](auto... groups) { return ((group == groups) || ...); };

  // Our own encoding is not what the column expects: somebody altered a table, or this code is
  // wrong. Every record would fail, none of them is to blame.
  if (is_one_of("22P03", "22P04")) return ErrorClass::configuration;
  // The database went down, restarts, fails over (read-only: we still speak to the old primary), is
  // out of connections, memory or disk, waited too long for a lock, or chose us as the victim of a
  // deadlock.
  if (in_group("08", "40", "53")) return ErrorClass::transient;
  if (is_one_of("57014", "57P01", "57P02", "57P03", "57P05")) return ErrorClass::transient;
  if (is_one_of("25006", "25P02", "25P03", "55P03", "55006")) return ErrorClass::transient;
  // Input, output and internal errors of the server: a disk or a bug, gone after a failover.
  if (in_group("58") || sqlstate == "XX000") return ErrorClass::transient;
  // The value does not fit its column, breaks a constraint, or is larger than an index can hold
  // (54000: a transaction id of thousands of characters).
  if (in_group("21", "22", "23", "54")) return ErrorClass::data;
  // Password and roles (28), database (3D), schema (3F), tables, columns and rights (42); and
  // whatever is not known here.
  return ErrorClass::configuration;
}

}  // namespace assay::postgres
