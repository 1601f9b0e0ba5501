#include "plugins/sinks/sql/cursor_judgement.hpp"

#include <gtest/gtest.h>

namespace assay::sql {
namespace {

// Epoch 5, moving from 10 to 20.
Cursor moving() {
  Cursor cursor{};
  cursor.epoch = 5;
  cursor.from_offset = 10;
  cursor.next_offset = 20;
  return cursor;
}

TEST(CursorJudgement, a_higher_epoch_fences) {
  auto cursor = moving();
  EXPECT_FALSE(judge(cursor, {6, 10}, false));
  EXPECT_EQ(cursor.answer, ASSAY_CURSOR_FENCED);
}

TEST(CursorJudgement, a_lower_epoch_is_a_database_from_before_our_claim) {
  auto cursor = moving();
  EXPECT_TRUE(judge(cursor, {4, 3}, false));
  EXPECT_EQ(cursor.answer, ASSAY_CURSOR_BEHIND);
  EXPECT_EQ(cursor.next_offset, 3);
}

TEST(CursorJudgement, no_row_at_all_is_one_too) {
  auto cursor = moving();
  EXPECT_TRUE(judge(cursor, {}, true));
  EXPECT_EQ(cursor.next_offset, ASSAY_NO_OFFSET);
}

TEST(CursorJudgement, the_end_of_the_transaction_means_it_was_committed) {
  auto cursor = moving();
  judge(cursor, {5, 20}, false);
  EXPECT_EQ(cursor.answer, ASSAY_CURSOR_COMMITTED);
}

TEST(CursorJudgement, a_lower_offset_is_behind_and_a_stranger_one_is_fenced) {
  auto behind = moving();
  judge(behind, {5, 7}, false);
  EXPECT_EQ(behind.answer, ASSAY_CURSOR_BEHIND);
  EXPECT_EQ(behind.next_offset, 7);
  auto ahead = moving();
  judge(ahead, {5, 15}, false);
  EXPECT_EQ(ahead.answer, ASSAY_CURSOR_FENCED);
}

TEST(CursorJudgement, no_offset_is_a_start_for_a_fresh_cursor_only) {
  auto fresh = moving();
  judge(fresh, {5, ASSAY_NO_OFFSET}, true);
  EXPECT_EQ(fresh.answer, 0u);
  auto known = moving();
  judge(known, {5, ASSAY_NO_OFFSET}, false);
  EXPECT_EQ(known.answer, ASSAY_CURSOR_BEHIND);
}

}  // namespace
}  // namespace assay::sql
