// Test 21: ten times as much to read as the budget holds, and a sink that takes nothing.
//
// ASSAY_MEMORY_SERIES names a file for what was seen, as memory_plot.py draws it.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tests/faults/bench.hpp"
#include "tests/faults/proxy.hpp"
#include "tests/faults/resident.hpp"
#include "tests/integration/onlooker.hpp"

namespace assay::testing::faults {
namespace {

using std::chrono::milliseconds;

constexpr double kBudget = 16;  // MiB
constexpr double kTimes = 10;
// The heap of the C library cannot be filled to the last page.
constexpr double kTolerance = 0.2;

struct Seen {
  milliseconds at;
  double resident;  // MiB
  std::uint64_t in_flight;
  std::uint64_t lag;
  const char* sink;
};

// Looks at an engine ten times a second, from its start on.
class Series {
 public:
  Series(Engine& engine, const Onlooker& onlooker) : engine_(&engine), onlooker_(&onlooker) {}

  void look(const char* sink) {
    const auto metrics = onlooker_->get("/metrics").body;
    const auto at = std::chrono::steady_clock::now() - began_;
    seen_.push_back({std::chrono::duration_cast<milliseconds>(at), resident(engine_->process()),
                     sum_of(metrics, "assay_records_in_flight"),
                     sum_of(metrics, "assay_consumer_lag_records"), sink});
    std::this_thread::sleep_for(milliseconds(100));
  }
  [[nodiscard]] double most() const {
    return std::ranges::max_element(seen_, {}, &Seen::resident)->resident;
  }
  [[nodiscard]] const std::vector<Seen>& seen() const { return seen_; }

  void write(double idle) const {
    const auto* file = std::getenv("ASSAY_MEMORY_SERIES");
    if (file == nullptr) return;
    std::ofstream out(file);
    out << "seconds,resident_mib,idle_mib,budget_mib,in_flight,lag,sink\n";
    for (const auto& one : seen_) {
      out << static_cast<double>(one.at.count()) / 1000 << ',' << one.resident << ',' << idle << ','
          << kBudget << ',' << one.in_flight << ',' << one.lag << ',' << one.sink << '\n';
    }
  }

 private:
  Engine* engine_;
  const Onlooker* onlooker_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::vector<Seen> seen_;
};

class Memory : public FaultBench {
 protected:
  // What is remembered is no matter of this budget: no ids, no history.
  static std::string little_memory(const Deployment& deployment, const Proxy& proxy) {
    return "memory: " + std::to_string(static_cast<int>(kBudget)) +
           "MiB\ndedupe: { horizon: 0 }\n" + store_only(deployment, std::to_string(proxy.port()));
  }
  // What a process takes that has done some work, so that all that it makes once is there, and has
  // nothing to do: no matter of the budget.
  static double idle_with(const Proxy& proxy) {
    constexpr std::int64_t kFew = 1'000;
    Deployment deployment("idle");
    deployment.produce(kFew, seed());
    deployment.configure(little_memory(deployment, proxy));
    const auto engine = deployment.start();
    EXPECT_TRUE(finished(*engine, deployment, kFew));
    return resident(engine->process());
  }
};

TEST_F(Memory, stays_in_its_budget_at_ten_times_overload_with_a_stuck_sink) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  constexpr std::int64_t kRecords = 600'000;  // of somewhat more than 250 bytes
  Proxy proxy(static_cast<std::uint16_t>(std::stoi(postgres().port())));
  const auto idle = idle_with(proxy);
  auto& deployment = deploy("memory");
  deployment.configure(little_memory(deployment, proxy));
  deployment.produce(kRecords, seed());
  const auto engine = deployment.start();
  Onlooker onlooker;
  ASSERT_TRUE(onlooker.finds(*engine, deployment));
  Series series(*engine, onlooker);
  // It has its cursors, or it would read nothing.
  ASSERT_TRUE(engine->until([&] { return deployment.stored() > 0; }));
  proxy.set({.half_open = true});
  // It has read what it could when it stands still: looks, while the sink's own deadline passes
  // once and again.
  for (int i = 0; i < either(100, 1'200); ++i) series.look("stuck");
  const auto stood = series.seen().back();
  ASSERT_TRUE(engine->running());
  EXPECT_GT(stood.in_flight, 0u);
  EXPECT_GT(stood.lag, 0u) << "all of it was read before the sink stood still";
  proxy.set({});
  // Then as fast as it can.
  ASSERT_TRUE(engine->until([&] {
    series.look("works");
    return series.seen().back().in_flight == 0 && deployment.committed() == kRecords;
  }));
  series.write(idle);
  const auto most = series.most() - idle;
  EXPECT_LE(most, kBudget * (1 + kTolerance)) << "MiB above " << idle;
  EXPECT_EQ(engine->stop(), 0);
  judge({.number = 21,
         .what = "a stuck sink under overload",
         .faults = std::to_string(static_cast<int>(kTimes)) + " budgets of " +
                   std::to_string(static_cast<int>(kBudget)) + " MiB",
         .remark = std::to_string(static_cast<int>(most)) + " MiB at most above the " +
                   std::to_string(static_cast<int>(idle)) + " MiB of an idle process"});
}

}  // namespace
}  // namespace assay::testing::faults
