#include "core/model/bands.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <set>
#include <vector>

namespace assay::core {
namespace {

std::int64_t bits(double value) { return std::bit_cast<std::int64_t>(value); }

// The reason of the band that the value lies in; -1 for none.
int reason_of(const Bands& bands, std::int64_t value) {
  const auto* band = bands.of(value);
  return band ? band->reason : -1;
}

TEST(Bands, a_band_begins_above_its_limit_and_ends_where_the_next_begins) {
  const Bands bands(FieldType::int64, {{5, 300'000, 1}, {10, 600'000, 2}});
  EXPECT_EQ(reason_of(bands, 5), -1);
  EXPECT_EQ(reason_of(bands, 6), 1);
  EXPECT_EQ(reason_of(bands, 10), 1);
  EXPECT_EQ(reason_of(bands, 11), 2);
  EXPECT_EQ(reason_of(bands, std::numeric_limits<std::int64_t>::max()), 2);
  EXPECT_EQ(reason_of(bands, std::numeric_limits<std::int64_t>::min()), -1);
  EXPECT_EQ(bands.of(11)->score, 600'000);
}

TEST(Bands, a_first_band_without_a_limit_takes_all_that_is_below_the_next) {
  const Bands bands(FieldType::decimal, {{std::nullopt, 0, 1}, {-7, 1, 2}});
  EXPECT_EQ(reason_of(bands, std::numeric_limits<std::int64_t>::min()), 1);
  EXPECT_EQ(reason_of(bands, -7), 1);
  EXPECT_EQ(reason_of(bands, -6), 2);
}

TEST(Bands, doubles_compare_as_numbers) {
  const Bands bands(FieldType::float64, {{bits(-2.5), 0, 1}, {bits(0.0), 0, 2}, {bits(1.5), 0, 3}});
  EXPECT_EQ(reason_of(bands, bits(-2.5)), -1);
  EXPECT_EQ(reason_of(bands, bits(-1.0)), 1);
  EXPECT_EQ(reason_of(bands, bits(-0.0)), 1);
  EXPECT_EQ(reason_of(bands, bits(1e-300)), 2);
  EXPECT_EQ(reason_of(bands, bits(std::numeric_limits<double>::infinity())), 3);
  EXPECT_EQ(reason_of(bands, bits(-std::numeric_limits<double>::infinity())), -1);
}

TEST(Bands, what_is_not_a_number_lies_nowhere) {
  const Bands bands(FieldType::float64, {{std::nullopt, 0, 1}});
  EXPECT_EQ(reason_of(bands, bits(std::numeric_limits<double>::quiet_NaN())), -1);
  EXPECT_EQ(reason_of(bands, bits(0.0)), 1);
}

TEST(Bands, without_a_band_every_value_lies_nowhere) { EXPECT_EQ(Bands().of(1), nullptr); }

// Whatever the limits: the value lies in exactly one of the ranges that two limits enclose, and
// of() finds that one.
template <class Number>
void lies_in_one_range(FieldType type, const std::set<Number>& limits, Number value, bool open,
                       std::int64_t (*cell)(Number)) {
  std::vector<Band> bands;
  for (const auto limit : limits) {
    bands.push_back({cell(limit), 0, static_cast<std::uint16_t>(bands.size())});
  }
  if (open && !bands.empty()) bands.front().above.reset();
  int inside = 0;
  int expected = -1;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const bool above = !bands[i].above || value > *std::next(limits.begin(), static_cast<long>(i));
    const bool below_next =
        i + 1 == bands.size() || value <= *std::next(limits.begin(), static_cast<long>(i) + 1);
    if (!above || !below_next) continue;
    ++inside;
    expected = static_cast<int>(i);
  }
  const bool below_all = !open && !limits.empty() && value <= *limits.begin();
  RC_ASSERT(inside == (limits.empty() || below_all ? 0 : 1));
  RC_ASSERT(reason_of(Bands(type, bands), cell(value)) == expected);
}

RC_GTEST_PROP(BandsProperty, a_whole_number_lies_in_exactly_one_band_or_below_the_first, ()) {
  const auto limits = *rc::gen::container<std::set<std::int64_t>>(rc::gen::inRange(-50L, 50L));
  lies_in_one_range<std::int64_t>(FieldType::int64, limits, *rc::gen::inRange(-60L, 60L),
                                  *rc::gen::arbitrary<bool>(),
                                  [](std::int64_t value) { return value; });
}

RC_GTEST_PROP(BandsProperty, a_double_lies_in_exactly_one_band_or_below_the_first, ()) {
  std::set<double> limits;
  for (const auto tenths : *rc::gen::container<std::set<int>>(rc::gen::inRange(-50, 50))) {
    limits.insert(tenths / 10.0);
  }
  lies_in_one_range<double>(FieldType::float64, limits, *rc::gen::inRange(-60, 60) / 10.0,
                            *rc::gen::arbitrary<bool>(), bits);
}

}  // namespace
}  // namespace assay::core
