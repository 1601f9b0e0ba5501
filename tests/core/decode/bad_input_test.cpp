// Every reason for which a message becomes a dead letter, with the words a person reads there.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/core/decode/decode_fixture.hpp"

namespace assay::core {
namespace {

std::string nested(int levels) {
  return R"({"x":)" + std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']') + "}";
}

TEST(BadInput, has_a_code_of_its_own_for_every_reason) {
  std::set<std::string_view> codes;
  for (std::size_t i = 0; i < kDecodeErrors; ++i) {
    codes.insert(reason_code(static_cast<DecodeError>(i)));
  }
  EXPECT_EQ(codes.size(), kDecodeErrors);
}

TEST(BadInput, names_an_empty_message) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words(""), "empty: the message is empty; expected one JSON object");
  EXPECT_EQ(fixture.decode(" \n"), DecodeError::empty);
}

TEST(BadInput, names_a_schema_registry_and_the_schema) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words(std::string("\0\0\0\x01\x02{}", 7)),
            "schema_registry: the message begins with a schema registry's magic byte (schema id "
            "258), so it is Avro, Protobuf or registry JSON; Assay reads plain JSON: let the "
            "producer write JSON without a registry, or convert the topic");
}

TEST(BadInput, names_a_message_over_the_size_limit) {
  auto options = DecodeFixture::default_options();
  options.max_message = 100;
  DecodeFixture fixture(sample_transaction_schema(), options);
  EXPECT_EQ(fixture.words(sample_message()),
            "too_large: the message has " + std::to_string(sample_message().size()) +
                " bytes, the limit is 100; raise the limit or send less");
}

TEST(BadInput, names_malformed_json) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words("hello"), "not_json: not JSON at byte 0: expected an object");
  EXPECT_EQ(fixture.words(R"({"timestamp":17)"),
            "not_json: not JSON at byte 15: expected the end of the object, found the end of the "
            "message");
  EXPECT_EQ(fixture.words(R"({"user_id":12x})"),
            "not_json: not JSON at byte 11: expected a whole number, or a text that holds one");
}

TEST(BadInput, refuses_everything_that_is_not_json_down_to_unknown_fields) {
  DecodeFixture fixture(Schema::make({{"a", FieldKind::int64}, {"t"}}).value());
  for (const auto* text : {R"({"a":1,})",
                           R"({"a" 1})",
                           R"({"a":1 "b":2})",
                           R"({a:1})",
                           R"({"a":01})",
                           R"({"a":+1})",
                           R"({"a":.5})",
                           R"({"a":1.})",
                           R"({"a":})",
                           R"({"a":1]})",
                           R"({"x":tru})",
                           R"({"x":nul})",
                           R"({"x":nulll})",
                           R"({"x":truefalse})",
                           R"({"x":01})",
                           R"({"x":1e})",
                           R"({"x":-})",
                           R"({"x":[1,]})",
                           R"({"x":[1 2]})",
                           R"({"x":{"y"}})",
                           R"({"x":{"y":1,}})",
                           R"({"x":"\q"})",
                           R"({"x":"\u12g4"})",
                           R"({"x":"\ud800"})",
                           R"({"x":"\ud800\u0041"})",
                           R"({"\q":1})",
                           R"({"x":{"\q":1}})",
                           R"({"x":[1})",
                           R"({"x":{"y":1]})",
                           R"({"t":"\u12"})",
                           R"({"t":"a":"b"})",
                           R"({"x":"a":"b"})",
                           R"({"x":1:2})",
                           R"({"t":"a""b"})",
                           "{\"t\":\"a\nb\"}",
                           R"({"x":NaN})",
                           R"({"x":,"a":1})",
                           R"({,"a":1})",
                           R"({"a":1,,"t":"x"})",
                           R"({"a":'1'})",
                           R"({"x":[})",
                           R"({"x":)",
                           R"({")",
                           R"({)",
                           R"(})",
                           R"({"t":"abc})"}) {
    EXPECT_EQ(fixture.decode(text), DecodeError::not_json) << text;
  }
}

