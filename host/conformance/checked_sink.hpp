// A sink under check: made, bound, written to and destroyed as the engine does it, and judged at
// every step by what the header promises.
//
// Everything here throws Broken where the sink breaks a promise. One for the process of a check.
//
// Thread: the check's; interrupt() may come from another one.
#pragma once

#include <assay/sink.h>
#include <assay/transactional.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "host/conformance/call_watch.hpp"
#include "host/conformance/open_binder.hpp"
#include "host/conformance/opened_plugin.hpp"
#include "host/conformance/sample_block.hpp"
#include "host/plugins/config_view.hpp"

namespace assay::host {

struct SinkAnswer {
  std::uint16_t outcome = ASSAY_DELIVERED;
  std::uint16_t scope = ASSAY_SCOPE_RECORD;
  std::uint16_t error_class = ASSAY_CLASS_NONE;
  std::string code{};
  std::string text{};
};

class CheckedSink final {
 public:
  // Opens the plugin and calls init.
  explicit CheckedSink(const Candidate& candidate);
  ~CheckedSink();
  CheckedSink(const CheckedSink&) = delete;
  CheckedSink& operator=(const CheckedSink&) = delete;

  struct Instance {
    assay_sink* sink = nullptr;
    std::map<std::uint32_t, std::vector<DeclaredColumn>> columns{};  // by kind of record it takes
    std::int64_t next_offset = 0;
  };

  [[nodiscard]] const assay_sink_api& api() const { return *api_; }
  // Null for a sink without transactions.
  [[nodiscard]] const assay_transactional_api* transactional() const { return transactional_; }
  [[nodiscard]] const Node& settings() const { return settings_->root; }

  // Creates, and binds every kind of record.
  [[nodiscard]] Instance make();
  void destroy(Instance& instance);
  void close();

  // The answers of each row, or one of row 0 that speaks for all. A sink with transactions gets one
  // around it, which is aborted: nothing of it stays.
  std::vector<SinkAnswer> write(Instance& instance, std::uint32_t kind,
                                std::span<const SampleRow> rows, std::chrono::nanoseconds timeout,
                                BlockShape shape = {}) const;
  SinkAnswer flush(Instance& instance, std::chrono::nanoseconds timeout) const;
  SinkAnswer health(Instance& instance, std::chrono::nanoseconds timeout) const;
  void interrupt(const Instance& instance) const;

  // Of the functions with cursors.
  using CursorCall = decltype(assay_transactional_api::claim);
  SinkAnswer with_cursors(PluginFunction function, CursorCall call, Instance& instance,
                          std::span<assay_cursor> cursors) const;
  void abort(Instance& instance) const;

 private:
  OpenedPlugin plugin_;
  const assay_sink_api* api_;
  const assay_transactional_api* transactional_;
  std::unique_ptr<assay_config> settings_;
};

// Names no deployment has: what a check leaves behind cannot be taken for one's.
[[nodiscard]] assay_cursor made_up_cursor(std::int32_t partition);

// "retry, transient, 08001: no route to host".
[[nodiscard]] std::string words(const SinkAnswer& answer);

}  // namespace assay::host
