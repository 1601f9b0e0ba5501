#include "core/features/declaration.hpp"

#include <gtest/gtest.h>

namespace assay::core {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

FeatureDeclaration sound(std::string_view text) {
  const auto parsed = parse_feature(text);
  EXPECT_TRUE(parsed) << text << ": " << parsed.error().message;
  return parsed ? *parsed : FeatureDeclaration{};
}

FeatureFault fault(std::string_view text) {
  const auto parsed = parse_feature(text);
  EXPECT_FALSE(parsed) << text;
  return parsed ? FeatureFault{} : parsed.error();
}

// What the fault points at.
std::string pointed(std::string_view text) {
  const auto found = fault(text);
  return std::string(text.substr(found.offset, found.length));
}

TEST(FeatureDeclaration, says_aggregate_arguments_keys_window_and_predicate) {
  const std::string text =
      "  sum( amount )by user_id , card over previous 24h where  status == \"a  b\"  ";
  const auto declared = sound(text);
  EXPECT_EQ(declared.aggregate, Aggregate::sum);
  ASSERT_EQ(declared.arguments.size(), 1u);
  EXPECT_EQ(declared.arguments[0].text, "amount");
  EXPECT_EQ(declared.arguments[0].offset, text.find("amount"));
  ASSERT_EQ(declared.keys.size(), 2u);
  EXPECT_EQ(declared.keys[1].text, "card");
  EXPECT_EQ(declared.window, 86'400 * kSecond);
  EXPECT_TRUE(declared.previous);
  EXPECT_EQ(declared.where, "status == \"a  b\"");
  EXPECT_EQ(declared.where_offset, text.find("status"));
}

TEST(FeatureDeclaration, is_read_for_every_aggregate) {
  for (const auto& one : kAggregates) {
    const auto declared = sound(std::string(one.signature) + " by card");
    EXPECT_EQ(declared.aggregate, one.aggregate);
    EXPECT_EQ(declared.arguments.size(), one.arguments);
    EXPECT_EQ(declared.window, 0);
  }
}

TEST(FeatureDeclaration, has_one_canonical_text_however_it_is_written) {
  EXPECT_EQ(canonical_text(sound("count()  by  b,a   over 24h")), "count() by a, b over 1d");
  EXPECT_EQ(canonical_text(sound("count() by a, b over 1d")), "count() by a, b over 1d");
  EXPECT_EQ(canonical_text(sound("speed(latitude,longitude) by card")),
            "speed(latitude, longitude) by card");
  EXPECT_EQ(canonical_text(sound("max(amount) by u over previous 90m where x==\"a  b\"\n && y")),
            "max(amount) by u over previous 90m where x==\"a  b\" && y");
  const std::string nested = "last(holder.city) by user_id over 5400s where a == 'it\\'s  b'";
  const auto once = canonical_text(sound(nested));
  EXPECT_EQ(once, "last(holder.city) by user_id over 90m where a == 'it\\'s  b'");
  EXPECT_EQ(canonical_text(sound(once)), once);
}

TEST(FeatureDeclaration, names_the_nearest_word_for_a_misspelt_one) {
  EXPECT_EQ(fault("cuont() by card").help, "did you mean `count`?");
  EXPECT_EQ(pointed("cuont() by card"), "cuont");
  EXPECT_EQ(fault("count() bye card").help, "did you mean `by`?");
  EXPECT_EQ(fault("count() by card ovr 10m").help, "did you mean `over`?");
  EXPECT_EQ(fault("count() by card over 10m wehre x").help, "did you mean `where`?");
  EXPECT_EQ(fault("sum(a) by card over previuos 10m").help, "did you mean `previous`?");
  EXPECT_EQ(fault("count() by card over 10min").help, "did you mean `10m`?");
  EXPECT_EQ(pointed("count() by card over 10min"), "10min");
  EXPECT_EQ(fault("count() by card over 10x").note,
            "units are s, m, h and d, as in `90s`, `10m`, `24h`, `30d`");
}

TEST(FeatureDeclaration, refuses_a_window_that_is_empty_or_longer_than_ten_years) {
  EXPECT_EQ(fault("count() by card over 0s").message, "a window of 0s holds nothing");
  EXPECT_EQ(fault("count() by card over 3651d").message,
            "the window `3651d` is longer than ten years");
  EXPECT_EQ(pointed("count() by card over 99999999999999999999999d"), "99999999999999999999999d");
  EXPECT_EQ(sound("count() by card over 3650d").window, kLongestWindow);
}

TEST(FeatureDeclaration, refuses_what_the_aggregate_does_not_take) {
  EXPECT_EQ(fault("count(amount) by card").message, "`count` takes no field and has one field");
  EXPECT_EQ(fault("sum() by card").message, "`sum` takes one field and has no field");
  EXPECT_EQ(fault("speed(latitude) by card").message, "`speed` takes 2 fields and has one field");
  EXPECT_EQ(pointed("first_seen(merchant) by card over 1d"), "over");
  EXPECT_EQ(pointed("elapsed() by card over previous 1d"), "previous");
}

TEST(FeatureDeclaration, says_what_is_missing_where_the_text_ends_early) {
  EXPECT_EQ(fault("").message, "the feature ends where an aggregate is expected");
  EXPECT_EQ(fault("count").message, "the feature ends where `(` is expected");
  EXPECT_EQ(fault("sum(").message, "the feature ends where a field is expected");
  EXPECT_EQ(fault("count()").message, "the feature ends where `by` is expected");
  EXPECT_EQ(fault("count() by").message, "the feature ends where a key is expected");
  EXPECT_EQ(fault("count() by card,").message, "the feature ends where a key is expected");
  EXPECT_EQ(fault("count() by card over").message, "the feature ends where a window is expected");
  EXPECT_EQ(fault("count() by card where ").message, "`where` has no predicate");
  EXPECT_EQ(fault("count() by card card2").message,
            "`card2` stands where `over` or `where` is expected");
  EXPECT_EQ(fault("count() by card, card").message, "the key `card` is named twice");
  EXPECT_EQ(fault("count() of labels by card").message,
            "features of labels come with a later release");
}

}  // namespace
}  // namespace assay::core
