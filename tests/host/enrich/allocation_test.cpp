// Joining and the local hour allocate nothing once they have met each zone.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/enrich/holder_batch.hpp"
#include "host/enrich/local_hour.hpp"
#include "tests/host/enrich/enrich_fixture.hpp"
#include "tests/support/allocation_count.hpp"

namespace assay::host {
namespace {

TEST(Enrichment, allocates_nothing_per_batch) {
  EnrichFixture f;
  LocalHour local_hour(f.block, "timestamp", *find_zone("Asia/Kolkata"));
  HolderJoin join(*f.holders, f.targets());
  HolderBatch batch(*f.holders, {});
  const std::vector<std::string> zones{"Europe/Berlin", "America/New_York", "Pacific/Auckland",
                                       "Not/A_Zone_Of_The_System_At_All", "Asia/Tokyo"};
  constexpr std::int64_t holders = 1'000;
  for (std::int64_t id = 0; id < holders; ++id) {
    const auto& zone = zones[static_cast<std::size_t>(id) % zones.size()];
    const auto json = holder_json(id, "somebody@example.org", zone);
    ASSERT_EQ(batch.upsert({json, {}, {0}, {id}, 0}), core::DecodeError::ok);
  }
  batch.flush();

  const auto user = *f.layout.find("user_id");
  const auto time = *f.layout.find("timestamp");
  constexpr std::int64_t half_a_year = 182 * 86'400'000'000'000;
  const auto run = [&](std::int64_t seed) {
    f.block.clear();
    while (!f.block.full()) {
      const auto row = f.block.add_row();
      f.block.put_int64(row, user,
                        (seed + std::int64_t{row} * 31) % (holders + 100));  // some are unknown
      f.block.put_int64(row, time, (100 + seed % 2) * half_a_year);  // both sides of a switch
    }
    join.enrich(f.block);
    local_hour.enrich(f.block);
  };
  for (std::int64_t seed = 0; seed < 20; ++seed) run(seed);  // meets the zones
  const auto before = tests::allocations();
  for (std::int64_t seed = 0; seed < 200; ++seed) run(seed);
  EXPECT_EQ(tests::allocations(), before);
  EXPECT_GT(join.counts().unknown, 0u);
  EXPECT_GT(local_hour.counts().unknown_zones, 0u);
}

}  // namespace
}  // namespace assay::host
