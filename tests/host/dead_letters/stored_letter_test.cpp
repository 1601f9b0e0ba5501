#include "host/dead_letters/stored_letter.hpp"

#include <gtest/gtest.h>

#include "tests/host/dead_letters/letters.hpp"

namespace assay::host {
namespace {

DeadLetter written() {
  DeadLetter letter;
  letter.topic = "payments";
  letter.partition = {3};
  letter.offset = {1042};
  letter.timestamp = 1'700'000'000'123'000'000;
  letter.stage = DeadLetter::Stage::sink;
  letter.error_class = "data";
  letter.code = "23514";
  letter.words = "the check `merchants` is violated";
  letter.step = "main.store";
  letter.attempts = 2;
  letter.first_at = 1'700'000'001'000'000'000;
  letter.headers = {{"trace", "t-1"}};
  return letter;
}

LogRecord as_record(const DeadLetter& letter) {
  return {.partition = 1,
          .offset = 17,
          .timestamp_ms = 5,
          .key = "k",
          .value = "{}",
          .headers = dead_letter_headers(letter, {"assay", "0.1.0", "c0ffee"})};
}

TEST(stored_letter, is_read_back_as_it_was_written) {
  const auto note = read_note(as_record(written()));
  const auto* letter = std::get_if<StoredLetter>(&note);
  ASSERT_NE(letter, nullptr);
  EXPECT_EQ(letter->subject, (LetterSubject{"payments", 3, 1042, "main.store"}));
  EXPECT_EQ(letter->place, (LetterPlace{1, 17}));
  EXPECT_EQ(letter->error_class, "data");
  EXPECT_EQ(letter->code, "23514");
  EXPECT_EQ(letter->words, "the check `merchants` is violated");
  EXPECT_EQ(letter->attempts, "2");
  EXPECT_EQ(letter->first_at, 1'700'000'001'000'000'000);
  EXPECT_EQ(letter->record_time, 1'700'000'000'123'000'000);
  EXPECT_EQ(letter->engine_version, "0.1.0");
  EXPECT_EQ(letter->config_hash, "c0ffee");
  EXPECT_EQ(letter->value, "{}");
  EXPECT_EQ(letter->own, (RecordHeaders{{"trace", "t-1"}}));
}

TEST(stored_letter, of_a_record_that_did_not_decode_has_no_step) {
  auto letter = written();
  letter.stage = DeadLetter::Stage::decode;
  letter.step.clear();
  const auto note = read_note(as_record(letter));
  ASSERT_TRUE(std::holds_alternative<StoredLetter>(note));
  EXPECT_EQ(std::get<StoredLetter>(note).subject.step, "");
}

TEST(stored_letter, is_not_what_somebody_else_wrote_into_the_topic) {
  EXPECT_TRUE(std::holds_alternative<std::monostate>(read_note({})));
  auto record = as_record(written());
  for (auto& [name, value] : record.headers) {
    if (name == "__connect.errors.offset") value = "many";
  }
  EXPECT_TRUE(std::holds_alternative<std::monostate>(read_note(record)));
  record.headers = {{"assay.dlq.resolution", "burnt"}};
  EXPECT_TRUE(std::holds_alternative<std::monostate>(read_note(record)));
}

TEST(resolution, is_read_back_as_it_was_written) {
  auto resolution = testing::a_resolution(testing::a_letter(7), {2, 99});
  resolution.how = Resolution::How::redriven;
  resolution.attempt = 2;
  resolution.to = LetterPlace{3, 5000};
  resolution.note = "as agreed";
  const auto note = read_note({.partition = 2, .headers = resolution_headers(resolution)});
  const auto* read = std::get_if<Resolution>(&note);
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(read->how, Resolution::How::redriven);
  EXPECT_EQ(read->subject, resolution.subject);
  EXPECT_EQ(read->through, (LetterPlace{2, 99}));
  EXPECT_EQ(read->at, 5'000);
  EXPECT_EQ(read->attempt, 2);
  EXPECT_EQ(read->to, (LetterPlace{3, 5000}));
  EXPECT_EQ(read->note, "as agreed");
}

// Tools that count dead letters by Kafka Connect's headers do not count it.
TEST(resolution, has_no_header_of_a_dead_letter) {
  for (const auto& [name, value] :
       resolution_headers(testing::a_resolution(testing::a_letter(7), {2, 99}))) {
    EXPECT_TRUE(name.starts_with("assay.dlq.")) << name;
  }
}

}  // namespace
}  // namespace assay::host
