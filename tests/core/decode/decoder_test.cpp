#include "core/decode/decoder.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/decode/decode_fixture.hpp"

namespace assay::core {
namespace {

Schema schema_of(std::vector<FieldSpec> fields) { return Schema::make(std::move(fields)).value(); }

// The sample schema's own fields are in the way of tests about one value.
DecodeFixture one_field(FieldKind kind) { return DecodeFixture(schema_of({{"value", kind}})); }

TEST(Decoder, fills_the_slots_of_the_sample_message) {
  DecodeFixture fixture;
  ASSERT_EQ(fixture.decode(sample_message()), DecodeError::ok);
  EXPECT_EQ(fixture.text("transaction_id"), "7d0e2f0c-9c57-4a3e-8f11-2b6a1d9e4c55");
  EXPECT_EQ(fixture.int64("timestamp"), kRecordTime);
  EXPECT_EQ(fixture.int64("user_id"), 48213);
  EXPECT_EQ(fixture.int64("amount"), 1'299'500);
  EXPECT_EQ(fixture.text("transaction_type"), "purchase");
  EXPECT_EQ(fixture.text("location"), "Lisbon");
  EXPECT_EQ(fixture.text("merchant"), "Mercado Central");
  EXPECT_EQ(fixture.text("currency"), "EUR");
  EXPECT_FALSE(fixture.has("device_id"));
  EXPECT_EQ(fixture.decoded().event_time, kRecordTime);
  EXPECT_EQ(fixture.decoded().nul_replaced, 0u);
}

TEST(Decoder, leaves_a_token_a_bin_and_the_last_four_of_a_card_number) {
  DecodeFixture fixture;
  ASSERT_EQ(fixture.decode(sample_message()), DecodeError::ok);
  const auto expected = fixture.tokenizer().mac("4556737586899855");
  EXPECT_EQ(fixture.token("card").high, expected.high);
  EXPECT_EQ(fixture.token("card").low, expected.low);
  EXPECT_EQ(fixture.text("card_bin"), "455673");
  EXPECT_EQ(fixture.text("card_last4"), "9855");
  EXPECT_FALSE(fixture.block().layout().find("card_number").has_value());
}

TEST(Decoder, keeps_no_card_number_in_the_block) {
  DecodeFixture fixture;
  ASSERT_EQ(fixture.decode(sample_message()), DecodeError::ok);
  const auto* begin = reinterpret_cast<const char*>(fixture.block().row_at(0));
  const auto* end = reinterpret_cast<const char*>(fixture.block().arena()) + (1 << 16) -
                    fixture.block().arena_left();
  const std::string_view bytes(begin, static_cast<std::size_t>(end - begin));
  EXPECT_NE(bytes.find("Mercado"), std::string_view::npos);
  EXPECT_EQ(bytes.find("4556737586899855"), std::string_view::npos);
  EXPECT_EQ(bytes.find("75868998"), std::string_view::npos);
}

TEST(Decoder, takes_a_card_number_however_it_is_written) {
  DecodeFixture fixture;
  const auto expected = fixture.tokenizer().mac("4556737586899855");
  for (const auto* written :
       {R"("4556 7375 8689 9855")", R"("4556-7375-8689-9855")", "4556737586899855"}) {
    ASSERT_EQ(fixture.decode(replaced(sample_message(), R"("4556737586899855")", written)),
              DecodeError::ok);
    EXPECT_EQ(fixture.token("card").low, expected.low) << written;
  }
}

TEST(Decoder, finds_fields_in_any_order_and_among_unknown_ones) {
  DecodeFixture fixture(schema_of({{"a", FieldKind::int64}, {"b", FieldKind::int64}, {"c"}}));
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(fixture.decode(R"({"x":[1,{"a":5}],"c":"t","y":null,"b":2, "a" : 1 ,"z":{}})"),
              DecodeError::ok);
    EXPECT_EQ(fixture.int64("a"), 1);
    EXPECT_EQ(fixture.int64("b"), 2);
    EXPECT_EQ(fixture.text("c"), "t");
    ASSERT_EQ(fixture.decode(R"({"a":7,"b":8})"), DecodeError::ok);
    EXPECT_EQ(fixture.int64("a"), 7);
    EXPECT_FALSE(fixture.has("c"));
  }
}

TEST(Decoder, follows_pointers_into_objects_and_lists) {
  DecodeFixture fixture(schema_of({{"amount", FieldKind::decimal, "/payment/amount"},
                                   {"currency", FieldKind::text, "/payment/currency"},
                                   {"first", FieldKind::text, "/items/0/sku"},
                                   {"odd", FieldKind::text, "/a~1b/c~0d"},
                                   {"id"}}));
  ASSERT_EQ(fixture.decode(R"({"items":[{"sku":"s1"},{"sku":"s2"}],"id":"x",)"
                           R"("payment":{"note":[],"currency":"USD","amount":"10.5"},)"
                           R"("a/b":{"c~d":"y"}})"),
            DecodeError::ok);
  EXPECT_EQ(fixture.int64("amount"), 105'000);
  EXPECT_EQ(fixture.text("currency"), "USD");
  EXPECT_EQ(fixture.text("first"), "s1");
  EXPECT_EQ(fixture.text("odd"), "y");
  EXPECT_EQ(fixture.text("id"), "x");
  ASSERT_EQ(fixture.decode(R"({"payment":null,"items":[]})"), DecodeError::ok);
  EXPECT_FALSE(fixture.has("amount"));
  EXPECT_EQ(fixture.words(R"({"payment":5})"),
            "wrong_type: field /payment has the wrong type at byte 11: expected an object, found a "
            "number");
}

TEST(Decoder, knows_keys_that_are_written_with_escapes_and_keys_of_any_length) {
  const std::string name(40, 'k');
  DecodeFixture fixture(schema_of({{"amount", FieldKind::int64},
                                   {name, FieldKind::int64},
                                   {"quoted", FieldKind::int64, "/say \"hi\""},
                                   {std::string(24, 'w'), FieldKind::int64},
                                   {std::string(23, 'v'), FieldKind::int64}}));
  ASSERT_EQ(fixture.decode(R"({"am\u006funt":1,")" + name + R"(":2,"say \"hi\"":3,")" +
                           std::string(24, 'w') + R"(":4,")" + std::string(23, 'v') + R"(":5,")" +
                           std::string(39, 'k') + R"(l":9})"),
            DecodeError::ok);
  EXPECT_EQ(fixture.int64("amount"), 1);
  EXPECT_EQ(fixture.int64(name), 2);
  EXPECT_EQ(fixture.int64("quoted"), 3);
  EXPECT_EQ(fixture.int64(std::string(24, 'w')), 4);
  EXPECT_EQ(fixture.int64(std::string(23, 'v')), 5);
}

TEST(Decoder, treats_null_as_absent) {
  DecodeFixture fixture;
  ASSERT_EQ(
      fixture.decode(replaced(sample_message(), R"("location")", R"("device_id":null,"location")")),
      DecodeError::ok);
  EXPECT_FALSE(fixture.has("device_id"));
}

TEST(Decoder, reads_a_whole_number_from_a_number_or_a_text) {
  auto fixture = one_field(FieldKind::int64);
  for (const auto* written : {"42", R"("42")", "42.0", "4.2e1"}) {
    ASSERT_EQ(fixture.decode(std::string(R"({"value":)") + written + "}"), DecodeError::ok);
    EXPECT_EQ(fixture.int64("value"), 42) << written;
  }
  EXPECT_EQ(fixture.decode(R"({"value":42.5})"), DecodeError::wrong_type);
  EXPECT_EQ(fixture.decode(R"({"value":9223372036854775808})"), DecodeError::out_of_range);
}

TEST(Decoder, reads_every_other_kind) {
  auto number = one_field(FieldKind::float64);
  ASSERT_EQ(number.decode(R"({"value":-38.7223e0})"), DecodeError::ok);
  EXPECT_DOUBLE_EQ(number.float64("value"), -38.7223);
  EXPECT_EQ(number.decode(R"({"value":1e999})"), DecodeError::out_of_range);
  EXPECT_EQ(number.decode(R"({"value":"nan"})"), DecodeError::wrong_type);

  auto boolean = one_field(FieldKind::boolean);
  ASSERT_EQ(boolean.decode(R"({"value":true})"), DecodeError::ok);
  EXPECT_EQ(boolean.int64("value"), 1);
  ASSERT_EQ(boolean.decode(R"({"value":false })"), DecodeError::ok);
  EXPECT_EQ(boolean.int64("value"), 0);
  EXPECT_EQ(boolean.decode(R"({"value":"true"})"), DecodeError::wrong_type);

  auto duration = one_field(FieldKind::duration);
  ASSERT_EQ(duration.decode(R"({"value":"+02:00"})"), DecodeError::ok);
  EXPECT_EQ(duration.int64("value"), 7'200'000'000'000);
  ASSERT_EQ(duration.decode(R"({"value":1.5})"), DecodeError::ok);
  EXPECT_EQ(duration.int64("value"), 1'500'000'000);

  auto time = one_field(FieldKind::time);
  for (const auto* written :
       {"1714566896", "1714566896000", R"("2024-05-01T14:34:56+02:00")", R"("1714566896.0")"}) {
    ASSERT_EQ(time.decode(std::string(R"({"value":)") + written + "}"), DecodeError::ok);
    EXPECT_EQ(time.int64("value"), kRecordTime) << written;
  }

  auto text = one_field(FieldKind::text);
  ASSERT_EQ(text.decode(R"({"value":1.50})"), DecodeError::ok);
  EXPECT_EQ(text.text("value"), "1.50");
}

TEST(Decoder, resolves_escapes_in_texts) {
  auto fixture = one_field(FieldKind::text);
  ASSERT_EQ(fixture.decode(R"({"value":"a\"b\\c\/\n\u00e9\ud83d\ude00"})"), DecodeError::ok);
  EXPECT_EQ(fixture.text("value"), "a\"b\\c/\n\u00e9\U0001F600");
}

TEST(Decoder, replaces_and_counts_the_nul_character) {
  auto fixture = one_field(FieldKind::text);
  ASSERT_EQ(fixture.decode(R"({"value":"a\u0000b\u0000"})"), DecodeError::ok);
  EXPECT_EQ(fixture.text("value"), "a\uFFFDb\uFFFD");
  EXPECT_EQ(fixture.decoded().nul_replaced, 2u);
  ASSERT_EQ(fixture.decode(R"({"value":"ab"})"), DecodeError::ok);
  EXPECT_EQ(fixture.decoded().nul_replaced, 0u);
}

TEST(Decoder, accepts_white_space_around_everything) {
  auto fixture = one_field(FieldKind::text);
  ASSERT_EQ(fixture.decode(" \r\n{ \"value\" : \"x\"\t}\n "), DecodeError::ok);
  EXPECT_EQ(fixture.text("value"), "x");
}

TEST(Decoder, tells_repeats_by_the_hashes_of_id_and_content) {
  DecodeFixture fixture;
  ASSERT_EQ(fixture.decode(sample_message()), DecodeError::ok);
  const auto first = fixture.decoded();
  ASSERT_EQ(fixture.decode(sample_message()), DecodeError::ok);
  EXPECT_EQ(fixture.decoded().id_hash, first.id_hash);
  EXPECT_EQ(fixture.decoded().content_hash, first.content_hash);
  ASSERT_EQ(fixture.decode(replaced(sample_message(), "129.95", "129.96")), DecodeError::ok);
  EXPECT_EQ(fixture.decoded().id_hash, first.id_hash);
  EXPECT_NE(fixture.decoded().content_hash, first.content_hash);
  ASSERT_EQ(fixture.decode(replaced(sample_message(), "7d0e", "7d0f")), DecodeError::ok);
  EXPECT_NE(fixture.decoded().id_hash, first.id_hash);
}

TEST(Decoder, gives_an_id_one_hash_as_number_and_as_text) {
  DecodeFixture fixture(schema_of({{"id", FieldKind::int64, "", true, FieldRole::id}}));
  ASSERT_EQ(fixture.decode(R"({"id":17})"), DecodeError::ok);
  const auto first = fixture.decoded().id_hash;
  ASSERT_EQ(fixture.decode(R"({"id":"17"})"), DecodeError::ok);
  EXPECT_EQ(fixture.decoded().id_hash, first);
  EXPECT_NE(first, 0u);
}

TEST(Decoder, does_not_judge_the_time_of_a_record_without_a_timestamp) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.decode(replaced(sample_message(), "1714566896", "4070908800"), 0),
            DecodeError::ok);
}

