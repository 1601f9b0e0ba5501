#include "host/dead_letters/letter_box.hpp"

#include <gtest/gtest.h>

#include "tests/host/dead_letters/letters.hpp"

namespace assay::host {
namespace {

using testing::a_letter;
using testing::a_resolution;

TEST(letter_box, holds_a_subject_once_however_often_it_was_written) {
  LetterBox box;
  box.add(a_letter(7, {0, 1}));
  box.add(a_letter(7, {2, 1}));
  box.add(a_letter(8, {0, 2}));
  const auto cases = std::move(box).cases();
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0].letters, (std::vector<LetterPlace>{{0, 1}, {2, 1}}));
  EXPECT_TRUE(cases[0].open);
}

TEST(letter_box, tells_two_steps_that_refused_one_record_apart) {
  LetterBox box;
  auto other = a_letter(7);
  other.subject.step = "main.tell";
  box.add(a_letter(7));
  box.add(std::move(other));
  EXPECT_EQ(std::move(box).cases().size(), 2U);
}

TEST(letter_box, a_resolution_closes_what_stood_before_it) {
  LetterBox box;
  box.add(a_letter(7, {0, 1}));
  box.add(a_resolution(a_letter(7), {0, 1}));
  const auto cases = std::move(box).cases();
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_FALSE(cases[0].open);
  ASSERT_TRUE(cases[0].resolution);
}

TEST(letter_box, what_fails_again_behind_its_resolution_is_open_again) {
  LetterBox box;
  box.add(a_letter(7, {0, 1}));
  box.add(a_resolution(a_letter(7), {0, 1}));
  box.add(a_letter(7, {0, 3}));
  EXPECT_TRUE(std::move(box).cases().at(0).open);
}

TEST(letter_box, a_resolution_speaks_for_its_own_partition_alone) {
  LetterBox box;
  box.add(a_letter(7, {0, 1}));
  box.add(a_letter(7, {1, 1}));
  box.add(a_resolution(a_letter(7), {0, 1}));
  const auto cases = std::move(box).cases();
  EXPECT_TRUE(cases.at(0).open);
  EXPECT_EQ(cases.at(0).letter.place, (LetterPlace{1, 1})) << "the one that is open";
}

TEST(letter_box, knows_how_often_a_record_was_put_back_from_where_it_was_put) {
  LetterBox box;
  auto resolution = a_resolution(a_letter(7), {0, 1});
  resolution.how = Resolution::How::redriven;
  resolution.attempt = 2;
  resolution.to = LetterPlace{3, 500};
  box.add(a_letter(7, {0, 1}));
  box.add(std::move(resolution));
  box.add(a_letter(500, {0, 2}));
  const auto cases = std::move(box).cases();
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[1].letter.subject.offset, 500);
  EXPECT_EQ(cases[1].letter.redriven, 2);
}

TEST(letter_box, counts_what_is_neither) {
  LetterBox box;
  box.add(std::monostate{});
  box.add(a_resolution(a_letter(7), {0, 1}));
  EXPECT_EQ(box.strangers(), 1U);
  EXPECT_TRUE(std::move(box).cases().empty()) << "a resolution of a letter that is deleted";
}

}  // namespace
}  // namespace assay::host
