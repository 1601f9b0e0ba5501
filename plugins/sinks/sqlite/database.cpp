#include "plugins/sinks/sqlite/database.hpp"

#include <algorithm>

namespace assay::sqlite {
namespace {

// The messages of SQLite name tables and columns, never values.
[[noreturn]] void raise(sqlite3* database, int result) {
  const std::string text = database ? sqlite3_errmsg(database) : sqlite3_errstr(result);
  const auto code =
      "sqlite-" + std::to_string(database ? sqlite3_extended_errcode(database) : result);
  switch (result & 0xFF) {
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      throw Failure::data(code, text);
    // Somebody else writes, the disk is full or fails, or we were told to stop.
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
      throw Failure::transient(code, text);
    default:
      throw Failure::configuration(code, text);
  }
}

}  // namespace

Statement::Statement(sqlite3* database, const char* text) {
  sqlite3_stmt* made = nullptr;
  const auto result =
      sqlite3_prepare_v3(database, text, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (result != SQLITE_OK) raise(database, result);
  statement_.reset(made);
}

Statement& Statement::add(std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), next_++, number);
  return *this;
}
Statement& Statement::add(double number) {
  sqlite3_bind_double(statement_.get(), next_++, number);
  return *this;
}
Statement& Statement::add(std::string_view text) {
  // An empty text without an address would be bound as null.
  sqlite3_bind_text64(statement_.get(), next_++, text.data() ? text.data() : "", text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}
Statement& Statement::null() {
  sqlite3_bind_null(statement_.get(), next_++);
  return *this;
}

bool Statement::step() {
  const auto result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) {
    auto* database = sqlite3_db_handle(statement_.get());
    try {
      raise(database, result);
    } catch (...) {
      reset();
      throw;
    }
  }
  reset();
  return false;
}

std::int64_t Statement::run() {
  while (step()) {
  }
  return sqlite3_changes64(sqlite3_db_handle(statement_.get()));
}

std::optional<std::int64_t> Statement::number(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  next_ = 1;
}

void Database::open(Deadline deadline) {
  sqlite3* opened = nullptr;
  const auto result =
      sqlite3_open_v2(file_.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_lock lock(closing_);
  database_.reset(opened);
  lock.unlock();
  if (result != SQLITE_OK) {
    close();
    throw Failure::configuration("sqlite-" + std::to_string(result),
                                 "cannot open " + file_ + ": " + sqlite3_errstr(result));
  }
  wait_until(deadline);
  // Readers never wait for us; a commit is on the disk when it returns.
  execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
}

void Database::close() {
  const std::lock_guard lock(closing_);
  database_.reset();
}

void Database::execute(const char* statements) {
  const auto result = sqlite3_exec(database_.get(), statements, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) raise(database_.get(), result);
}

void Database::wait_until(Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.left()).count();
  sqlite3_busy_timeout(database_.get(), static_cast<int>(std::min<std::int64_t>(left, 600'000)));
}

void Database::interrupt() {
  const std::lock_guard lock(closing_);
  if (database_) sqlite3_interrupt(database_.get());
}

}  // namespace assay::sqlite
