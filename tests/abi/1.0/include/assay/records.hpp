// The C++ face of what a sink gets and answers: Records in, Statuses out.
//
// Views only. A row's cells are read like a rule's; a decision's verdicts come as a span of structs
// whose texts are cells of the batch, read through `Records::text`.
#pragma once

#include <algorithm>
#include <assay/row.hpp>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace assay {

enum class RecordKind : std::uint32_t {
  decision = ASSAY_DECISION,
  holder = ASSAY_HOLDER,
  label = ASSAY_LABEL,
};

using RecordVerdict = assay_record_verdict;
using RecordEvidence = assay_record_evidence;

// A batch of records of one kind and one partition; valid until the call returns.
class Records {
 public:
  explicit Records(const assay_record_batch& records) : records_(&records) {}

  RecordKind kind() const { return static_cast<RecordKind>(records_->kind); }
  std::uint32_t size() const { return records_->batch.rows; }
  Row operator[](std::uint32_t index) const { return {records_->batch, index}; }

  std::string_view topic() const { return text(records_->topic); }
  std::string_view group() const { return text(records_->group); }
  std::string_view step() const { return text(records_->step); }
  std::int32_t partition() const { return records_->partition; }
  std::int64_t first_offset() const { return records_->first_offset; }
  std::int64_t next_offset() const { return records_->next_offset; }

  // Every verdict on that row which is not "no hit"; empty for kinds without verdicts.
  std::span<const RecordVerdict> verdicts(std::uint32_t row) const {
    if (records_->verdict_spans == 0) return {};
    const auto span = reinterpret_cast<const assay_span*>(
        detail::at(records_->batch, records_->verdict_spans))[row];
    return {
        reinterpret_cast<const RecordVerdict*>(detail::at(records_->batch, records_->verdicts)) +
            span.first,
        span.count};
  }
  std::span<const RecordEvidence> evidence(const RecordVerdict& verdict) const {
    return {
        reinterpret_cast<const RecordEvidence*>(detail::at(records_->batch, records_->evidence)) +
            verdict.evidence.first,
        verdict.evidence.count};
  }
  std::string_view text(assay_cell cell) const { return detail::text_of(records_->batch, cell); }

 private:
  const assay_record_batch* records_;
};

// Until when a call may block.
class Deadline {
 public:
  explicit Deadline(std::int64_t nanoseconds_from_now)
      : at_(std::chrono::steady_clock::now() + Duration{nanoseconds_from_now}) {}

  Duration left() const {
    const auto left = std::chrono::duration_cast<Duration>(at_ - std::chrono::steady_clock::now());
    return left > Duration{0} ? left : Duration{0};
  }
  bool over() const { return left() == Duration{0}; }

 private:
  std::chrono::steady_clock::time_point at_;
};

// Why something was not delivered. Thrown by a sink's functions it speaks for the whole call.
class Failure : public std::runtime_error {
 public:
  // An outage: the host tries again, for ever.
  static Failure transient(const std::string& code, const std::string& text) {
    return {ASSAY_RETRY, ASSAY_SCOPE_SINK, ASSAY_CLASS_TRANSIENT, code, text};
  }
  // Password, rights, missing table: the host halts and probes.
  static Failure configuration(const std::string& code, const std::string& text) {
    return {ASSAY_RETRY, ASSAY_SCOPE_SINK, ASSAY_CLASS_CONFIGURATION, code, text};
  }
  // Something in this batch can never be delivered, and the sink cannot tell which record: the host
  // halts it, for a whole batch is never thrown away. Say data_in_row wherever it is known.
  static Failure data(const std::string& code, const std::string& text) {
    return {ASSAY_REJECTED, ASSAY_SCOPE_BATCH, ASSAY_CLASS_DATA, code, text};
  }
  // This record of the batch can never be delivered; the others were not judged yet.
  static Failure data_in_row(std::uint32_t row, const std::string& code, const std::string& text) {
    Failure failure{ASSAY_REJECTED, ASSAY_SCOPE_RECORD, ASSAY_CLASS_DATA, code, text};
    failure.row_ = row;
    return failure;
  }
  // This record cannot be delivered now; the others were judged by themselves.
  static Failure transient_in_row(std::uint32_t row, const std::string& code,
                                  const std::string& text) {
    Failure failure{ASSAY_RETRY, ASSAY_SCOPE_RECORD, ASSAY_CLASS_TRANSIENT, code, text};
    failure.row_ = row;
    return failure;
  }
  static Failure fenced(const std::string& text) {
    return {ASSAY_REJECTED, ASSAY_SCOPE_BATCH, ASSAY_CLASS_FENCED, "fenced", text};
  }

