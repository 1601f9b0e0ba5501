// A simulated database with cursors, as a sink's connections see it. What a cursor that did not
// move means is judged by the very code that the real stores share.
//
// The cursor moves by compare and set, which locks it until the transaction ends. A connection that
// is cut, by a fault or because its process was killed, leaves its transaction behind: the server
// ends it when it notices, and where a COMMIT was under way, with either outcome. A restore puts
// rows and cursors back together and ends every connection.
//
// Thread: one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plugins/sinks/sql/cursor_judgement.hpp"
#include "tests/simulation/fibers.hpp"
#include "tests/simulation/ledger.hpp"
#include "tests/support/sink_fakes.hpp"

namespace assay::simulation {

class Database final {
 public:
  using Key = std::pair<std::string, std::int32_t>;  // step, partition
  struct Cursor {
    std::int64_t epoch = 0;
    std::int64_t next = ASSAY_NO_OFFSET;
  };
  struct Transaction {
    std::map<Key, Cursor> cursors{};
    std::vector<std::pair<std::string, Place>> rows{};
  };

  Database(Chance& chance, Fibers& fibers, Ledger& ledger, const std::vector<core::Step>& steps)
      : chance_(&chance), fibers_(&fibers), ledger_(&ledger), steps_(&steps) {}

  void go_away(std::chrono::nanoseconds time) { away_until_ = fibers_->now() + time; }
  [[nodiscard]] bool away() const { return fibers_->now() < away_until_; }
  // Every cursor of this step is at the end of the log, and no transaction is left behind.
  [[nodiscard]] bool finished(const std::string& step) const;
  // The server notices what was left behind.
  void notice();
  // Takes a copy where every partition has a cursor: of one that has none nobody knows where it
  // began.
  void back_up();
  // To the copy. False where there is none.
  bool restore();

 private:
  friend class DatabaseSink;
  using Owner = std::uint64_t;  // of locks: a connection, until it is cut
  struct LeftBehind {
    Owner owner;
    Transaction transaction;
    bool may_commit;
  };
  struct Copy {
    std::map<Key, Cursor> cursors;
    std::map<std::string, Ledger::Taken> taken;  // by step
  };
  void apply(const Transaction& transaction);
  void unlock(Owner owner);

  Chance* chance_;
  Fibers* fibers_;
  Ledger* ledger_;
  const std::vector<core::Step>* steps_;
  std::map<Key, Cursor> cursors_;
  std::map<Key, Owner> locks_;
  Owner owners_ = 0;
  std::vector<LeftBehind> left_behind_;
  std::optional<Copy> copy_;
  int restores_ = 0;
  Fibers::Moment away_until_{};
};

// One connection.
class DatabaseSink final : public tests::FakeSink {
 public:
  explicit DatabaseSink(Database& database)
      : database_(&database), owner_(++database.owners_), restores_(database.restores_) {}
  ~DatabaseSink() override { cut(); }

  void claim(std::span<assay_cursor> cursors) override;
  void begin(std::span<assay_cursor> cursors) override;
  void write(const Records& records, Statuses& statuses) override;
  void commit(std::span<assay_cursor> cursors) override;
  void abort() override;
  void position(std::span<assay_cursor> cursors) override;

 private:
  void meet_fault();
  void survive_restore();
  void lock(const Database::Key& key);
  void judge(std::span<assay_cursor> cursors);
  void cut();

  Database* database_;
  Database::Owner owner_;
  int restores_ = 0;  // that the connection has lived to see
  sql::FreshCursors fresh_;
  std::optional<Database::Transaction> open_;
  bool committing_ = false;
};

}  // namespace assay::simulation
