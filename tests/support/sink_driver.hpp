// Drives a sink's plugin the way the host does, without a host.
//
// A test names the plugin's library, gives a configuration as dotted keys, says which fields the
// schema offers, and then binds, writes and commits. Records are described by field name; the
// driver lays out the relocatable block with exactly the columns that the sink declared, copies it
// once (so a pointer kept from one call to the next is found by the sanitizers), and answers the
// statuses as plain values. Everything the plugin logs or counts is kept for the test to look at.
//
// Thread: the test's; interrupt() may come from another one.
#pragma once

#include <assay/plugin.h>

#include <assay/values.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace assay::testing::sinks {

// A cell's value; std::monostate is an absent one. The alternative must fit the offered type.
using Value = std::variant<std::monostate, std::int64_t, double, bool, Time, Duration, Money,
                           std::string, Token>;

struct OfferedField {
  std::string name;
  std::uint32_t type;  // ASSAY_INT64, ...
};

// The sample schema's fields and the host's own, as a decision and as a holder offer them.
std::vector<OfferedField> sample_decision_fields();
std::vector<OfferedField> sample_holder_fields();

struct RecordedEvidence {
  std::string name;
  Value value;
  std::string unit;
};

struct RecordedVerdict {
  std::string rule = "large_amount";
  std::string plugin = "large_amount";
  std::string reason = "amount_over_limit";
  std::string words = "amount over the limit";
  std::string customer_words;
  std::vector<RecordedEvidence> evidence;
  std::uint32_t version = 1;
  std::uint16_t answer = ASSAY_HIT;
  std::uint16_t mode = ASSAY_LIVE;
  std::int32_t score = 800'000;
  std::uint16_t action = ASSAY_ACTION_NONE;
};

struct RecordedRow {
  std::map<std::string, Value> fields;  // a name that the sink did not bind is left out
  std::vector<RecordedVerdict> verdicts;
};

struct RecordedBatch {
  std::uint32_t kind = ASSAY_DECISION;
  std::string group = "assay";
  std::string step = "main.store";
  std::string topic = "transactions";
  std::int32_t partition = 0;
  std::int64_t first_offset = 0;
  std::int64_t next_offset = 0;
  std::vector<RecordedRow> rows;
};

// What a call answered about one record, or about itself.
struct SinkStatus {
  std::uint16_t outcome = ASSAY_DELIVERED;
  std::uint16_t scope = ASSAY_SCOPE_RECORD;
  std::uint16_t error_class = ASSAY_CLASS_NONE;
  std::int64_t retry_after = 0;
  std::string code;
  std::string text;

  bool delivered() const { return outcome == ASSAY_DELIVERED; }
};

// What a refused create or bind said.
struct SinkRefusal {
  std::string message;
  std::string file;
  std::uint32_t line = 0;
  std::string help;
};

// A cursor with texts of its own.
struct TestCursor {
  std::string group = "assay";
  std::string step = "main.store";
  std::string topic = "transactions";
  std::string cluster = "test-cluster";
  std::int32_t partition = 0;
  std::uint32_t answer = 0;
  std::int64_t epoch = 0;
  std::int64_t from_offset = 0;
  std::int64_t next_offset = 0;
};

// Dotted keys and values as a person writes them, in the order of the file: {"limits.EUR", "10"}.
using Settings = std::vector<std::pair<std::string, std::string>>;

class SinkDriver {
 public:
  // `library` is the path of the plugin's .so. Ends the test program where it does not load.
  SinkDriver(const std::string& library, Settings settings);
  ~SinkDriver();
  SinkDriver(const SinkDriver&) = delete;
  SinkDriver& operator=(const SinkDriver&) = delete;

  // What assay.run/1, assay.clock/1 answer; set before create.
  void run_as(std::string config_hash, std::string configuration, std::string engine_version);
  void set_time(Time now);

  // True, or false and `refusal` says why.
  [[nodiscard]] bool create();
  // The statuses of binding: ASSAY_OK, ASSAY_NOT_WANTED, ASSAY_FAILED (see refusal). Offers the
  // sample schema unless told otherwise.
  assay_status bind(std::uint32_t kind);
  assay_status bind(std::uint32_t kind, std::vector<OfferedField> offered);
  const SinkRefusal& refusal() const;
  // The names that the sink bound for that kind, in the order of its columns.
  std::vector<std::string> bound(std::uint32_t kind) const;

  // A timeout of nothing given is ten seconds.
  std::vector<SinkStatus> write(const RecordedBatch& batch, Duration timeout = seconds{10});
  // The same with a block made beforehand, for measuring.
  std::vector<std::byte> block(const RecordedBatch& batch) const;
  std::vector<SinkStatus> write_block(const std::vector<std::byte>& block,
                                      Duration timeout = seconds{10});
  SinkStatus flush(Duration timeout = seconds{10});
  SinkStatus health(Duration timeout = seconds{10});
  void interrupt();

  bool transactional() const;
  SinkStatus claim(std::vector<TestCursor>& cursors, Duration timeout = seconds{10});
  SinkStatus begin(std::vector<TestCursor>& cursors, Duration timeout = seconds{10});
  SinkStatus commit(std::vector<TestCursor>& cursors, Duration timeout = seconds{10});
  void abort();
  SinkStatus position(std::vector<TestCursor>& cursors, Duration timeout = seconds{10});

  // Any other table of the plugin, null where it has none; `sink` is its first argument.
  const void* interface(const char* id) const;
  assay_sink* sink() const;
  // For calling a table by hand: the error to pass, emptied; read it back through refusal().
  assay_error* error();

  std::string_view schema() const;  // describe()
  const std::vector<std::string>& log() const;
  std::uint64_t counted(const std::string& counter) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assay::testing::sinks
