#include "host/dead_letters/letter_groups.hpp"

#include <gtest/gtest.h>

#include "tests/host/dead_letters/letters.hpp"

namespace assay::host {
namespace {

TEST(letter_groups, put_together_what_differs_in_numbers_alone) {
  std::vector<LetterCase> cases;
  for (const std::int64_t offset : {7, 30, 8}) {
    cases.push_back({.letter = testing::a_letter(offset)});
  }
  cases[1].letter.subject.partition = 1;
  cases[2].open = false;
  const auto groups = group_letters(cases);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].reason, "value too long for column #");
  EXPECT_EQ(groups[0].count, 3U);
  EXPECT_EQ(groups[0].open, 2U);
  EXPECT_EQ(groups[0].oldest, 1'007);
  EXPECT_EQ(groups[0].newest, 1'030);
  EXPECT_EQ(groups[0].example.offset, 30);
  EXPECT_EQ(groups[0].partitions, (std::vector<std::int32_t>{1, 3}));
}

TEST(letter_groups, keep_the_words_where_all_have_the_same) {
  std::vector<LetterCase> cases(2, {.letter = testing::a_letter(7)});
  EXPECT_EQ(group_letters(cases).at(0).reason, "value too long for column 7");
}

TEST(letter_groups, stand_by_step_code_and_reason_the_largest_first) {
  std::vector<LetterCase> cases(4, {.letter = testing::a_letter(7)});
  cases[0].letter.subject.step.clear();
  cases[1].letter.code = "23514";
  const auto groups = group_letters(cases);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].count, 2U);
  EXPECT_EQ(groups[0].step, "main.store");
  EXPECT_EQ(groups[0].code, "22001");
}

TEST(letter_groups, a_number_becomes_one_sign_however_long_it_is) {
  EXPECT_EQ(without_numbers("at byte 1024 of 9"), "at byte # of #");
  EXPECT_EQ(without_numbers(""), "");
}

}  // namespace
}  // namespace assay::host