  Failure&& retry_after(Duration wait) && {
    retry_after_ = wait;
    return std::move(*this);
  }

  // The receiver had everything and its answer was lost: it may have been delivered. Goes with the
  // transient ones, and with the same scope: where the failure speaks for the sink in row 0, every
  // record of the call is in doubt.
  Failure&& in_doubt() && {
    flags_ |= ASSAY_IN_DOUBT;
    return std::move(*this);
  }

  std::uint16_t outcome() const { return outcome_; }
  std::uint16_t scope() const { return scope_; }
  std::uint16_t error_class() const { return error_class_; }
  std::uint16_t flags() const { return flags_; }
  std::uint32_t row() const { return row_; }
  Duration retry_after() const { return retry_after_; }
  const std::string& code() const { return code_; }

 private:
  Failure(std::uint16_t outcome, std::uint16_t scope, std::uint16_t error_class, std::string code,
          const std::string& text)
      : std::runtime_error(text),
        code_(std::move(code)),
        outcome_(outcome),
        scope_(scope),
        error_class_(error_class) {}

  std::string code_;
  Duration retry_after_{0};
  std::uint32_t row_ = 0;
  std::uint16_t outcome_;
  std::uint16_t scope_;
  std::uint16_t error_class_;
  std::uint16_t flags_ = 0;
};

// What became of each record; delivered unless something else is said.
class Statuses {
 public:
  explicit Statuses(assay_statuses& statuses) : statuses_(&statuses) {}

  std::uint32_t size() const { return statuses_->count; }

  // A failure that was thrown: one that speaks of a record leaves the others to be asked again.
  void fail(const Failure& failure) {
    if (failure.scope() == ASSAY_SCOPE_RECORD) {
      for (std::uint32_t row = 0; row < statuses_->count; ++row) {
        statuses_->rows[row].outcome = ASSAY_RETRY;
      }
    }
    set(failure.row(), failure);
  }

  // A delivered record's receipt: what the receiver answered. Kept where the host keeps such.
  void receipt(std::uint32_t row, std::string_view text) {
    if (row < statuses_->count) statuses_->rows[row].text = append(text);
  }

  // Of one record. Its own scope is kept, so a failure may speak for the sink in row 0.
  void set(std::uint32_t row, const Failure& failure) {
    if (row >= statuses_->count) return;
    auto& status = statuses_->rows[row];
    status.outcome = failure.outcome();
    status.scope = failure.scope();
    status.error_class = failure.error_class();
    status.flags = failure.flags();
    status.retry_after = failure.retry_after().count();
    status.code = append(failure.code());
    status.text = append(failure.what());
  }

 private:
  // Texts beyond the buffer's end are cut, never refused.
  assay_cell append(std::string_view text) {
    const auto room = statuses_->capacity - statuses_->used;
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(text.size(), room));
    if (size > 0) std::memcpy(statuses_->buffer + statuses_->used, text.data(), size);
    const assay_cell cell{statuses_->used, size};
    statuses_->used += size;
    return cell;
  }

  assay_statuses* statuses_;
};

namespace detail {

// Runs a call of the data plane: a Failure becomes a status, anything else an outage.
template <class Body>
assay_status answering(assay_statuses* statuses, Body&& body) noexcept {
  Statuses answers(*statuses);
  try {
    body(answers);
  } catch (const Failure& failure) {
    answers.fail(failure);
  } catch (const std::exception& exception) {
    answers.set(0, Failure::transient("exception", exception.what()));
  } catch (...) {
    answers.set(0, Failure::transient("exception", "an exception that is no std::exception"));
  }
  return ASSAY_OK;
}

}  // namespace detail
}  // namespace assay
