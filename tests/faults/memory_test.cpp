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
#include "tests/faults/small_disk.hpp"
#include "tests/integration/onlooker.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

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
    seen_.push_back({std::chrono::duration_cast<milliseconds>(at), anonymous(engine_->process()),
                     sum_of(metrics, "assay_records_in_flight"),
                     sum_of(metrics, "assay_consumer_lag_records"), sink});
    std::this_thread::sleep_for(milliseconds(100));
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
  static constexpr std::int64_t kFew = 1'000;
  // The longest that this budget allows: a sixty-fourth of the part of the one worker, and the
  // reader of the holders' topic has the other.
  static constexpr std::size_t kLongest = 128 << 10;
  static constexpr std::size_t kText = kLongest - 1'000;
  static constexpr std::int64_t kLongOnes = 1'400;
  static constexpr int kRoom = 256;  // MiB, for all of them

  // What is remembered is no matter of this budget: no ids, no history.
  static std::string little_memory(const Deployment& deployment, const Proxy& proxy) {
    auto text = "memory: " + std::to_string(static_cast<int>(kBudget)) +
                "MiB\nworkers: 1\ndedupe: { horizon: 0 }\n" +
                store_only(deployment, std::to_string(proxy.port()));
    const std::string source = "source:\n";
    return text.insert(text.find(source) + source.size(),
                       "  max_message: " + std::to_string(kLongest) + "B\n");
  }
  // What a process takes that has done some work, so that all that it makes once is there, and has
  // nothing to do: no matter of the budget.
  // `name` is of one test: a group that has read all would be idle before it has begun.
  static double idle_with(const Proxy& proxy, const std::string& name) {
    Deployment deployment("idle-" + name);
    deployment.produce(kFew, seed());
    deployment.configure(little_memory(deployment, proxy));
    const auto engine = deployment.start();
    EXPECT_TRUE(finished(*engine, deployment, kFew));
    return anonymous(engine->process());
  }
  // A few as usual, which make the topics, and as many long ones as are ten budgets.
  static void produce_long(const Deployment& deployment, nlohmann::json members) {
    constexpr std::int64_t kTogether = 100;
    deployment.produce(kFew, seed());
    for (std::int64_t i = 0; i < kLongOnes; i += kTogether) {
      std::vector<OutgoingRecord> records;
      for (auto number = i; number < i + kTogether; ++number) {
        const auto user = 1'000'000'000 + number;  // beyond the bank's customers
        members["transaction_id"] = "long-" + std::to_string(number);
        members["user_id"] = user;
        records.push_back({payment(members), std::to_string(user)});
      }
      produce_records(kafka().address(), deployment.topic(), records);
    }
  }

  // What it has held at most, above an idle one, is within the budget.
  static Line measured(double held, double idle, const std::string& what) {
    const auto most = held - idle;
    EXPECT_LE(most, kBudget * (1 + kTolerance)) << "MiB above " << idle;
    return {.number = 21,
            .what = what,
            .faults = std::to_string(static_cast<int>(kTimes)) + " budgets of " +
                      std::to_string(static_cast<int>(kBudget)) + " MiB",
            .remark = std::to_string(static_cast<int>(most)) + " MiB at most above the " +
                      std::to_string(static_cast<int>(idle)) + " MiB of an idle process"};
  }

  // Reads what was produced, while the sink takes nothing and then all it is given.
  void overload(const std::string& name, std::int64_t records, const std::string& what) {
    auto& deployment = *deployment_;
    Proxy proxy(static_cast<std::uint16_t>(std::stoi(postgres().port())));
    const auto idle = idle_with(proxy, name);
    deployment.configure(little_memory(deployment, proxy));
    const auto engine = deployment.start();
    const Most most(engine->process());
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
      return series.seen().back().in_flight == 0 && deployment.committed() == records;
    }));
    series.write(idle);
    auto line = measured(most.get(), idle, what);
    EXPECT_EQ(engine->stop(), 0);
    judge(std::move(line));
  }
};

TEST_F(Memory, stays_in_its_budget_at_ten_times_overload_with_a_stuck_sink) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  constexpr std::int64_t kRecords = 600'000;  // of somewhat more than 250 bytes
  auto& deployment = deploy("memory");
  deployment.produce(kRecords, seed());
  overload("memory", kRecords, "a stuck sink under overload");
}

TEST_F(Memory, stays_in_its_budget_where_messages_are_as_long_as_they_may_be) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  auto& deployment = deploy("long");
  produce_long(deployment, {{"merchant", std::string(kText, 'm')}});
  overload("long", kFew + kLongOnes, "a stuck sink, the longest messages");
}

// Decoding takes most where a message is full of keys that nobody knows and that must be told
// apart.
TEST_F(Memory, stays_in_its_budget_where_long_messages_are_all_keys) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  constexpr std::size_t kOfAKey = 12;  // bytes, with quotes, value and comma
  auto& deployment = deploy("keys");
  auto keys = nlohmann::json::object();
  for (std::size_t i = 0; i < kText / 2 / kOfAKey; ++i) keys[std::to_string(100'000 + i)] = 1;
  produce_long(deployment, {{"merchant", std::string(kText / 2, 'm')}, {"keys", keys}});
  overload("keys", kFew + kLongOnes, "a stuck sink, messages full of keys");
}

TEST_F(Memory, stays_in_its_budget_while_dead_letters_wait_for_a_disk) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  if (const auto reason = SmallDisk::unavailable()) GTEST_SKIP() << *reason;
  const Proxy proxy(static_cast<std::uint16_t>(std::stoi(postgres().port())));
  const auto idle = idle_with(proxy, "letters");
  auto& deployment = deploy("letters");
  produce_long(deployment, {{"merchant", std::string(kText, 'm')}, {"amount", nullptr}});
  const SmallDisk disk(kRoom);
  const auto file = disk.tablespace() / "letters";
  auto text = little_memory(deployment, proxy);
  const auto to_topic = "topic: " + deployment.dead_letter_topic();
  text.replace(text.find(to_topic), to_topic.size(), "mode: file, file: " + file.string());
  deployment.configure(text);
  disk.fill();
  const auto engine = deployment.start();
  const Most most(engine->process());
  Onlooker onlooker;
  ASSERT_TRUE(onlooker.finds(*engine, deployment));
  Series series(*engine, onlooker);
  for (int i = 0; i < either(100, 1'200); ++i) series.look("stuck");
  ASSERT_TRUE(engine->running());
  EXPECT_GT(sum_of(onlooker.get("/metrics").body, "assay_dead_letters_pending"), 0u);
  EXPECT_GT(series.seen().back().lag, 0u) << "all of it was read, though no letter is durable";
  disk.make_room();
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == kFew + kLongOnes; }));
  auto line = measured(most.get(), idle, "dead letters that their disk does not take");
  EXPECT_EQ(engine->stop(), 0);
  line.records = kFew + kLongOnes;
  const auto letters = contents(file);
  line.dead_letters = std::ranges::count(letters, '\n');
  EXPECT_EQ(line.dead_letters, kLongOnes);
  conclude(std::move(line));
}

}  // namespace
}  // namespace assay::testing::faults
