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
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/sink_driver/dotted_config.hpp"
#include "tests/support/sink_driver/fake_host.hpp"
#include "tests/support/sink_driver/records.hpp"

namespace assay::testing::sinks {

// What a call answered about one record, or about itself.
struct SinkStatus {
  std::uint16_t outcome = ASSAY_DELIVERED;
  std::uint16_t scope = ASSAY_SCOPE_RECORD;
  std::uint16_t error_class = ASSAY_CLASS_NONE;
  std::uint16_t flags = 0;
  std::int64_t retry_after = 0;
  std::string code;
  std::string text;

  bool delivered() const { return outcome == ASSAY_DELIVERED; }
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
  // Gives it other settings, by assay.renewal/1; false, and `refusal` says why.
  [[nodiscard]] bool renew(Settings settings);
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
