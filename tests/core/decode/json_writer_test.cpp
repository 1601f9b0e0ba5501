#include "core/decode/json_writer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/decode/card_token.hpp"
#include "core/decode/json_text.hpp"
#include "tests/core/decode/decode_fixture.hpp"

namespace assay::core {
namespace {

TEST(JsonWriter, writes_the_fields_that_are_there_with_the_token_for_the_number) {
  DecodeFixture fixture;
  ASSERT_EQ(fixture.decode(replaced(sample_message(), R"("location")",
                                    R"("latitude":38.5,"utc_offset":"+01:00","location")")),
            DecodeError::ok);
  const auto text = row_json(fixture.block(), fixture.row());
  EXPECT_EQ(text.find("4556737586899855"), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json.size(), 13u);
  EXPECT_EQ(json["card"], format_token(fixture.tokenizer().mac("4556737586899855")));
  EXPECT_EQ(json["card_last4"], "9855");
  EXPECT_EQ(json["amount"], "129.95");
  EXPECT_EQ(json["timestamp"], "2024-05-01T12:34:56Z");
  EXPECT_EQ(json["user_id"], 48213);
  EXPECT_EQ(json["latitude"], 38.5);
  EXPECT_EQ(json["utc_offset"], "1h");
  EXPECT_EQ(json["merchant"], "Mercado Central");
}

TEST(JsonWriter, writes_any_text_so_that_a_json_reader_gives_it_back) {
  std::string text;
  for (char c = 1; c < 127; ++c) text += c;
  text += "é\uFFFD\U0001F600";
  std::string json;
  append_json_text(json, text);
  EXPECT_EQ(nlohmann::json::parse(json).get<std::string>(), text);
}

TEST(JsonWriter, writes_an_empty_row_as_an_empty_object) {
  Layout layout;
  layout.add("a", FieldType::boolean);
  RowBlock block(layout, {.rows = 2, .arena = 16});
  const auto row = block.add_row();
  EXPECT_EQ(row_json(block, row), "{}");
  block.put_int64(row, {0}, 1);
  EXPECT_EQ(row_json(block, row), R"({"a":true})");
}

}  // namespace
}  // namespace assay::core
