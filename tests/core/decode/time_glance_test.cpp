// The time of a message that is not decoded yet.
#include "core/decode/time_glance.hpp"

#include <gtest/gtest.h>

namespace assay::core {
namespace {

constexpr std::int64_t second = 1'000'000'000;

std::int64_t glance(std::string_view payload, std::int64_t record_time = 0) {
  static const auto schema = sample_transaction_schema();
  return TimeGlance(schema, 300 * second)(Message{
      .payload = payload, .key = {}, .partition = {}, .offset = {}, .timestamp = record_time});
}

TEST(time_glance, reads_each_way_of_writing_a_time) {
  EXPECT_EQ(glance(R"({"timestamp":1700000000,"amount":3})"), 1'700'000'000 * second);
  EXPECT_EQ(glance(R"({"amount":3,"timestamp" : 1700000000123})"), 1'700'000'000'123'000'000);
  EXPECT_EQ(glance(R"({"timestamp":"2023-11-14T22:13:20Z"})"), 1'700'000'000 * second);
  EXPECT_EQ(glance(R"({"timestamp":"1700000000"})"), 1'700'000'000 * second);
}

TEST(time_glance, takes_the_record_s_time_where_there_is_none_to_read) {
  for (const auto* text : {"", "{}", R"({"timestamp")", R"({"timestamp":)", R"({"timestamp":null})",
                           R"({"timestamp":"soon"})", R"({"timestamp":{}})", R"("timestamp" 7)",
                           R"({"\u0074imestamp":1700000000})"}) {
    EXPECT_EQ(glance(text, 42), 42) << text;
  }
}

TEST(time_glance, takes_the_record_s_time_where_the_event_is_implausibly_far_ahead) {
  const auto record = 1'600'000'000 * second;
  EXPECT_EQ(glance(R"({"timestamp":1600000300})", record), record + 300 * second);
  EXPECT_EQ(glance(R"({"timestamp":1600000301})", record), record);
}

TEST(time_glance, finds_the_key_at_the_field_s_place) {
  const auto schema =
      Schema::make({{"time", FieldKind::time, "/header/booked_at", true, FieldRole::time},
                    {"amount", FieldKind::decimal, "", true, FieldRole::amount}})
          .value();
  const TimeGlance glance(schema, std::nullopt);
  EXPECT_EQ(glance(Message{.payload = R"({"header":{"booked_at":5},"time":9})",
                           .key = {},
                           .partition = {},
                           .offset = {},
                           .timestamp = 0}),
            5 * second);
}

}  // namespace
}  // namespace assay::core
