#include "host/dead_letters/redrive_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/dead_letters/letters.hpp"

namespace assay::host {
namespace {

using testing::a_letter;
using ::testing::HasSubstr;

const RedriveTerms kTerms{.topic = "payments", .steps = {"main.store", "main.tell"}};
constexpr PartitionExtent kExtent{3, 5, 100};

LogRecord a_record() {
  return {.partition = 3,
          .offset = 7,
          .timestamp_ms = 1'700'000'000'123,
          .key = "k",
          .value = "v",
          .headers = {{"trace", "t-1"}}};
}

TEST(redrive_check, marks_a_record_with_where_it_stood_and_for_whom_it_is) {
  const auto record = redriven_record(a_letter(7), kTerms, kExtent, a_record());
  ASSERT_TRUE(record) << record.error();
  EXPECT_EQ(record->key, "k");
  EXPECT_EQ(record->value, "v");
  EXPECT_EQ(record->timestamp_ms, 1'700'000'000'123);
  EXPECT_EQ(record->header("trace"), "t-1") << "the producer's own stay";
  const auto mark = read_redrive_mark(record->headers);
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->attempt, 1U);
  EXPECT_EQ(mark->partition, 3);
  EXPECT_EQ(mark->offset, 7);
  EXPECT_EQ(mark->step, "main.store");
}

TEST(redrive_check, counts_on_from_an_earlier_attempt_and_keeps_the_first_place) {
  auto record = a_record();
  record.headers = with_redrive_mark(record.headers, {2, 3, 1, "main.store"});
  const auto again = redriven_record(a_letter(7), kTerms, kExtent, record);
  ASSERT_TRUE(again);
  const auto mark = read_redrive_mark(again->headers);
  EXPECT_EQ(mark->attempt, 3U);
  EXPECT_EQ(mark->offset, 1);
  EXPECT_EQ(again->headers.size(), 5U) << "each mark once";
}

TEST(redrive_check, stops_a_loop_unless_somebody_insists) {
  auto record = a_record();
  record.headers = with_redrive_mark({}, {kMostRedrives, 3, 1, "main.store"});
  const auto stopped = redriven_record(a_letter(7), kTerms, kExtent, record);
  ASSERT_FALSE(stopped);
  EXPECT_THAT(stopped.error(), HasSubstr("redriven 3 times"));
  auto terms = kTerms;
  terms.guard = LoopGuard::off;
  EXPECT_TRUE(redriven_record(a_letter(7), terms, kExtent, record));
}

TEST(redrive_check, says_what_became_of_a_record_that_is_gone) {
  const auto why = [](std::int64_t offset, std::optional<PartitionExtent> extent) {
    return redriven_record(a_letter(offset), kTerms, extent, std::nullopt).error();
  };
  EXPECT_THAT(why(4, kExtent), HasSubstr("begins at 5 by now"));
  EXPECT_THAT(why(100, kExtent), HasSubstr("ends at 100"));
  EXPECT_THAT(why(7, kExtent), HasSubstr("compacted away"));
  EXPECT_THAT(why(7, std::nullopt), HasSubstr("has no partition 3"));
  EXPECT_THAT(why(4, kExtent), HasSubstr("assay dlq drop --position 3:4"));
}

TEST(redrive_check, tells_another_record_at_the_same_place_by_its_time) {
  auto letter = a_letter(7);
  letter.record_time = 1'700'000'000'123'000'000;
  EXPECT_TRUE(redriven_record(letter, kTerms, kExtent, a_record()));
  letter.record_time += 1'000'000;
  const auto other = redriven_record(letter, kTerms, kExtent, a_record());
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error(), HasSubstr("made anew"));
}

TEST(redrive_check, refuses_what_nobody_would_get_and_what_would_undo_something_newer) {
  EXPECT_TRUE(may_redrive(a_letter(7), kTerms));
  auto gone = a_letter(7);
  gone.subject.step = "main.gone";
  EXPECT_THAT(may_redrive(gone, kTerms).error(), HasSubstr("no step main.gone"));
  auto holder = a_letter(7);
  holder.subject.topic = "account_holders";
  EXPECT_THAT(may_redrive(holder, kTerms).error(), HasSubstr("would undo a newer one"));
  auto undecoded = a_letter(7);
  undecoded.subject.step.clear();
  EXPECT_TRUE(may_redrive(undecoded, kTerms));
}

}  // namespace
}  // namespace assay::host
