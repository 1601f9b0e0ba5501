// Test 10: the connection dies in COMMIT, before the server hears of it or after it has answered.
#include <atomic>

#include "tests/faults/bench.hpp"
#include "tests/faults/proxy.hpp"

namespace assay::testing::faults {
namespace {

// As libpq sends it: a query of these bytes and nothing else.
bool is_commit(std::string_view bytes) {
  constexpr std::string_view kCommit(
      "Q\0\0\0\x0b"
      "COMMIT\0",
      12);
  return bytes.ends_with(kCommit);
}

class AmbiguousCommit : public FaultBench {};

TEST_F(AmbiguousCommit, applied_or_not_stores_each_record_once) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  const int cuts = either(40, 1'000);
  // A transaction takes a parcel of up to 512 records, and two of three are cut.
  const auto records = std::int64_t{1'500} * cuts;
  auto& deployment = deploy("ambiguous");
  deployment.produce(static_cast<std::uint64_t>(records), seed());
  Proxy proxy(static_cast<std::uint16_t>(std::stoi(postgres().port())));
  std::mt19937_64 random(seed());
  std::atomic<int> before = 0;
  std::atomic<int> after = 0;
  proxy.cut_where([&](std::string_view bytes) {
    if (!is_commit(bytes) || before + after >= cuts || random() % 3 == 0) return Cut::none;
    const bool applied = random() % 2 == 0;
    ++(applied ? after : before);
    return applied ? Cut::after : Cut::before;
  });
  // Many small transactions.
  deployment.configure(
      store_only(deployment, std::to_string(proxy.port()), "    batch: { rows: 200 }\n"));
  const auto engine = deployment.start();
  ASSERT_TRUE(finished(*engine, deployment, records)) << before << " and " << after << " cut";
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(before + after, cuts) << "too few commits to cut";
  judge({.number = 10,
         .what = "the connection dies in COMMIT",
         .faults = std::to_string(after) + " applied, " + std::to_string(before) + " not"});
}

}  // namespace
}  // namespace assay::testing::faults
