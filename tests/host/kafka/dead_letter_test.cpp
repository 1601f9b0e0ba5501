#include "host/kafka/dead_letter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace assay::host {
namespace {

core::Reject reject_with(const std::string& payload) {
  return {.offset = {7},
          .timestamp = 1'700'000'000'000'000'000,
          .error = core::DecodeError::not_json,
          .words = "the text ends inside a string",
          .payload = payload,
          .key = "4111 1111 1111 1111"};
}

std::map<std::string, std::string> by_name(const RecordHeaders& headers) {
  return {headers.begin(), headers.end()};
}

TEST(dead_letter, holds_no_card_number_in_value_key_or_headers) {
  const std::string card = "4111111111111111";
  const auto letter = make_dead_letter(reject_with("{\"card\": \"" + card + "\", \"amount\": 12"),
                                       {.topic = "payments",
                                        .partition = {3},
                                        .worker = 1,
                                        .now = 5,
                                        .payload_key = nullptr,
                                        .headers = {{"trace", "id-" + card}}});
  EXPECT_EQ(letter.value, "{\"card\": \"****************\", \"amount\": 12");
  EXPECT_EQ(letter.key, "**** **** **** ****");
  for (const auto& [name, value] : dead_letter_headers(letter, {})) {
    EXPECT_EQ(value.find(card), std::string::npos) << name;
  }
  EXPECT_EQ(letter.payload_hmac, "") << "without a key a hash would give the number away";
}

TEST(dead_letter, carries_what_tools_for_kafka_connect_look_for_and_our_own) {
  const auto letter = make_dead_letter(
      reject_with("{"), {.topic = "payments", .partition = {3}, .worker = 1, .now = 5});
  const auto headers = dead_letter_headers(
      letter, {.group = "assay", .engine_version = "0.1.0", .config_hash = "abc"});
  const auto found = by_name(headers);
  EXPECT_EQ(std::ranges::count_if(
                headers, [](const auto& h) { return h.first.starts_with("__connect.errors."); }),
            10);
  EXPECT_EQ(found.at("__connect.errors.topic"), "payments");
  EXPECT_EQ(found.at("__connect.errors.partition"), "3");
  EXPECT_EQ(found.at("__connect.errors.offset"), "7");
  EXPECT_EQ(found.at("__connect.errors.stage"), "VALUE_CONVERTER");
  EXPECT_EQ(found.at("__connect.errors.exception.message"), "the text ends inside a string");
  EXPECT_EQ(found.at("assay.errors.class"), "decode");
  EXPECT_EQ(found.at("assay.errors.code"), "not_json");
  EXPECT_EQ(found.at("assay.errors.attempts"), "1");
  EXPECT_EQ(found.at("assay.errors.first_at"), "5");
  EXPECT_EQ(found.at("assay.errors.engine_version"), "0.1.0");
  EXPECT_EQ(found.at("assay.errors.config_hash"), "abc");
  EXPECT_EQ(found.at("assay.errors.redrive_count"), "0");
  EXPECT_FALSE(found.contains("assay.errors.step"));
}

TEST(dead_letter, keeps_the_records_own_headers_but_not_those_that_pretend_to_be_ours) {
  auto letter = make_dead_letter(reject_with("{"), {.topic = "t"});
  letter.headers = {{"trace", "a"}, {"assay.errors.class", "forged"}, {"trace", "b"}};
  const auto headers = dead_letter_headers(letter, {});
  EXPECT_EQ(std::ranges::count(headers, std::pair<std::string, std::string>{"trace", "b"}), 1);
  EXPECT_EQ(std::ranges::count_if(headers, [](const auto& h) { return h.second == "forged"; }), 0);
}

TEST(dead_letter, hashes_the_original_payload_under_a_key_of_its_own) {
  const auto key = core::CardKey::parse("000102030405060708090a0b0c0d0e0f");
  ASSERT_TRUE(key);
  const PayloadKey derived = payload_key(core::CardTokenizer(*key));
  const auto hash = [&](const std::string& payload) {
    return make_dead_letter(reject_with(payload), {.topic = "t", .payload_key = &derived})
        .payload_hmac;
  };
  EXPECT_EQ(hash("4111111111111111").size(), 64U);
  EXPECT_EQ(hash("4111111111111111"), hash("4111111111111111"));
  EXPECT_NE(hash("4111111111111111"), hash("4111111111111112")) << "the masked texts are equal";
}

}  // namespace
}  // namespace assay::host
