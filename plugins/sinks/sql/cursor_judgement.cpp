#include "plugins/sinks/sql/cursor_judgement.hpp"

namespace assay::sql {
namespace {

std::string key_of(const Cursor& cursor) {
  std::string key;
  for (const auto& part : {cursor.group, cursor.step, cursor.topic}) {
    key.append(part.data, part.size) += '\n';
  }
  return key + std::to_string(cursor.partition);
}

}  // namespace

bool FreshCursors::contains(const Cursor& cursor) const { return keys_.contains(key_of(cursor)); }

void FreshCursors::claimed(const Cursor& cursor) {
  if (cursor.next_offset == ASSAY_NO_OFFSET) {
    keys_.insert(key_of(cursor));
  } else {
    keys_.erase(key_of(cursor));
  }
}

void FreshCursors::committed(const Cursor& cursor) {
  if (!keys_.empty()) keys_.erase(key_of(cursor));
}

bool judge(Cursor& cursor, Standing found, bool fresh) {
  const auto starts_here =
      found.next_offset == cursor.from_offset || (fresh && found.next_offset == ASSAY_NO_OFFSET);
  cursor.answer = ASSAY_CURSOR_FENCED;  // unless it is shown to be ours
  if (found.epoch > cursor.epoch) return false;
  if (found.epoch < cursor.epoch) {
    cursor.answer = ASSAY_CURSOR_BEHIND;
    cursor.next_offset = found.next_offset;
    return true;
  }
  if (starts_here) {
    cursor.answer = 0;
  } else if (found.next_offset == cursor.next_offset) {
    cursor.answer = ASSAY_CURSOR_COMMITTED;
  } else if (found.next_offset < cursor.from_offset) {
    cursor.answer = ASSAY_CURSOR_BEHIND;
    cursor.next_offset = found.next_offset;
  }
  return false;
}

void resolve(std::span<Cursor> cursors) {
  for (auto& cursor : cursors) {
    if (cursor.answer != 0) continue;
    cursor.answer = ASSAY_CURSOR_BEHIND;
    cursor.next_offset = cursor.from_offset;
  }
}

}  // namespace assay::sql
