// The cursors in the database: taken over under a rising epoch, moved by compare and set.
//
// Every function speaks to the database about all its cursors at once, so a transaction over many
// partitions costs no more round trips than one. What each answers is defined in
// assay/transactional.h.
//
// Thread: the sink's.
#pragma once

#include <assay/sink.hpp>
#include <span>

#include "plugins/sinks/postgres/connection.hpp"
#include "plugins/sinks/sql/cursor_judgement.hpp"

namespace assay::postgres {

class Cursors {
 public:
  explicit Cursors(const Host& host) : host_(host) {}

  void claim(Connection& connection, std::span<Cursor> cursors, Deadline deadline);

  // True: a transaction is open and the cursors are moved in it. False: it is not, and at least one
  // cursor has an answer.
  bool begin(Connection& connection, std::span<Cursor> cursors, Deadline deadline);

  void position(Connection& connection, std::span<Cursor> cursors, Deadline deadline);

  // The transaction of these cursors has been committed.
  void committed(std::span<const Cursor> cursors);

 private:
  Result lock(Connection& connection, const std::string& statement, std::span<const Cursor> cursors,
              Deadline deadline);
  bool end_stalled(Connection& connection, std::span<const Cursor> cursors, Deadline deadline);
  void judge(Connection& connection, std::span<Cursor> cursors, Deadline deadline);
  void restore(Connection& connection, const Cursor& cursor, Deadline deadline);

  Host host_;
  sql::FreshCursors fresh_;
};

}  // namespace assay::postgres
