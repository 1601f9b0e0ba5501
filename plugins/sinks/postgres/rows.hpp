// Puts a batch of records into the tables: one COPY per table that gets a row, one upsert for
// holders.
//
// A batch is encoded once per table, straight from the block, so nothing but one piece of a stream
// is held in memory. An error of one row is thrown with its number in the batch.
//
// Thread: the sink's.
#pragma once

#include <string>
#include <vector>

#include "plugins/sinks/postgres/connection.hpp"
#include "plugins/sinks/sql/columns.hpp"

namespace assay::postgres {

class Rows {
 public:
  sql::DecisionColumns decision;
  sql::HolderColumns holder;

  // Throws a Failure for one row or for the batch; ServerError where the server is to blame.
  void store(Connection& connection, const Records& records, Deadline deadline);

 private:
  void store_transactions(Connection& connection, const Records& records, Deadline deadline);
  void store_frauds(Connection& connection, const Records& records, Deadline deadline);
  void store_shadow_hits(Connection& connection, const Records& records, Deadline deadline);
  void store_holders(Connection& connection, const Records& records, Deadline deadline);

  std::string buffer_;                 // of the streams
  std::vector<std::uint32_t> copied_;  // row of the batch behind each line of a COPY
};

}  // namespace assay::postgres
