// A store to test: where the sink's library is, how it is configured, how to look into its tables.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/sink_driver/sink_driver.hpp"

namespace assay::testing::sinks {

class Store {
 public:
  virtual ~Store() = default;

  virtual std::string library() const = 0;
  virtual Settings settings() const = 0;
  // With the administrator, where the store has one.
  virtual Settings owner_settings() const { return settings(); }
  // Rows of text, columns joined by "|", null as nothing; as the owner of the tables.
  virtual std::vector<std::string> ask(const std::string& query) = 0;
  virtual void clear() = 0;

  // Created, bound to both kinds, not connected yet.
  std::unique_ptr<SinkDriver> sink();
  std::unique_ptr<SinkDriver> sink(Settings changed);
  std::string one(const std::string& query) { return ask(query).at(0); }
};

// Tables migrated by the sink itself, the engine's role granted what `assay db migrate` grants.
std::unique_ptr<Store> postgres_store();
std::unique_ptr<Store> sqlite_store();

// A decision with the sample schema's fields; `offset` is in its identifier.
RecordedRow decided(std::int64_t offset, const std::string& decision = "approve");
// Offsets first..next-1 of partition 0, one row each.
RecordedBatch batch_of(std::int64_t first, std::int64_t next);
TestCursor moving(const TestCursor& claimed, std::int64_t from, std::int64_t next);

// One whole transaction; true where it was committed.
bool deliver(SinkDriver& sink, const TestCursor& claimed, const RecordedBatch& batch);
TestCursor claimed_by(SinkDriver& sink);

// Runs a function of assay.sink.database/1; what it wrote, or its refusal.
struct Said {
  bool done = false;
  std::string text;
};
Said migrate(SinkDriver& sink, std::int64_t to = ASSAY_NEWEST);
Said print(SinkDriver& sink, std::int64_t from = 0);
Said maintain(SinkDriver& sink, const assay_maintenance& plan);
Said explain(SinkDriver& sink, const std::string& transaction_id);
Said cursors(SinkDriver& sink, const std::string& group);
bool set_cursor(SinkDriver& sink, const TestCursor& cursor);
assay_database_status status_of(SinkDriver& sink);

}  // namespace assay::testing::sinks
