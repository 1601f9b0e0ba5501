// One call into a sink, with what it answered in the host's own words.
//
// The statuses and the texts behind them are the caller's memory, used again from call to call; the
// answer copies what is worth keeping.
//
// A sink that its peer refuses may have been made with a password that is no longer the one: its
// secrets are read again at once and, where that changed nothing, before the next call. A refusal
// behind which other secrets were found counts as an outage: nobody needs to be waited for.
//
// Thread: the sink's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/plugin_error.hpp"
#include "host/plugins/sink_plugin.hpp"

namespace assay::host {

// Why something was not delivered.
struct Trouble {
  // not_judged: nothing is wrong with the record, the sink gave up before it came to it.
  enum class Kind { none, not_judged, transient, configuration, data, fenced } kind = Kind::none;
  std::int64_t retry_after = 0;  // nanoseconds; 0 leaves it to us
  std::string code;
  std::string text;
  bool of_sink = false;   // it keeps the sink from taking any record, not only this one
  bool in_doubt = false;  // it may have been delivered all the same
};

struct WriteAnswer {
  // Speaks for the whole call; none where `rows` has the details.
  Trouble whole;
  struct Row {
    std::uint32_t row;
    Trouble trouble;
  };
  std::vector<Row> rows;  // those that were not delivered
  struct Receipt {
    std::uint32_t row;
    std::string text;
  };
  std::vector<Receipt> receipts;  // of delivered ones, where the sink gives any

  // Why the call got no further: what a person must mend before what passes by itself, and any
  // cause before rows that were only not judged.
  [[nodiscard]] Trouble cause() const;
};

class SinkCall final {
 public:
  // The plugin must outlive it.
  explicit SinkCall(const SinkPlugin& sink);

  // Of all calls: `timeout` in nanoseconds.
  WriteAnswer write(const assay_record_batch& batch, std::int64_t timeout);
  Trouble flush(std::int64_t timeout);
  Trouble health(std::int64_t timeout);

  Trouble claim(std::vector<assay_cursor>& cursors, std::int64_t timeout);
  Trouble begin(std::vector<assay_cursor>& cursors, std::int64_t timeout);
  Trouble commit(std::vector<assay_cursor>& cursors, std::int64_t timeout);
  Trouble position(std::vector<assay_cursor>& cursors, std::int64_t timeout);
  void abort();

  // Of a sink that keeps an outbox.
  Trouble store(const std::vector<assay_outbox_record>& records, std::int64_t timeout);
  Trouble take(assay_outbox_order& order, const assay_outbox_taker& taker, std::int64_t timeout);
  Trouble settle(const std::vector<assay_outbox_outcome>& outcomes, std::int64_t timeout);
  Trouble forget(assay_text group, assay_text step, std::int64_t keep, std::uint64_t& deleted,
                 std::int64_t timeout);
  Trouble count(assay_text group, assay_text step, assay_outbox_counts& counts,
                std::int64_t timeout);

 private:
  assay_statuses& prepare(std::uint32_t count);
  std::string text_of(assay_cell cell) const;
  Trouble trouble_of(const assay_sink_status& status);
  template <class Call>
  assay_status enter(Call&& call);
  Trouble single(assay_status returned);
  bool renewed();

  const SinkPlugin* sink_;
  std::vector<assay_sink_status> rows_;
  std::vector<char> buffer_;
  assay_statuses statuses_{};
  assay_error error_;
  bool refused_ = false;  // the call before, with the secrets that the sink has
};

}  // namespace assay::host
