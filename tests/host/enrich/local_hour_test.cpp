#include "host/enrich/local_hour.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "core/decode/timestamp.hpp"
#include "host/enrich/enrich_fields.hpp"

namespace assay::host {
namespace {

using core::FieldType;
using testing::HasSubstr;

// One transaction at a time, in a layout that has everything.
class LocalHourTest : public testing::Test {
 protected:
  static core::Layout full_layout() {
    core::Layout layout;
    layout.add("timestamp", FieldType::time);
    layout.add("utc_offset", FieldType::duration);
    layout.add("holder.time_zone", FieldType::text);
    layout.add("local_hour", FieldType::int64);
    layout.add("local_hour_source", FieldType::text);
    return layout;
  }

  static std::int64_t seconds(int hours, int minutes = 0) { return hours * 3'600 + minutes * 60; }

  // "2026-03-29T00:59:59Z" as the hour there.
  std::int64_t hour(const std::string& time, std::optional<std::string> zone,
                    std::optional<std::int64_t> offset_seconds = std::nullopt) {
    const auto units = core::parse_time_text(time);
    EXPECT_EQ(units.error, decltype(units.error){}) << time;
    return hour_at(units.units, std::move(zone), offset_seconds);
  }
  std::int64_t hour_at(std::int64_t nanoseconds, std::optional<std::string> zone,
                       std::optional<std::int64_t> offset_seconds = std::nullopt) {
    block_.clear();
    const auto row = block_.add_row();
    block_.put_int64(row, *layout_.find("timestamp"), nanoseconds);
    if (zone) block_.put_text(row, *layout_.find("holder.time_zone"), *zone);
    if (offset_seconds) {
      block_.put_int64(row, *layout_.find("utc_offset"), *offset_seconds * 1'000'000'000);
    }
    local_hour_.enrich(block_);
    EXPECT_TRUE(block_.has(row, *layout_.find("local_hour")));
    return block_.int64(row, *layout_.find("local_hour"));
  }
  std::string source() const {
    return std::string(block_.text(0, *layout_.find("local_hour_source")));
  }

  core::Layout layout_ = full_layout();
  core::RowBlock block_{layout_, {.rows = 4, .arena = 4096, .headers = 0}};
  LocalHour local_hour_{block_, "timestamp", *find_zone("Asia/Kolkata")};
};

TEST_F(LocalHourTest, follows_berlin_into_and_out_of_summer_time) {
  const std::string zone = "Europe/Berlin";
  EXPECT_EQ(hour("2026-03-29T00:59:59Z", zone), 1);
  EXPECT_EQ(hour("2026-03-29T01:00:00Z", zone), 3);
  EXPECT_EQ(hour("2026-10-25T00:59:59Z", zone), 2);
  EXPECT_EQ(hour("2026-10-25T01:00:00Z", zone), 2);  // the hour that comes twice
  EXPECT_EQ(hour("2026-10-25T02:00:00Z", zone), 3);
  EXPECT_EQ(hour("2026-03-29T00:59:59Z", zone), 1);  // and back again
  EXPECT_EQ(source(), "holder.time_zone");
}

TEST_F(LocalHourTest, follows_new_york_into_and_out_of_summer_time) {
  const std::string zone = "America/New_York";
  EXPECT_EQ(hour("2026-03-08T06:59:59Z", zone), 1);
  EXPECT_EQ(hour("2026-03-08T07:00:00Z", zone), 3);
  EXPECT_EQ(hour("2026-11-01T05:59:59Z", zone), 1);
  EXPECT_EQ(hour("2026-11-01T06:00:00Z", zone), 1);
  EXPECT_EQ(hour("2026-11-01T07:00:00Z", zone), 2);
  EXPECT_EQ(hour("2026-01-01T03:00:00Z", zone), 22);  // of the day before
}

TEST_F(LocalHourTest, follows_the_southern_hemisphere_and_half_hours) {
  EXPECT_EQ(hour("2026-01-15T12:00:00Z", "Australia/Adelaide"), 22);  // +10:30
  EXPECT_EQ(hour("2026-07-15T12:00:00Z", "Australia/Adelaide"), 21);  // +09:30
  EXPECT_EQ(hour("2026-07-15T18:20:00Z", "Asia/Kathmandu"), 0);       // +05:45
}

TEST_F(LocalHourTest, keeps_apart_zones_that_come_in_turn) {
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(hour("2026-07-15T12:00:00Z", "Europe/London"), 13);
    EXPECT_EQ(hour("2026-07-15T12:00:00Z", "Europe/Lisbon"), 13);
    EXPECT_EQ(hour("2026-07-15T12:00:00Z", "Europe/Athens"), 15);
    EXPECT_EQ(hour("2026-07-15T12:00:00Z", "Pacific/Honolulu"), 2);
    EXPECT_EQ(hour("2026-07-15T12:00:00Z", "Pacific/Kiritimati"), 2);
    EXPECT_EQ(hour("2026-07-15T12:00:00Z", "America/Argentina/ComodRivadavia"), 9);
  }
}

TEST_F(LocalHourTest, takes_the_messages_offset_where_the_holder_has_no_zone) {
  EXPECT_EQ(hour("2026-07-15T01:30:00Z", std::nullopt, seconds(2)), 3);
  EXPECT_EQ(source(), "utc_offset");
  EXPECT_EQ(hour("2026-07-15T01:30:00Z", std::nullopt, -seconds(3, 30)), 22);
  EXPECT_EQ(hour("2026-07-15T01:30:00Z", std::nullopt, -seconds(1, 30)), 0);
  EXPECT_EQ(hour("2026-07-15T01:30:00Z", std::nullopt, 0), 1);
  EXPECT_EQ(source(), "utc_offset");
}

TEST_F(LocalHourTest, prefers_the_holders_zone_to_the_messages_offset) {
  EXPECT_EQ(hour("2026-07-15T12:00:00Z", "Europe/Berlin", -seconds(5)), 14);
  EXPECT_EQ(source(), "holder.time_zone");
}

TEST_F(LocalHourTest, falls_back_to_the_configured_zone) {
  EXPECT_EQ(hour("2026-07-15T12:00:00Z", std::nullopt), 17);  // +05:30
  EXPECT_EQ(source(), "configured");
}

TEST_F(LocalHourTest, counts_zones_that_nobody_knows_and_goes_on) {
  for (const auto* unknown : {"Europe/Berln", "", "europe/berlin", "../../etc/passwd",
                              "A/zone/whose/name/is/longer/than/any/that/the/system/knows"}) {
    EXPECT_EQ(hour("2026-07-15T12:00:00Z", unknown, seconds(1)), 13) << unknown;
    EXPECT_EQ(source(), "utc_offset");
  }
  EXPECT_EQ(local_hour_.counts().unknown_zones, 5u);
  EXPECT_EQ(hour("2026-07-15T12:00:00Z", "Mars/Olympus"), 17);
  EXPECT_EQ(source(), "configured");
}

TEST_F(LocalHourTest, counts_offsets_that_no_place_on_earth_has_and_goes_on) {
  EXPECT_EQ(hour("2026-07-15T12:00:00Z", std::nullopt, seconds(19)), 17);
  EXPECT_EQ(hour("2026-07-15T12:00:00Z", std::nullopt, -seconds(19)), 17);
  EXPECT_EQ(source(), "configured");
  EXPECT_EQ(local_hour_.counts().bad_offsets, 2u);
}

TEST_F(LocalHourTest, stays_an_hour_at_the_ends_of_time) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (const auto time : {Limits::min(), std::int64_t{-1}, std::int64_t{0}, Limits::max()}) {
    for (const auto* zone : {"Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin"}) {
      const auto value = hour_at(time, zone);
      EXPECT_GE(value, 0);
      EXPECT_LE(value, 23);
    }
  }
  EXPECT_EQ(hour_at(-1, "UTC"), 23);
}

TEST_F(LocalHourTest, leaves_a_transaction_without_a_time_alone) {
  const auto row = block_.add_row();
  local_hour_.enrich(block_);
  EXPECT_FALSE(block_.has(row, *layout_.find("local_hour")));
  EXPECT_FALSE(block_.has(row, *layout_.find("local_hour_source")));
}

TEST(LocalHour, fills_the_hour_alone_where_only_that_is_bound) {
  core::Layout layout;
  const auto time = layout.add("timestamp", FieldType::time);
  const auto hour = layout.add("local_hour", FieldType::int64);
  core::RowBlock block(layout, {.rows = 1, .arena = 0, .headers = 0});
  LocalHour local_hour(block, "timestamp", *find_zone("UTC"));
  block.put_int64(block.add_row(), time, 3'600'000'000'000);
  local_hour.enrich(block);
  EXPECT_EQ(block.int64(0, hour), 1);
}

TEST(LocalHour, does_nothing_where_nobody_has_bound_it) {
  core::Layout layout;
  layout.add("timestamp", FieldType::time);
  core::RowBlock block(layout, {.rows = 1, .arena = 64, .headers = 0});
  LocalHour local_hour(block, "timestamp", *find_zone("UTC"));
  block.put_int64(block.add_row(), {0}, 0);
  local_hour.enrich(block);
  EXPECT_EQ(block.arena_left(), 64u);
}

TEST(FindZone, says_what_to_write_instead) {
  const auto zone = find_zone("Europe/Berln");
  ASSERT_FALSE(zone);
  EXPECT_THAT(zone.error(), HasSubstr("`Europe/Berln`"));
  EXPECT_THAT(zone.error(), HasSubstr("`Europe/Berlin`"));
  EXPECT_TRUE(find_zone("America/New_York"));
  EXPECT_FALSE(find_zone(""));
}

TEST(EnrichFields, offers_every_field_of_a_holder_and_binds_the_zone_for_the_hour) {
  core::Layout layout;
  auto fields = holder_fields(core::sample_holder_schema());
  for (auto& field : local_hour_fields()) fields.push_back(std::move(field));
  FieldCatalogue catalogue(layout, std::move(fields));
  const auto* email = catalogue.find("holder.email", FieldCatalogue::Stage::before_rules);
  ASSERT_NE(email, nullptr);
  EXPECT_EQ(email->type, FieldType::text);

  bind_local_hour_inputs(catalogue, layout);
  EXPECT_TRUE(layout.entries().empty());
  catalogue.slot(*catalogue.find("local_hour", FieldCatalogue::Stage::before_rules));
  bind_local_hour_inputs(catalogue, layout);
  EXPECT_TRUE(layout.find("holder.time_zone"));
}

}  // namespace
}  // namespace assay::host
