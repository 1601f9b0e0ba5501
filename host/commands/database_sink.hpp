// The tables behind a configured sink, through `assay.sink.database/1`, in the host's own words.
//
// Thread: control.
#pragma once

#include <assay/database.h>
#include <assay/outbox.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "host/application/assembly.hpp"

namespace assay::host {

class DatabaseSink final {
 public:
  using Seconds = std::chrono::seconds;

  // The sink of that id, or with an empty id the only one that owns tables. The assembly must
  // outlive it. The error is a sentence.
  [[nodiscard]] static tl::expected<DatabaseSink, std::string> find(const Assembly& assembly,
                                                                    std::string_view id);

  [[nodiscard]] const std::string& id() const { return sink_->config().id; }
  [[nodiscard]] const std::string& plugin() const { return sink_->config().use; }

  // Errors are sentences, with the plugin's advice.
  [[nodiscard]] tl::expected<assay_database_status, std::string> status(Seconds timeout) const;
  [[nodiscard]] tl::expected<std::string, std::string> print(std::int64_t from,
                                                             std::int64_t to) const;
  [[nodiscard]] tl::expected<std::string, std::string> migrate(std::int64_t to,
                                                               Seconds timeout) const;
  struct Maintenance {
    bool dry_run = false;
    std::int64_t ahead = 0;      // nanoseconds
    std::int64_t retention = 0;  // nanoseconds; 0 keeps all
  };
  [[nodiscard]] tl::expected<std::string, std::string> maintain(const Maintenance& maintenance,
                                                                Seconds timeout) const;
  // What is stored about a transaction: a JSON object a line, as assay/database.h has it.
  [[nodiscard]] tl::expected<std::string, std::string> explain(std::string_view transaction_id,
                                                               Seconds timeout) const;
  // The cursors of a consumer group: a JSON object a line, as assay/database.h has it.
  [[nodiscard]] tl::expected<std::string, std::string> cursors(std::string_view group,
                                                               Seconds timeout) const;
  struct CursorPlace {
    std::string group;
    std::string step;
    std::string topic;
    std::int32_t partition = 0;
  };
  // ASSAY_NO_OFFSET forgets how far the step had come.
  [[nodiscard]] tl::expected<void, std::string> set_cursor(const CursorPlace& place,
                                                           std::int64_t next_offset,
                                                           Seconds timeout) const;
  // Which records of its outbox a person means; an empty text means all.
  struct OutboxChoice {
    std::string group;
    std::string step;
    std::string state;
    std::string code;
    std::string reason;       // a part of it
    std::uint32_t limit = 0;  // 0 for all
  };
  // A JSON object a line for each group, as assay/outbox.h has it.
  [[nodiscard]] tl::expected<std::string, std::string> outbox(const OutboxChoice& choice,
                                                              Seconds timeout) const;
  // How many were changed: dead ones are pending again, dead or pending ones are deleted.
  [[nodiscard]] tl::expected<std::uint64_t, std::string> retry_outbox(const OutboxChoice& choice,
                                                                      Seconds timeout) const;
  [[nodiscard]] tl::expected<std::uint64_t, std::string> drop_from_outbox(
      const OutboxChoice& choice, Seconds timeout) const;
  // Whether the database answers at all.
  [[nodiscard]] bool reachable(Seconds timeout) const;

 private:
  DatabaseSink(const SinkPlugin& sink, const assay_database_api& api) : sink_(&sink), api_(&api) {}
  [[nodiscard]] bool shows_cursors() const;
  using Change = decltype(assay_outbox_api::retry);
  tl::expected<std::uint64_t, std::string> change_outbox(Change assay_outbox_api::*change,
                                                         const OutboxChoice& choice,
                                                         Seconds timeout) const;

  const SinkPlugin* sink_;
  const assay_database_api* api_;
};

}  // namespace assay::host
