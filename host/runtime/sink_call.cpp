#include "host/runtime/sink_call.hpp"

#include <algorithm>
#include <utility>

#include "host/plugins/plugin_door.hpp"

namespace assay::host {
namespace {

constexpr std::size_t kTextBuffer = 64 << 10;  // bytes for the texts of one call

}  // namespace

Trouble WriteAnswer::cause() const {
  if (whole.kind != Trouble::Kind::none) return whole;
  const Trouble* cause = nullptr;
  for (const auto& row : rows) {
    const auto kind = row.trouble.kind;
    if (kind == Trouble::Kind::not_judged || kind == Trouble::Kind::data) continue;
    if (!cause || (kind == Trouble::Kind::configuration && cause->kind != kind)) {
      cause = &row.trouble;
    }
  }
  if (cause) return *cause;
  return {Trouble::Kind::transient, 0, "not judged", "the sink judged no record"};
}

SinkCall::SinkCall(const SinkPlugin& sink) : sink_(&sink), buffer_(kTextBuffer) {}

assay_statuses& SinkCall::prepare(std::uint32_t count) {
  if (std::exchange(refused_, false)) (void)sink_->renew();
  rows_.assign(count, assay_sink_status{});
  statuses_ = {sizeof(assay_statuses),
               count,
               rows_.data(),
               buffer_.data(),
               static_cast<std::uint32_t>(buffer_.size()),
               0};
  error_.clear();
  return statuses_;
}

std::string SinkCall::text_of(assay_cell cell) const {
  const auto offset = std::min<std::size_t>(cell.offset, buffer_.size());
  return {buffer_.data() + offset, std::min<std::size_t>(cell.size, buffer_.size() - offset)};
}

Trouble SinkCall::trouble_of(const assay_sink_status& status) {
  Trouble trouble;
  if (status.outcome == ASSAY_DELIVERED) return trouble;
  trouble.code = text_of(status.code);
  trouble.text = text_of(status.text);
  trouble.retry_after = status.retry_after;
  trouble.of_sink = status.scope == ASSAY_SCOPE_SINK;
  trouble.in_doubt = status.outcome == ASSAY_RETRY && (status.flags & ASSAY_IN_DOUBT) != 0;
  switch (status.error_class) {
    case ASSAY_CLASS_NONE:
      trouble.kind = Trouble::Kind::not_judged;
      break;
    case ASSAY_CLASS_DATA:
      // Only what is rejected for its data can become a dead letter.
      trouble.kind =
          status.outcome == ASSAY_REJECTED ? Trouble::Kind::data : Trouble::Kind::transient;
      break;
    case ASSAY_CLASS_CONFIGURATION:
      trouble.kind = Trouble::Kind::configuration;
      refused_ = true;
      break;
    case ASSAY_CLASS_FENCED:
      trouble.kind = Trouble::Kind::fenced;
      break;
    default:
      trouble.kind = Trouble::Kind::transient;
  }
  return trouble;
}

template <class Call>
assay_status SinkCall::enter(Call&& call) {
  return enter_plugin(sink_->whom(), error_, std::forward<Call>(call));
}

Trouble SinkCall::single(assay_status returned) {
  if (returned != ASSAY_OK) {
    return {Trouble::Kind::transient, 0, "call",
            error_.message.empty() ? "the sink's call failed" : error_.message};
  }
  auto trouble = trouble_of(rows_.front());
  if (renewed()) trouble.kind = Trouble::Kind::transient;
  return trouble;
}

// Whether the sink was refused, and has other secrets for the next call.
bool SinkCall::renewed() {
  if (!refused_ || !sink_->renew()) return false;
  refused_ = false;
  return true;
}

WriteAnswer SinkCall::write(const assay_record_batch& batch, std::int64_t timeout) {
  auto& statuses = prepare(std::max(batch.batch.rows, 1u));
  WriteAnswer answer;
  const auto returned =
      enter([&] { return sink_->api().write(sink_->sink(), &batch, timeout, &statuses, &error_); });
  if (returned != ASSAY_OK) {
    answer.whole = single(returned);
    return answer;
  }
  for (std::uint32_t row = 0; row < rows_.size(); ++row) {
    const auto& status = rows_[row];
    if (status.outcome == ASSAY_DELIVERED) {
      if (status.text.size > 0) answer.receipts.push_back({row, text_of(status.text)});
      continue;
    }
    if (row == 0 && status.scope != ASSAY_SCOPE_RECORD) {
      answer.whole = trouble_of(status);
      if (renewed()) answer.whole.kind = Trouble::Kind::transient;
      return answer;
    }
    answer.rows.push_back({row, trouble_of(status)});
  }
  if (renewed()) {
    for (auto& [row, trouble] : answer.rows) {
      if (trouble.kind == Trouble::Kind::configuration) trouble.kind = Trouble::Kind::transient;
    }
  }
  return answer;
}

Trouble SinkCall::flush(std::int64_t timeout) {
  if (!sink_->api().flush) return {};
  auto& statuses = prepare(1);
  return single(
      enter([&] { return sink_->api().flush(sink_->sink(), timeout, &statuses, &error_); }));
}

Trouble SinkCall::health(std::int64_t timeout) {
  auto& statuses = prepare(1);
  return single(
      enter([&] { return sink_->api().health(sink_->sink(), timeout, &statuses, &error_); }));
}

Trouble SinkCall::claim(std::vector<assay_cursor>& cursors, std::int64_t timeout) {
  auto& statuses = prepare(1);
  return single(enter([&] {
    return sink_->transactional()->claim(sink_->sink(), cursors.data(),
                                         static_cast<std::uint32_t>(cursors.size()), timeout,
                                         &statuses, &error_);
  }));
}

Trouble SinkCall::begin(std::vector<assay_cursor>& cursors, std::int64_t timeout) {
  auto& statuses = prepare(1);
  return single(enter([&] {
    return sink_->transactional()->begin(sink_->sink(), cursors.data(),
                                         static_cast<std::uint32_t>(cursors.size()), timeout,
                                         &statuses, &error_);
  }));
}

Trouble SinkCall::commit(std::vector<assay_cursor>& cursors, std::int64_t timeout) {
  auto& statuses = prepare(1);
  return single(enter([&] {
    return sink_->transactional()->commit(sink_->sink(), cursors.data(),
                                          static_cast<std::uint32_t>(cursors.size()), timeout,
                                          &statuses, &error_);
  }));
}

Trouble SinkCall::position(std::vector<assay_cursor>& cursors, std::int64_t timeout) {
  auto& statuses = prepare(1);
  return single(enter([&] {
    return sink_->transactional()->position(sink_->sink(), cursors.data(),
                                            static_cast<std::uint32_t>(cursors.size()), timeout,
                                            &statuses, &error_);
  }));
}

Trouble SinkCall::store(const std::vector<assay_outbox_record>& records, std::int64_t timeout) {
  auto& statuses = prepare(1);
  return single(enter([&] {
    return sink_->outbox()->store(sink_->sink(), records.data(),
                                  static_cast<std::uint32_t>(records.size()), timeout, &statuses,
                                  &error_);
  }));
}

Trouble SinkCall::take(assay_outbox_order& order, const assay_outbox_taker& taker,
                       std::int64_t timeout) {
  auto& statuses = prepare(1);
  return single(enter([&] {
    return sink_->outbox()->take(sink_->sink(), &order, &taker, timeout, &statuses, &error_);
  }));
}

Trouble SinkCall::settle(const std::vector<assay_outbox_outcome>& outcomes, std::int64_t timeout) {
  auto& statuses = prepare(1);
  return single(enter([&] {
    return sink_->outbox()->settle(sink_->sink(), outcomes.data(),
                                   static_cast<std::uint32_t>(outcomes.size()), timeout, &statuses,
                                   &error_);
  }));
}

Trouble SinkCall::forget(assay_text group, assay_text step, std::int64_t keep,
                         std::uint64_t& deleted, std::int64_t timeout) {
  auto& statuses = prepare(1);
  return single(enter([&] {
    return sink_->outbox()->forget(sink_->sink(), group, step, keep, &deleted, timeout, &statuses,
                                   &error_);
  }));
}

Trouble SinkCall::count(assay_text group, assay_text step, assay_outbox_counts& counts,
                        std::int64_t timeout) {
  auto& statuses = prepare(1);
  counts.size = sizeof counts;
  return single(enter([&] {
    return sink_->outbox()->count(sink_->sink(), group, step, &counts, timeout, &statuses, &error_);
  }));
}

void SinkCall::abort() {
  enter_plugin(sink_->whom(), [&] { sink_->transactional()->abort(sink_->sink()); });
}

}  // namespace assay::host
