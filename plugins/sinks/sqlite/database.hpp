// A SQLite file and its statements, with failures in the words of a sink.
//
// Thread: the sink's; interrupt() from any.
#pragma once

#include <sqlite3.h>

#include <assay/records.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace assay::sqlite {

class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* database, const char* text);

  // Binds the next parameter; texts must live until run().
  Statement& add(std::int64_t number);
  Statement& add(double number);
  Statement& add(std::string_view text);
  Statement& null();
  template <class T>
  Statement& add(const std::optional<T>& maybe) {
    return maybe ? add(*maybe) : null();
  }

  // True: a row can be read. False: done, and ready for the next values. Throws a Failure.
  bool step();
  // For a statement without rows; answers how many rows it changed.
  std::int64_t run();

  std::optional<std::int64_t> number(int column) const;
  // Empty for null; valid until the next step() or reset().
  std::string_view text(int column) const;
  void reset();

 private:
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_{nullptr, &sqlite3_finalize};
  int next_ = 1;
};

class Database {
 public:
  explicit Database(std::string file) : file_(std::move(file)) {}

  bool is_open() const { return database_ != nullptr; }
  void open(Deadline deadline);
  void close();

  void execute(const char* statements);
  Statement prepare(const char* text) { return {database_.get(), text}; }
  // How long a lock of another process is waited for.
  void wait_until(Deadline deadline);
  void interrupt();
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> database_{nullptr, &sqlite3_close_v2};
  std::mutex closing_;  // interrupt() must not meet close()
};

}  // namespace assay::sqlite
