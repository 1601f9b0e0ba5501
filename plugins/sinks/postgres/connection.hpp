// One connection to PostgreSQL that never blocks beyond a deadline and can be interrupted.
//
// It speaks libpq without waiting inside it: every wait is a poll on the socket and on an event
// that interrupt() raises. A connection that is lost, late or interrupted is closed at once, which
// also ends its transaction; the next open() asks the name service again, so a failover is
// followed. An error that the server itself reported leaves it open and is thrown as a ServerError.
//
// Thread: the sink's; interrupt() from any.
#pragma once

#include <libpq-fe.h>

#include <assay/records.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sinks/postgres/settings.hpp"

namespace assay::postgres {

// What the server said, without DETAIL and without values: those hold payload.
class ServerError : public std::runtime_error {
 public:
  ServerError(std::string sqlstate, const std::string& text, std::optional<std::uint64_t> line);

  const std::string& sqlstate() const { return sqlstate_; }
  // Of COPY: 1 is the first row.
  std::optional<std::uint64_t> copy_line() const { return line_; }

  // For the whole batch.
  Failure as_failure() const;

 private:
  std::string sqlstate_;
  std::optional<std::uint64_t> line_;
};

// Rows of text; nothing where the value is null.
class Result {
 public:
  explicit Result(PGresult* result) : result_(result, &PQclear) {}
  PGresult* get() const { return result_.get(); }

  int rows() const { return PQntuples(get()); }
  std::optional<std::string_view> operator()(int row, int column) const {
    if (PQgetisnull(get(), row, column)) return std::nullopt;
    return std::string_view(PQgetvalue(get(), row, column),
                            static_cast<std::size_t>(PQgetlength(get(), row, column)));
  }
  std::string_view command() const { return PQcmdStatus(get()); }

 private:
  std::unique_ptr<PGresult, void (*)(PGresult*)> result_;
};

class Connection {
 public:
  explicit Connection(const Settings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool is_open() const { return connection_ != nullptr; }
  void open(Deadline deadline);
  void close();

  // One or more statements without parameters; answers the last result.
  Result execute(const std::string& statements, Deadline deadline);
  Result execute(const char* statement, std::span<const std::string> parameters, Deadline deadline);
  // As a literal in a statement, with its quotes.
  std::string quoted(std::string_view text) const;

  // COPY .. FROM STDIN: begin, any number of put, end.
  void copy_begin(const char* statement, Deadline deadline);
  void copy_put(std::string_view bytes, Deadline deadline);
  void copy_end(Deadline deadline);

  // Makes a running call give up soon.
  void interrupt();

 private:
  void wait(short events, Deadline deadline);
  [[noreturn]] void lost(const std::string& code, const std::string& why);
  Result answer(Deadline deadline);
  Result next(Deadline deadline);
  void flush(Deadline deadline);
  void ready_to_send() const;

  const Settings& settings_;
  PGconn* connection_ = nullptr;
  int wake_ = -1;
};

}  // namespace assay::postgres
