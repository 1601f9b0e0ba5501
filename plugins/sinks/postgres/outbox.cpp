#include "plugins/sinks/postgres/outbox.hpp"

#include <charconv>
#include <string>
#include <vector>

namespace assay::postgres {
namespace {

using detail::from_c;

constexpr std::size_t statement_bytes = 1 << 20;  // a larger one is sent before it grows further
constexpr const char* forgotten_at_once = "1000";

constexpr const char* hold_ambiguous = R"sql(
UPDATE assay_outbox
   SET state = 'dead', settled_at = now(), code = 'ambiguous',
       reason = 'a process ended while it was sending this; it may have been delivered'
 WHERE group_id = $1 AND step = $2 AND state = 'sending' AND due_at <= now()
)sql";

constexpr const char* take_due = R"sql(
WITH due AS (
  SELECT id, state = 'sending' AS ambiguous
    FROM assay_outbox
   WHERE group_id = $1 AND step = $2 AND state IN ('pending', 'sending') AND due_at <= now()
   ORDER BY due_at, id
   LIMIT $3::int
     FOR UPDATE SKIP LOCKED),
taken AS (
  UPDATE assay_outbox o
     SET state = 'sending', attempt = attempt + 1, sending_at = now(),
         due_at = now() + $4::bigint * interval '1 microsecond'
    FROM due
   WHERE o.id = due.id
  RETURNING o.id, o.topic, o.partition, o.record_offset, o.attempt, o.record, due.ambiguous)
SELECT id, topic, partition, record_offset, attempt, record, ambiguous::int FROM taken ORDER BY id
)sql";

constexpr const char* delete_sent = R"sql(
DELETE FROM assay_outbox
 WHERE id IN (SELECT id FROM assay_outbox
               WHERE group_id = $1 AND step = $2 AND state = 'sent' AND
                     settled_at < now() - $3::bigint * interval '1 microsecond'
               LIMIT $4::int)
)sql";

constexpr const char* count_all = R"sql(
SELECT count(*),
       (SELECT count(*) FROM assay_outbox WHERE group_id = $1 AND step = $2 AND state = 'dead'),
       coalesce(extract(epoch FROM now() - min(stored_at)) * 1000000, 0)::bigint,
       coalesce(sum(octet_length(record::text)), 0)
  FROM assay_outbox
 WHERE group_id = $1 AND step = $2 AND state IN ('pending', 'sending')
)sql";

std::string microseconds(std::int64_t nanoseconds) { return std::to_string(nanoseconds / 1000); }

template <class Number>
Number number(std::optional<std::string_view> text) {
  Number value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

// Of "UPDATE 3".
template <class Number>
Number changed(const Result& result) {
  const auto command = result.command();
  return number<Number>(command.substr(command.rfind(' ') + 1));
}

assay_text to_text(std::optional<std::string_view> text) {
  return text ? detail::to_c(*text) : assay_text{};
}

const char* state_word(std::uint32_t state) {
  if (state == ASSAY_OUTBOX_SENT) return "sent";
  return state == ASSAY_OUTBOX_DEAD ? "dead" : "pending";
}

// What was said last stays where nothing new is said.
std::string quoted_or_null(const Connection& connection, std::string_view text) {
  return text.empty() ? "NULL" : connection.quoted(text);
}

}  // namespace

void store_in_outbox(Connection& connection, std::span<const OutboxRecord> records,
                     Deadline deadline) {
  std::string values;
  const auto send = [&] {
    if (values.empty()) return;
    connection.execute(
        "INSERT INTO assay_outbox (group_id, step, topic, partition, record_offset, record) "
        "VALUES " +
            values + " ON CONFLICT DO NOTHING",
        deadline);
    values.clear();
  };
  for (const auto& record : records) {
    values += values.empty() ? "(" : ",(";
    for (const auto& part : {record.group, record.step, record.topic}) {
      values += connection.quoted(from_c(part)) + ',';
    }
    values += std::to_string(record.partition) + ',' + std::to_string(record.record_offset) + ',' +
              connection.quoted(from_c(record.record)) + ')';
    if (values.size() >= statement_bytes) send();
  }
  send();
}

