#include "core/decode/card_token.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace assay::core {
namespace {

// The vectors of RFC 4493, section 4, and of NIST SP 800-38B for the longer key.
constexpr std::string_view kRfcKey = "2b7e151628aed2a6abf7158809cf4f3c";
constexpr std::string_view kNistKey =
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
constexpr std::string_view kMessage =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::string mac_of(std::string_view key, std::size_t size) {
  const CardTokenizer tokenizer(CardKey::parse(key).value());
  return format_token(tokenizer.mac(bytes_of(kMessage.substr(0, 2 * size))));
}

TEST(CardToken, agrees_with_the_vectors_of_rfc_4493) {
  EXPECT_EQ(mac_of(kRfcKey, 0), "bb1d6929e95937287fa37d129b756746");
  EXPECT_EQ(mac_of(kRfcKey, 16), "070a16b46b4d4144f79bdd9dd04a287c");
  EXPECT_EQ(mac_of(kRfcKey, 40), "dfa66747de9ae63030ca32611497c827");
  EXPECT_EQ(mac_of(kRfcKey, 64), "51f0bebf7e3b9d92fc49741779363cfe");
}

TEST(CardToken, agrees_with_the_vectors_of_nist_for_a_key_of_256_bits) {
  EXPECT_EQ(mac_of(kNistKey, 0), "028962f61b7bf89efc6b551f4667d983");
  EXPECT_EQ(mac_of(kNistKey, 16), "28a7023f452e8f82bd4bf28d8c37c35c");
  EXPECT_EQ(mac_of(kNistKey, 40), "aaf3d8f1de5640c232f5b169b9c911e6");
}

TEST(CardToken, is_the_mac_of_the_digits_alone) {
  const CardTokenizer tokenizer(CardKey::parse(kRfcKey).value());
  for (const auto* written :
       {"4556737586899855", "4556 7375 8689 9855", "4556-7375-8689-9855", " 4556737586899855 "}) {
    const auto card = card_digits(written);
    ASSERT_TRUE(card.has_value()) << written;
    EXPECT_EQ(card->all(), "4556737586899855");
    EXPECT_EQ(tokenizer.token(*card).high, tokenizer.mac("4556737586899855").high);
  }
}

TEST(CardToken, takes_12_to_19_digits_and_nothing_else) {
  EXPECT_FALSE(card_digits(std::string(11, '1')).has_value());
  EXPECT_TRUE(card_digits(std::string(12, '1')).has_value());
  EXPECT_TRUE(card_digits(std::string(19, '1')).has_value());
  EXPECT_FALSE(card_digits(std::string(20, '1')).has_value());
  EXPECT_FALSE(card_digits("").has_value());
  EXPECT_FALSE(card_digits("-455673758689985").has_value());
  EXPECT_FALSE(card_digits("4556.7375.8689.9855").has_value());
  // Every byte that is not a digit, at every place of the usual sixteen.
  for (std::size_t place = 0; place < 16; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(16, '7');
      text[place] = static_cast<char>(byte);
      const bool fine = (byte >= '0' && byte <= '9') || byte == ' ' || (byte == '-' && place > 0);
      EXPECT_EQ(card_digits(text).has_value(), fine) << "byte " << byte << " at " << place;
    }
  }
}

TEST(CardToken, writes_and_reads_tokens_as_hex) {
  const assay_token token{0x0123456789abcdef, 0xfedcba9876543210};
  EXPECT_EQ(format_token(token), "0123456789abcdeffedcba9876543210");
  const auto read = parse_token("0123456789ABCDEFfedcba9876543210");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->high, token.high);
  EXPECT_EQ(read->low, token.low);
  EXPECT_FALSE(parse_token("0123").has_value());
  EXPECT_FALSE(parse_token("0123456789abcdeffedcba987654321g").has_value());
}

TEST(CardKeyFile, holds_32_or_64_hex_digits) {
  EXPECT_EQ(CardKey::parse(std::string(kRfcKey) + "\n")->bytes().size(), 16u);
  EXPECT_EQ(CardKey::parse(kNistKey)->bytes().size(), 32u);
  EXPECT_EQ(CardKey::parse("abc").error(),
            "a card key is 32 or 64 hex digits, this text has 3 characters; make one with: assay "
            "token keygen FILE");
  EXPECT_EQ(CardKey::parse("2b7e151628aed2a6abf7158809cf4fxx").error(),
            "a card key is 32 or 64 hex digits, character 31 is none; make one with: assay token "
            "keygen FILE");
  EXPECT_FALSE(CardKey::parse("").has_value());
}

TEST(CardKeyFile, leaves_nothing_in_a_key_that_was_moved_from) {
  auto key = CardKey::parse(kRfcKey).value();
  const auto other = std::move(key);
  EXPECT_EQ(other.bytes().size(), 16u);
  // What is left in the moved-from key is what this test is about.
  // NOLINTNEXTLINE(bugprone-use-after-move)
  EXPECT_TRUE(key.bytes().empty());
}

}  // namespace
}  // namespace assay::core