TEST(BadInput, names_text_after_the_end) {
  DecodeFixture fixture;
  const auto size = std::to_string(sample_message().size() + 1);
  for (const auto* tail : {" {}", " x", " 1", " \"t\"", " }", " ,", " {"}) {
    EXPECT_EQ(fixture.words(sample_message() + tail),
              "trailing_text: text after the end of the JSON object at byte " + size +
                  "; expected one object per message")
        << tail;
  }
}

TEST(BadInput, names_a_repeated_key) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words(R"({"amount":1,"amount":2})"),
            "repeated_key: the key amount is repeated at byte 13; each key may stand once in its "
            "object");
  EXPECT_EQ(fixture.words(R"({"other":1,"b":2,"other":3})"),
            "repeated_key: the key other is repeated at byte 18; each key may stand once in its "
            "object");
  EXPECT_EQ(fixture.decode(R"({"amount":1,"am\u006funt":2})"), DecodeError::repeated_key);
  EXPECT_EQ(fixture.decode(R"({"other":1,"oth\u0065r":2})"), DecodeError::repeated_key);
  EXPECT_EQ(fixture.decode(R"({"amount":null,"amount":2})"), DecodeError::repeated_key);
}

TEST(BadInput, finds_repeats_on_every_level_that_the_schema_looks_into) {
  DecodeFixture fixture(Schema::make({{"a", FieldKind::int64, "/p/a"}, {"b"}}).value());
  EXPECT_EQ(fixture.decode(R"({"p":{"a":1,"a":2}})"), DecodeError::repeated_key);
  EXPECT_EQ(fixture.decode(R"({"p":{"x":1,"x":2}})"), DecodeError::repeated_key);
  EXPECT_EQ(fixture.decode(R"({"p":{"a":1},"p":{}})"), DecodeError::repeated_key);
  EXPECT_EQ(fixture.decode(R"({"x":1,"p":{"x":1},"y":2})"), DecodeError::ok);
  EXPECT_EQ(fixture.decode(R"({"x":1,"p":{"x":1},"x":2})"), DecodeError::repeated_key);
}

TEST(BadInput, shows_no_card_number_that_somebody_used_as_a_key) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words(R"({"4556737586899855":1,"4556737586899855":2})"),
            "repeated_key: the key **************** is repeated at byte 23; each key may stand "
            "once in its object");
}

TEST(BadInput, names_a_missing_required_field) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words(replaced(sample_message(), R"("amount":129.95,)", "")),
            "missing_field: field amount (/amount) is missing or null; the schema requires it");
  EXPECT_EQ(fixture.decode(replaced(sample_message(), "129.95", "null")),
            DecodeError::missing_field);
}

TEST(BadInput, names_the_currency_where_no_default_is_configured) {
  auto options = DecodeFixture::default_options();
  options.default_currency.clear();
  DecodeFixture fixture(sample_transaction_schema(), options);
  EXPECT_EQ(fixture.words(sample_message()),
            "missing_field: field currency (/currency) is missing or null; send it or configure "
            "default_currency");
}

TEST(BadInput, names_a_wrong_type) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words(R"({"amount":"lots"})"),
            "wrong_type: field amount (/amount) has the wrong type at byte 10: expected an amount "
            "such as 12.34, as number or text, found a text");
  EXPECT_EQ(fixture.words(R"({"user_id":[1]})"),
            "wrong_type: field user_id (/user_id) has the wrong type at byte 11: expected a whole "
            "number, or a text that holds one, found a list");
  EXPECT_EQ(fixture.words(R"({"timestamp":"yesterday"})"),
            "wrong_type: field timestamp (/timestamp) has the wrong type at byte 13: expected "
            "seconds or milliseconds since 1970, or ISO 8601 with Z or an offset, found a text");
  EXPECT_EQ(fixture.words(R"({"currency":"euro"})"),
            "wrong_type: field currency (/currency) has the wrong type at byte 12: expected a "
            "currency as three capital letters (ISO 4217), found a text");
  EXPECT_EQ(fixture.words("[1]"),
            "wrong_type: the message has the wrong type at byte 0: expected an object, found a "
            "list");
}

