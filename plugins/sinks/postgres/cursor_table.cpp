#include "plugins/sinks/postgres/cursor_table.hpp"

#include <optional>
#include <string>

#include "plugins/sinks/postgres/administration.hpp"

namespace assay::postgres {
namespace {

constexpr const char* cursors_of_group = R"sql(
SELECT json_build_object(
         'step', step, 'topic', topic, 'partition', partition, 'next_offset', next_offset,
         'epoch', epoch, 'cluster', cluster,
         'updated_at', to_char(updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM assay_cursors
 WHERE group_id = $1
 ORDER BY step, topic, partition
)sql";

constexpr const char* put_cursor = R"sql(
INSERT INTO assay_cursors AS c
       (group_id, step, topic, partition, next_offset, epoch, cluster, updated_at)
VALUES ($1, $2, $3, $4, $5, 1, '', now())
    ON CONFLICT (group_id, step, topic, partition)
    DO UPDATE SET next_offset = EXCLUDED.next_offset, epoch = c.epoch + 1, cluster = '',
                  updated_at = now()
)sql";

std::string text(assay_text from) { return std::string(detail::from_c(from)); }

}  // namespace

void print_cursors(const Settings& settings, std::string_view group, Deadline deadline,
                   const TextStream& stream) {
  administer(settings, deadline, [&](pqxx::connection& connection) {
    pqxx::read_transaction transaction(connection);
    for (const auto& row : transaction.exec_params(cursors_of_group, std::string(group))) {
      stream << row[0].as<std::string>() << "\n";
    }
  });
}

void set_cursor(const Settings& settings, const assay_cursor& cursor, Deadline deadline) {
  std::optional<std::int64_t> next;
  if (cursor.next_offset != ASSAY_NO_OFFSET) next = cursor.next_offset;
  administer(settings, deadline, [&](pqxx::connection& connection) {
    pqxx::work transaction(connection);
    transaction.exec_params0(put_cursor, text(cursor.group), text(cursor.step), text(cursor.topic),
                             cursor.partition, next);
    transaction.commit();
  });
}

}  // namespace assay::postgres
