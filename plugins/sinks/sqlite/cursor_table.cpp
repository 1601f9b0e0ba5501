#include "plugins/sinks/sqlite/cursor_table.hpp"

#include <optional>

namespace assay::sqlite {

void print_cursors(Database& database, std::string_view group, const TextStream& stream) {
  auto query = database.prepare(
      "SELECT json_object('step', step, 'topic', topic, 'partition', partition, 'next_offset', "
      "next_offset, 'epoch', epoch, 'cluster', cluster, 'updated_at', updated_at) FROM "
      "assay_cursors WHERE group_id = ? ORDER BY step, topic, partition");
  query.add(group);
  while (query.step()) stream << query.text(0) << "\n";
}

void set_cursor(Database& database, const assay_cursor& cursor) {
  using detail::from_c;
  std::optional<std::int64_t> next;
  if (cursor.next_offset != ASSAY_NO_OFFSET) next = cursor.next_offset;
  database
      .prepare(
          "INSERT INTO assay_cursors (group_id, step, topic, partition, next_offset, epoch, "
          "cluster, updated_at) VALUES (?, ?, ?, ?, ?, 1, '', strftime('%Y-%m-%dT%H:%M:%fZ', "
          "'now')) ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset, epoch = epoch + "
          "1, cluster = '', updated_at = excluded.updated_at")
      .add(from_c(cursor.group))
      .add(from_c(cursor.step))
      .add(from_c(cursor.topic))
      .add(std::int64_t{cursor.partition})
      .add(next)
      .run();
}

}  // namespace assay::sqlite
