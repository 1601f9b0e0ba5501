// Puts a batch of records into the tables of a SQLite file, row by row with prepared statements.
//
// Thread: the sink's.
#pragma once

#include <string>

#include "plugins/sinks/sql/columns.hpp"
#include "plugins/sinks/sqlite/database.hpp"

namespace assay::sqlite {

class Rows {
 public:
  sql::DecisionColumns decision;
  sql::HolderColumns holder;

  // After the tables exist.
  void prepare(Database& database);
  void forget();

  // Throws a Failure; one of a single row names it.
  void store(const Records& records);

 private:
  void store_decision(const Records& records, std::uint32_t index);
  void store_holder(const Row& row);

  Statement transaction_, fraud_, shadow_hit_, holder_;
  std::string event_time_, decided_at_, token_, json_;  // texts of the row at hand
};

}  // namespace assay::sqlite