void take_from_outbox(Connection& connection, OutboxOrder& order, const OutboxTaker& taker,
                      Deadline deadline) {
  std::vector<std::string> parameters{std::string(from_c(order.group)),
                                      std::string(from_c(order.step))};
  order.held = 0;
  if (order.on_ambiguous == ASSAY_OUTBOX_HOLD) {
    order.held = changed<std::uint32_t>(connection.execute(hold_ambiguous, parameters, deadline));
  }
  parameters.push_back(std::to_string(order.limit));
  parameters.push_back(microseconds(order.lease));
  const auto taken = connection.execute(take_due, parameters, deadline);
  for (int row = 0; row < taken.rows(); ++row) {
    OutboxRecord record{};
    record.id = number<std::int64_t>(taken(row, 0));
    record.group = order.group;
    record.step = order.step;
    record.topic = to_text(taken(row, 1));
    record.partition = number<std::int32_t>(taken(row, 2));
    record.record_offset = number<std::int64_t>(taken(row, 3));
    record.attempt = number<std::uint32_t>(taken(row, 4));
    record.record = to_text(taken(row, 5));
    record.ambiguous = number<std::uint32_t>(taken(row, 6));
    taker(record);
  }
}

void settle_in_outbox(Connection& connection, std::span<const OutboxOutcome> outcomes,
                      Deadline deadline) {
  if (outcomes.empty()) return;
  std::string values;
  for (const auto& outcome : outcomes) {
    const bool sent = outcome.state == ASSAY_OUTBOX_SENT;
    const auto text = from_c(outcome.text);
    values += values.empty() ? "(" : ",(";
    values += std::to_string(outcome.id) + ',' + std::to_string(outcome.attempt) + ",'" +
              state_word(outcome.state) + "'," + microseconds(outcome.wait) + "::bigint," +
              quoted_or_null(connection, from_c(outcome.code)) + "::text," +
              quoted_or_null(connection, sent ? "" : text) + "::text," +
              quoted_or_null(connection, sent ? text : "") + "::text)";
  }
  connection.execute(
      "UPDATE assay_outbox o SET state = w.state, due_at = now() + w.wait * interval '1 "
      "microsecond', settled_at = CASE WHEN w.state <> 'pending' THEN now() END, code = CASE WHEN "
      "w.state = 'sent' THEN NULL ELSE coalesce(w.code, o.code) END, reason = CASE WHEN w.state = "
      "'sent' THEN NULL ELSE coalesce(w.reason, o.reason) END, receipt = w.receipt FROM (VALUES " +
          values +
          ") w (id, attempt, state, wait, code, reason, receipt) WHERE o.id = w.id AND o.attempt = "
          "w.attempt AND o.state = 'sending'",
      deadline);
}

std::uint64_t forget_in_outbox(Connection& connection, std::string_view group,
                               std::string_view step, Duration keep, Deadline deadline) {
  const std::vector<std::string> parameters{std::string(group), std::string(step),
                                            microseconds(keep.count()), forgotten_at_once};
  return changed<std::uint64_t>(connection.execute(delete_sent, parameters, deadline));
}

OutboxCounts count_outbox(Connection& connection, std::string_view group, std::string_view step,
                          Deadline deadline) {
  const std::vector<std::string> parameters{std::string(group), std::string(step)};
  const auto answer = connection.execute(count_all, parameters, deadline);
  OutboxCounts counts{};
  counts.waiting = number<std::uint64_t>(answer(0, 0));
  counts.dead = number<std::uint64_t>(answer(0, 1));
  counts.oldest = number<std::int64_t>(answer(0, 2)) * 1000;
  counts.bytes = number<std::uint64_t>(answer(0, 3));
  return counts;
}

}  // namespace assay::postgres
