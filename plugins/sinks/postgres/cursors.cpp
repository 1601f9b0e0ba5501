#include "plugins/sinks/postgres/cursors.hpp"

#include <algorithm>
#include <charconv>

namespace assay::postgres {
namespace {

std::int64_t number(std::optional<std::string_view> text) {
  std::int64_t value = ASSAY_NO_OFFSET;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

// A list of VALUES; each row begins with the index of its cursor.
template <class More>
std::string values_of(const Connection& connection, std::span<const Cursor> cursors, More&& more) {
  std::string values;
  for (std::size_t i = 0; i < cursors.size(); ++i) {
    const auto& cursor = cursors[i];
    values += i == 0 ? "(" : ",(";
    values += std::to_string(i);
    for (const auto& part : {cursor.group, cursor.step, cursor.topic}) {
      values += ',' + connection.quoted(detail::from_c(part));
    }
    values += ',' + std::to_string(cursor.partition) + more(cursor) + ')';
  }
  return values;
}

constexpr const char* same_cursor =
    "c.group_id = w.group_id AND c.step = w.step AND c.topic = w.topic AND c.partition = "
    "w.partition";

constexpr std::string_view lock_not_available = "55P03";

// A lock that does not come for that long is asked after: see end_stalled().
std::string opening(Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.left()).count();
  return "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = " +
         std::to_string(std::max<std::int64_t>(1, left)) + "; ";
}

}  // namespace

void Cursors::claim(Connection& connection, std::span<Cursor> cursors, Deadline deadline) {
  if (cursors.empty()) return;
  // The answer names the cursor by its key, as an upsert cannot return a column of its source.
  auto statement = opening(deadline) +
                   "WITH w (i, group_id, step, topic, partition, cluster) AS (VALUES " +
                   values_of(connection, cursors,
                             [&](const Cursor& cursor) {
                               return ',' + connection.quoted(detail::from_c(cursor.cluster));
                             }) +
                   "), taken AS (INSERT INTO assay_cursors AS c (group_id, step, topic, partition, "
                   "next_offset, epoch, cluster, updated_at) SELECT group_id, step, topic, "
                   "partition, NULL, 1, cluster, now() FROM w ORDER BY 1, 2, 3, 4 ON CONFLICT "
                   "(group_id, step, topic, partition) DO UPDATE SET epoch = c.epoch + 1, "
                   "cluster = EXCLUDED.cluster, updated_at = now() WHERE c.cluster IN ('', "
                   "EXCLUDED.cluster) OR EXCLUDED.cluster = '' RETURNING *) "
                   "SELECT w.i, c.epoch, c.next_offset FROM taken c JOIN w ON " +
                   same_cursor;
  const auto answer = lock(connection, statement, cursors, deadline);
  if (answer.rows() != static_cast<int>(cursors.size())) {
    connection.execute("ROLLBACK", deadline);
    throw Failure::configuration(
        "cluster",
        "a cursor of this group belongs to another Kafka cluster: give this deployment "
        "a consumer group of its own, or set its cursors with `assay cursor`");
  }
  connection.execute("COMMIT", deadline);
  for (int row = 0; row < answer.rows(); ++row) {
    auto& cursor = cursors[static_cast<std::size_t>(number(answer(row, 0)))];
    cursor.epoch = number(answer(row, 1));
    cursor.next_offset = number(answer(row, 2));
    cursor.answer = ASSAY_CURSOR_COMMITTED;
    fresh_.claimed(cursor);
  }
}

bool Cursors::begin(Connection& connection, std::span<Cursor> cursors, Deadline deadline) {
  for (auto& cursor : cursors) cursor.answer = 0;
  auto statement = opening(deadline);
  if (!cursors.empty()) {
    statement +=
        "UPDATE assay_cursors c SET next_offset = w.next_offset, updated_at = now() FROM "
        "(VALUES " +
        values_of(connection, cursors,
                  [&](const Cursor& cursor) {
                    return ',' + std::to_string(cursor.epoch) + "::bigint," +
                           std::to_string(cursor.from_offset) + "::bigint," +
                           std::to_string(cursor.next_offset) + "::bigint," +
                           (fresh_.contains(cursor) ? "true" : "false");
                  }) +
        ") w (i, group_id, step, topic, partition, epoch, from_offset, next_offset, "
        "fresh) WHERE " +
        same_cursor +
        " AND c.epoch = w.epoch AND (c.next_offset = w.from_offset OR (w.fresh AND "
        "c.next_offset IS NULL))";
  }
  const auto moved = lock(connection, statement, cursors, deadline);
  if (cursors.empty() || moved.command() == "UPDATE " + std::to_string(cursors.size())) return true;
  connection.execute("ROLLBACK", deadline);
  judge(connection, cursors, deadline);
  const auto told = std::any_of(cursors.begin(), cursors.end(),
                                [](const Cursor& cursor) { return cursor.answer != 0; });
  if (!told) throw Failure::transient("40001", "a cursor moved while it was looked at");
  return false;
}

// A transaction that takes the cursors' locks.
Result Cursors::lock(Connection& connection, const std::string& statement,
                     std::span<const Cursor> cursors, Deadline deadline) {
  try {
    return connection.execute(statement, deadline);
  } catch (const ServerError& error) {
    if (error.sqlstate() != lock_not_available) throw;
    connection.execute("ROLLBACK", deadline);
    if (!end_stalled(connection, cursors, deadline)) throw;
  }
  return connection.execute(statement, deadline);
}

// Ends the sessions of our role that hold one of these cursors and stand still: a process that was
// stopped, or whose host is gone without a word. One that idles between two statements PostgreSQL
// ends by itself (Connection::open). In the midst of a COPY it does not, and hears neither
// statement_timeout nor a cancellation while it waits for its client: so whoever had the partitions
// next would wait for as long as the other stands. Whoever changes a row leaves the number of its
// transaction in the row's xmax. False: there is none.
bool Cursors::end_stalled(Connection& connection, std::span<const Cursor> cursors,
                          Deadline deadline) {
  const auto none = [](const Cursor&) { return std::string(); };
  const auto answer = connection.execute(
      "SELECT a.pid, pg_terminate_backend(a.pid) FROM (SELECT DISTINCT l.pid FROM (VALUES " +
          values_of(connection, cursors, none) +
          ") w (i, group_id, step, topic, partition) JOIN assay_cursors c ON " + same_cursor +
          " JOIN pg_locks l ON l.locktype = 'transactionid' AND l.granted AND l.transactionid = "
          "c.xmax) l JOIN pg_stat_activity a USING (pid) WHERE a.usename = current_user AND "
          "a.datname = current_database() AND a.wait_event = 'ClientRead' AND a.state_change < "
          "clock_timestamp() - interval '10 s'",
      deadline);
  for (int row = 0; row < answer.rows(); ++row) {
    host_.warning("ended session " + std::string(*answer(row, 0)) +
                  " of our role: it held our cursors and stood still");
  }
  return answer.rows() > 0;
}

void Cursors::position(Connection& connection, std::span<Cursor> cursors, Deadline deadline) {
  judge(connection, cursors, deadline);
  sql::resolve(cursors);
  for (const auto& cursor : cursors) {
    if (cursor.answer == ASSAY_CURSOR_COMMITTED) fresh_.committed(cursor);
  }
}

void Cursors::committed(std::span<const Cursor> cursors) {
  for (const auto& cursor : cursors) fresh_.committed(cursor);
}

// Leaves 0 where a cursor stands at (epoch, from_offset).
void Cursors::judge(Connection& connection, std::span<Cursor> cursors, Deadline deadline) {
  if (cursors.empty()) return;
  const auto none = [](const Cursor&) { return std::string(); };
  const auto answer = connection.execute(
      "SELECT w.i, c.epoch, c.next_offset FROM (VALUES " + values_of(connection, cursors, none) +
          ") w (i, group_id, step, topic, partition) LEFT JOIN assay_cursors c ON " + same_cursor,
      deadline);
  for (int row = 0; row < answer.rows(); ++row) {
    auto& cursor = cursors[static_cast<std::size_t>(number(answer(row, 0)))];
    const sql::Standing found{number(answer(row, 1)), number(answer(row, 2))};
    if (sql::judge(cursor, found, fresh_.contains(cursor))) restore(connection, cursor, deadline);
  }
}

void Cursors::restore(Connection& connection, const Cursor& cursor, Deadline deadline) {
  const std::vector<std::string> parameters{std::string(detail::from_c(cursor.group)),
                                            std::string(detail::from_c(cursor.step)),
                                            std::string(detail::from_c(cursor.topic)),
                                            std::to_string(cursor.partition),
                                            std::to_string(cursor.epoch),
                                            std::string(detail::from_c(cursor.cluster))};
  connection.execute(
      "INSERT INTO assay_cursors AS c (group_id, step, topic, partition, next_offset, epoch, "
      "cluster, updated_at) VALUES ($1, $2, $3, $4, NULL, $5, $6, now()) ON CONFLICT (group_id, "
      "step, topic, partition) DO UPDATE SET epoch = EXCLUDED.epoch WHERE c.epoch < EXCLUDED.epoch",
      parameters, deadline);
}

}  // namespace assay::postgres
