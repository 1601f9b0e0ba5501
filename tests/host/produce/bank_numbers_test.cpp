#include "host/produce/bank_numbers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "host/produce/cities.hpp"

namespace assay::host {
namespace {

TEST(BankNumbers, luhn_knows_published_test_numbers_from_wrong_ones) {
  EXPECT_TRUE(luhn_valid("4111111111111111"));
  EXPECT_TRUE(luhn_valid("5555555555554444"));
  EXPECT_TRUE(luhn_valid("378282246310005"));
  EXPECT_FALSE(luhn_valid("4111111111111112"));
  EXPECT_FALSE(luhn_valid("4111 1111"));
  EXPECT_FALSE(luhn_valid(""));
}

TEST(BankNumbers, card_numbers_are_valid_and_differ) {
  std::set<std::string> seen;
  for (std::uint32_t prefix = 0; prefix < 6; ++prefix) {
    for (std::uint64_t serial = 0; serial < 200; ++serial) {
      const std::string number = make_card_number(prefix, serial * 4'999'999);
      EXPECT_EQ(number.size(), 16u);
      EXPECT_TRUE(luhn_valid(number)) << number;
      EXPECT_TRUE(seen.insert(number).second) << number;
    }
  }
}

TEST(BankNumbers, iban_check_knows_the_registry_examples) {
  EXPECT_TRUE(iban_valid("DE89370400440532013000"));
  EXPECT_TRUE(iban_valid("GB29NWBK60161331926819"));
  EXPECT_TRUE(iban_valid("FR1420041010050500013M02606"));
  EXPECT_FALSE(iban_valid("DE88370400440532013000"));
  EXPECT_FALSE(iban_valid("DE89 3704"));
  EXPECT_FALSE(iban_valid("de89370400440532013000"));
}

TEST(BankNumbers, ibans_of_every_home_country_are_valid) {
  for (std::size_t i = 0; i < home_city_count(); ++i) {
    const std::string iban = make_iban(cities()[i].country, 1'234'567'890 + i);
    EXPECT_EQ(iban.substr(0, 2), cities()[i].country);
    EXPECT_TRUE(iban_valid(iban)) << iban;
  }
  EXPECT_EQ(make_iban("NL", 1'234'567'890).size(), 18u);
  EXPECT_EQ(make_iban("IT", 1'234'567'890).size(), 27u);
}

TEST(BankNumbers, uuid_is_version_four_and_lower_case) {
  SeededRandom random{11};
  std::array<char, 36> text;
  write_uuid(random, text.data());
  const std::string uuid{text.data(), text.size()};
  EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos) << uuid;
  EXPECT_EQ(uuid[8], '-');
  EXPECT_EQ(uuid[13], '-');
  EXPECT_EQ(uuid[18], '-');
  EXPECT_EQ(uuid[23], '-');
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string{"89ab"}.find(uuid[19]), std::string::npos) << uuid;
}

TEST(Cities, distances_agree_with_an_atlas) {
  const auto find = [](std::string_view name) {
    for (const City& city : cities()) {
      if (city.name == name) return city;
    }
    return City{};
  };
  EXPECT_NEAR(static_cast<double>(distance_km(find("Paris"), find("London"))), 344, 5);
  EXPECT_NEAR(static_cast<double>(distance_km(find("Berlin"), find("Sydney"))), 16'090, 60);
  EXPECT_EQ(distance_km(find("Rome"), find("Rome")), 0);
}

TEST(Cities, names_are_unique_and_homes_come_first) {
  std::set<std::string_view> names;
  for (const City& city : cities()) EXPECT_TRUE(names.insert(city.name).second) << city.name;
  EXPECT_GE(cities().size(), 60u);
  EXPECT_LT(home_city_count(), cities().size());
}

}  // namespace
}  // namespace assay::host