TEST(BadInput, names_an_amount_with_too_many_digits) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words(R"({"amount":1.23456})"),
            "too_many_digits: field amount (/amount) has too many digits at byte 10: expected at "
            "most 4 digits behind the point and 14 in front");
  EXPECT_EQ(fixture.words(R"({"amount":1e15})"),
            "out_of_range: field amount (/amount) is out of range at byte 10: expected at most 4 "
            "digits behind the point and 14 in front");
}

TEST(BadInput, names_deep_nesting) {
  DecodeFixture fixture(Schema::make({{"a", FieldKind::int64}}).value());
  EXPECT_EQ(fixture.decode(nested(63)), DecodeError::ok);
  EXPECT_EQ(fixture.words(nested(64)),
            "too_deep: objects or lists are nested deeper than 64 levels at byte 68");
  EXPECT_EQ(fixture.decode(nested(100'000)), DecodeError::too_deep);
}

TEST(BadInput, names_bad_utf8) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words("{\"location\":\"Malm\xF6\"}"),
            "bad_utf8: the message is not valid UTF-8 at byte 17");
  for (const auto* bytes : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE2\x82"}) {
    EXPECT_EQ(fixture.decode(std::string("{\"x\":\"") + bytes + "\"}"), DecodeError::bad_utf8);
  }
}

TEST(BadInput, names_an_implausible_time) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.decode(replaced(sample_message(), "1714566896", "1714567196")),
            DecodeError::ok);
  EXPECT_EQ(fixture.words(replaced(sample_message(), "1714566896", "1714567197")),
            "implausible_time: field timestamp (/timestamp) lies 301 s ahead of the record's "
            "timestamp; at most 300 s are allowed");
}

TEST(BadInput, names_a_bad_card_number_without_showing_it) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.words(R"({"card_number":"45567375868"})"),
            "card_invalid: field card_number (/card_number) is not a card number at byte 15: "
            "expected 12 to 19 digits, spaces and dashes allowed");
  for (const auto* number : {R"("45567375868998551234")", R"("4556x37586899855")", R"("")",
                             "-4556737586899855", "4556737586899855.5"}) {
    EXPECT_EQ(fixture.decode(std::string(R"({"card_number":)") + number + "}"),
              DecodeError::card_invalid)
        << number;
  }
}

TEST(BadInput, asks_for_another_block_where_texts_do_not_fit) {
  DecodeFixture fixture(sample_transaction_schema(), DecodeFixture::default_options(),
                        {.rows = 8, .arena = 40});
  EXPECT_EQ(fixture.words(sample_message()),
            "arena_full: the batch has no room for the texts of this message");
}

TEST(BadInput, does_not_read_on_into_the_message_before) {
  DecodeFixture fixture(Schema::make({{"a", FieldKind::int64}}).value());
  const std::string whole = R"({"x":[1,{"y":{}}],"a":1})";
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(fixture.decode(whole), DecodeError::ok);
    EXPECT_EQ(fixture.decode(whole.substr(0, size)), DecodeError::not_json) << size;
  }
}

TEST(BadInput, leaves_the_decoder_fit_for_the_next_message) {
  DecodeFixture fixture;
  for (const auto* bad : {"{", R"({"amount":1,"amount":2})", R"({"x":[[[)", "\xFF", ""}) {
    EXPECT_NE(fixture.decode(bad), DecodeError::ok);
    EXPECT_EQ(fixture.decode(sample_message()), DecodeError::ok);
  }
}

}  // namespace
}  // namespace assay::core
