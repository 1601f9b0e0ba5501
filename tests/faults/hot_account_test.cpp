// Test 29: half of all traffic is of one account. Nobody else waits more than twice as long for a
// decision as where customers pay in turn: turns of either kind come one after the other, open
// loop, and each pair of them gives one ratio.
#include <algorithm>
#include <thread>

#include "tests/faults/bench.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing::faults {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::system_clock;

constexpr std::int64_t kBegun = 2'000;  // the bank's own, with frauds for the oracle to look at
constexpr int kTurn = 4'000;            // records: two seconds
constexpr auto kApart = 500us;
constexpr int kCustomers = 1'000;
constexpr std::int64_t kNobody = 1'000'000'000;  // beyond the bank's customers
constexpr double kLimit = 2;
constexpr std::size_t kFewestPairs = 5;

class HotAccount : public FaultBench {
 protected:
  enum class Traffic { in_turn, half_of_one };

  // Ids: whose the payment is, in which turn, and when it was due, in microseconds since 1970.
  static std::string others(int turn) { return "others-" + std::to_string(turn) + "-"; }

  void send(RecordSender& sender, int turn, Traffic traffic) {
    const auto began = system_clock::now();
    for (int i = 0; i < kTurn; ++i) {
      const auto due = began + i * kApart;
      std::this_thread::sleep_until(due);
      const bool hot = traffic == Traffic::half_of_one && i % 2 == 1;
      const auto user = kNobody + (hot ? kCustomers : i % kCustomers);
      const auto at = std::chrono::duration_cast<microseconds>(due.time_since_epoch()).count();
      sender.send(
          deployment_->topic(),
          {payment({{"transaction_id", (i % 2 == 1 ? "all-" : others(turn)) + std::to_string(at)},
                    {"user_id", user}}),
           std::to_string(user)});
    }
    sender.flush();
  }

  // Seconds that 99 of 100 payments of others waited at most.
  [[nodiscard]] double p99(int turn) const {
    return std::stod(ask("SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM "
                         "decided_at) - split_part(transaction_id, '-', 3)::numeric / 1e6) FROM "
                         "transactions WHERE topic = '" +
                         deployment_->topic() + "' AND transaction_id LIKE '" + others(turn) + "%'")
                         .at(0));
  }
};

TEST_F(HotAccount, with_half_of_the_traffic_lets_nobody_else_wait) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  auto& deployment = deploy("hot");
  // What is remembered of the account grows with every payment of it; the rule never hits.
  deployment.write("rules/history.yaml", R"(rule: history
version: 1
owner: cards
features:
  times: count() by user_id over 10m
  shops: distinct(merchant) by user_id over 1h
when: times > 100000000 || shops > 1000000
score: 0.5
reason: history
)");
  deployment.configure("workers: 2\n" + store_only(deployment, postgres().port()));
  deployment.produce(kBegun, seed());
  const auto engine = deployment.start();
  ASSERT_TRUE(finished(*engine, deployment, kBegun));

  RecordSender sender(kafka().address());
  std::vector<double> ratios;
  double median = 0;
  std::int64_t sent = kBegun;
  // A machine with other work in one of the turns gives a ratio that says nothing, so a few more
  // pairs may speak.
  const std::size_t most = either(15, 60);
  const std::size_t enough = either(kFewestPairs, most);
  for (int turn = 0; ratios.size() < enough || (median > kLimit && ratios.size() < most);) {
    double waited[2];
    for (const auto traffic : {Traffic::in_turn, Traffic::half_of_one}) {
      send(sender, turn, traffic);
      sent += kTurn;
      ASSERT_TRUE(finished(*engine, deployment, sent));
      waited[traffic == Traffic::half_of_one ? 1 : 0] = p99(turn);
      ++turn;
    }
    if (turn == 2) continue;  // connections and caches are cold
    ratios.push_back(waited[1] / waited[0]);
    auto sorted = ratios;
    std::ranges::nth_element(sorted,
                             sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
    median = sorted[sorted.size() / 2];
  }
  EXPECT_LE(median, kLimit) << "of " << ratios.size() << " pairs";
  EXPECT_EQ(engine->stop(), 0);
  judge({.number = 29,
         .what = "half of the traffic is of one account",
         .faults = std::to_string(ratios.size()) + " pairs of turns",
         .remark = "others' p99 " + std::to_string(median).substr(0, 4) + " times"});
}

}  // namespace
}  // namespace assay::testing::faults