TEST(Decoder, takes_a_time_of_long_ago_unless_told_otherwise) {
  const auto old = replaced(sample_message(), "1714566896", "1523000000");
  DecodeFixture any;
  EXPECT_EQ(any.decode(old), DecodeError::ok);
  auto options = DecodeFixture::default_options();
  options.time_behind = 3'600'000'000'000;
  DecodeFixture hour(sample_transaction_schema(), options);
  EXPECT_EQ(hour.decode(old), DecodeError::implausible_time);
}

TEST(Decoder, decodes_the_sample_holder) {
  DecodeFixture fixture(sample_holder_schema());
  ASSERT_EQ(fixture.decode(
                R"({"user_id":48213,"name":"Ana Sousa","address":"Rua 1","phone_number":"+351 1",)"
                R"("email":"ana@example.com","date_of_birth":"1990-02-03","account_number":"PT50",)"
                R"("account_type":"savings","balance":2500.10,"city":"Lisbon"})"),
            DecodeError::ok);
  EXPECT_EQ(fixture.int64("balance"), 25'001'000);
  EXPECT_EQ(fixture.text("email"), "ana@example.com");
  EXPECT_FALSE(fixture.has("time_zone"));
}

TEST(Decoder, refuses_to_be_made_for_a_card_without_a_key) {
  const auto schema = sample_transaction_schema();
  Layout layout;
  schema.add_to(layout);
  EXPECT_THROW(Decoder(schema, layout, DecodeFixture::default_options()), std::invalid_argument);
}

}  // namespace
}  // namespace assay::core
