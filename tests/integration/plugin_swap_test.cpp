// A plugin's file replaced while the engine runs, between real servers: what is mapped and kept,
// rules in processes of their own, rules that remember, and what thousands of swaps cost.
//
// ASSAY_SWAPS says how often two files take turns, ASSAY_EDITIONS how many files come one after the
// other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/operator.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

// The files of these tests differ by what is behind the code, and say the same version.
constexpr const char* kReplaced =
    "1 plugin replaced, another file is large_amount 1.0.0 now: give it a version of its own";

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

constexpr const char* kStore = "  main:\n    store: { sink: db, required: true }\n";

int wanted(const char* variable, int usual, int full) {
  if (const auto* text = std::getenv(variable)) return std::atoi(text);
  return std::getenv("ASSAY_FAULTS_FULL") != nullptr ? full : usual;
}

// A deployment whose rule `mine` is of a file of its own.
class OwnPlugin {
 public:
  // `rule`: further keys of it.
  OwnPlugin(Deployment& deployment, std::filesystem::path library, const std::string& rule)
      : deployment_(&deployment), library_(std::move(library)) {
    put(0);
    // Of one plugin there is one file in a configuration.
    std::filesystem::remove(deployment.folder() / "rules/large.yaml");
    deployment.search_plugins_in(folder());
    deployment.write("rules/mine.yaml",
                     "rule: mine\nversion: 1\nowner: cards\nmode: live\nuse: mine\n" + rule);
  }

  // Another file of the same plugin: a linker does not look behind the last section.
  void put(int edition) const {
    std::ifstream from(library_, std::ios::binary);
    std::ostringstream bytes;
    bytes << from.rdbuf() << "edition " << edition;
    std::filesystem::create_directories(folder());
    std::ofstream(folder() / "new", std::ios::binary) << bytes.str();
    std::filesystem::rename(folder() / "new", file());
  }
  std::filesystem::path file() const { return folder() / "mine.so"; }

  std::string configuration(int max_retired) const {
    auto text = deployment_->whole(Deployment::postgres_sink(), kStore);
    text.replace(text.find("plugins: { "), 11,
                 "plugins: { max_retired: " + std::to_string(max_retired) + ", ");
    return text;
  }

 private:
  std::filesystem::path folder() const { return deployment_->folder() / "plugins"; }

  Deployment* deployment_;
  std::filesystem::path library_;
};

const std::string kLarge = "parameters: { limits: { EUR: 1000.00 } }\nscore: 0.6\n";

TEST(PluginSwap, keeps_no_more_libraries_than_it_may) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("files");
  const OwnPlugin plugin(deployment, ASSAY_LARGE_AMOUNT, kLarge);
  deployment.configure(plugin.configuration(2));
  ASSERT_EQ(deployment.produce(2'000, 5).produced, 2'000u);
  const auto engine = deployment.start();
  Operator person(*engine, deployment);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 2'000; })) << deployment.words();

  // Two files in turn are two libraries, however often.
  for (int i = 0; i < 6; ++i) {
    plugin.put(1 + i % 2);
    EXPECT_EQ(person.reload(), "in force");
    EXPECT_EQ(person.status()["configuration"]["changes"], kReplaced);
  }
  EXPECT_EQ(person.metric("assay_plugins_retired"), 2u) << "the first one, and one of the two";

  // A new one too many: nothing is loaded, and the advice is a restart.
  plugin.put(3);
  const auto refusal = person.reload();
  EXPECT_THAT(refusal, HasSubstr("AS2018"));
  EXPECT_THAT(refusal, HasSubstr("restart the engine"));
  EXPECT_EQ(person.metric("assay_plugins_retired"), 2u);

  // What runs is a copy: the file may become anything, in its place as well.
  std::filesystem::resize_file(plugin.file(), 100);
  ASSERT_EQ(deployment.produce(2'000, 6).produced, 2'000u);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 4'000; })) << deployment.words();
  EXPECT_THAT(person.reload(), Not(AnyOf("in force", "no answer")));
  EXPECT_TRUE(person.is_ready());
  EXPECT_EQ(engine->stop(), 0);
}

TEST(PluginSwap, between_two_files_leaves_memory_flat) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("two");
  const OwnPlugin plugin(deployment, ASSAY_LARGE_AMOUNT, kLarge);
  deployment.configure(plugin.configuration(2));
  ASSERT_EQ(deployment.produce(500, 3).produced, 500u);
  const auto engine = deployment.start();
  Operator person(*engine, deployment);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 500; })) << deployment.words();

  std::uint64_t produced = 500;
  std::jthread bank([&](const std::stop_token& stop) {
    for (std::uint64_t seed = 4; !stop.stop_requested(); ++seed) {
      produced += deployment.produce(200, seed, 200).produced;
    }
  });
  const int swaps = wanted("ASSAY_SWAPS", 40, 10'000);
  Holdings warm;
  for (int i = 0; i < swaps && engine->running(); ++i) {
    if (i == swaps / 10) warm = holdings(*engine);
    plugin.put(1 + i % 2);
    ASSERT_EQ(person.reload(), "in force") << i;
  }
  const auto end = holdings(*engine);
  bank.request_stop();
  bank.join();
  ASSERT_TRUE(engine->until([&] {
    return deployment.stored() == static_cast<std::int64_t>(produced);
  })) << deployment.words();
  EXPECT_EQ(engine->stop(), 0);
  std::printf("%d swaps: %zu KiB resident after a tenth of them, %zu KiB after all\n", swaps,
              warm.resident >> 10, end.resident >> 10);
  EXPECT_EQ(end.libraries, warm.libraries);
  EXPECT_EQ(end.threads, warm.threads);
  EXPECT_LE(end.files, warm.files + 4);  // a peer's connection may come and go
  // Of 10,000 swaps each may leave 1.6 KiB, less than the smallest of what a swap makes anew.
  EXPECT_LE(end.resident, warm.resident + (16u << 20));
}

TEST(PluginSwap, of_a_new_file_each_time_costs_each_time_the_same) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("editions");
  const OwnPlugin plugin(deployment, ASSAY_LARGE_AMOUNT, kLarge);
  const int editions = wanted("ASSAY_EDITIONS", 40, 500);
  deployment.configure(plugin.configuration(editions));
  ASSERT_EQ(deployment.produce(500, 3).produced, 500u);
  const auto engine = deployment.start();
  Operator person(*engine, deployment);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 500; })) << deployment.words();

  // Each part of the way, after a first one in which buffers grow.
  constexpr int kParts = 5;
  std::vector<Holdings> seen;
  for (int part = 1; part <= kParts; ++part) {
    for (int i = (part - 1) * editions / kParts; i < part * editions / kParts; ++i) {
      plugin.put(1 + i);
      ASSERT_EQ(person.reload(), "in force") << i;
    }
    seen.push_back(holdings(*engine));
  }
  EXPECT_EQ(person.metric("assay_plugins_retired"), static_cast<std::uint64_t>(editions));
  EXPECT_EQ(seen.back().threads, seen.front().threads);
  EXPECT_LE(seen.back().files, seen.front().files + 4);
  EXPECT_EQ(seen.back().libraries - seen.front().libraries,
            static_cast<std::size_t>(editions - editions / kParts));

  std::vector<double> growth;  // KiB a file, part after part
  for (int part = 1; part < kParts; ++part) {
    const auto grown =
        static_cast<double>(seen[part].resident) - static_cast<double>(seen[part - 1].resident);
    growth.push_back(grown / 1024 * kParts / editions);
  }
  std::printf("KiB a file: %.0f %.0f %.0f %.0f\n", growth[0], growth[1], growth[2], growth[3]);
  const auto size = static_cast<double>(std::filesystem::file_size(plugin.file())) / 1024;
  EXPECT_LE(growth.back(), size + 128) << "the library, and what the loader knows of it";
  EXPECT_LE(growth.back(), 1.5 * growth.front() + 64) << "it does not cost more each time";

  plugin.put(1 + editions);
  EXPECT_THAT(person.reload(), HasSubstr("restart the engine"));
  EXPECT_EQ(engine->stop(), 0);
}

std::set<std::int64_t> processes_of(const Json& rule) {
  std::set<std::int64_t> all;
  for (const auto& one : rule["processes"]) {
    if (one["up"].get<bool>()) all.insert(one["pid"].get<std::int64_t>());
  }
  return all;
}

// Whoever has ended is not there any more, for the engine waits for its processes.
bool is_there(std::int64_t process) { return ::kill(static_cast<pid_t>(process), 0) == 0; }

TEST(PluginSwap, of_a_rule_in_processes_of_its_own_starts_others_and_ends_those) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("isolated");
  const OwnPlugin plugin(deployment, ASSAY_LARGE_AMOUNT, kLarge + "isolation: process\n");
  deployment.configure("workers: 2\n" + plugin.configuration(0));
  ASSERT_EQ(deployment.produce(2'000, 5).produced, 2'000u);
  const auto engine = deployment.start();
  Operator person(*engine, deployment);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 2'000; })) << deployment.words();
  const auto processes = [&] {
    const auto status = person.status();
    for (const auto& one : status["rules"]) {
      if (one["id"] == "mine") return processes_of(one);
    }
    return std::set<std::int64_t>{};
  };

  // One that ends is started again, and what is judged meanwhile is stored as well.
  const auto first = processes();
  ASSERT_EQ(first.size(), 2u) << person.status().dump(2);
  ::kill(static_cast<pid_t>(*first.begin()), SIGKILL);
  ASSERT_EQ(deployment.produce(2'000, 6).produced, 2'000u);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 4'000; })) << deployment.words();
  ASSERT_TRUE(engine->until([&] { return processes().size() == 2; })) << deployment.words();

  auto before = processes();
  EXPECT_NE(before, first);
  for (int i = 1; i <= 3; ++i) {
    plugin.put(i);
    EXPECT_EQ(person.reload(), "in force");
    EXPECT_EQ(person.status()["configuration"]["changes"], kReplaced);
    const auto now = processes();
    EXPECT_EQ(now.size(), 2u);
    for (const auto process : before) {
      EXPECT_FALSE(now.contains(process));
      EXPECT_TRUE(engine->until([&] { return !is_there(process); })) << process;
    }
    before = now;
  }
  EXPECT_EQ(person.metric("assay_plugins_retired"), 0u) << "nothing of it was ever mapped";
  ASSERT_EQ(deployment.produce(2'000, 7).produced, 2'000u);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 6'000; })) << deployment.words();
  EXPECT_EQ(engine->stop(), 0);
  for (const auto process : before) EXPECT_FALSE(is_there(process)) << process;
}

// --- a rule that remembers
// ------------------------------------------------------------------------

// What it said it had seen, record after record.
std::vector<std::string> counts(const Deployment& deployment) {
  return ask(
      "SELECT record_offset || ': ' || (hit ->> 'words') FROM fraud_transactions, "
      "jsonb_array_elements(reasons) AS hit WHERE topic = '" +
      deployment.topic() + "' AND hit ->> 'rule' = 'mine' ORDER BY record_offset");
}

TEST(PluginSwap, of_a_rule_that_remembers_takes_along_what_it_knows) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("remembers");
  create_topic(kafka().address(), deployment.topic(), 1);
  create_topic(kafka().address(), deployment.holders(), 1);
  const OwnPlugin plugin(deployment, ASSAY_COUNTING_RULE, "score: 0.6\n");
  deployment.configure("state: { dir: " + (deployment.folder() / "state").string() + " }\n" +
                       plugin.configuration(8));
  std::int64_t sent = 0;
  const auto pay = [&](std::int64_t count) {
    std::vector<OutgoingRecord> records;
    for (const auto end = sent + count; sent < end; ++sent) {
      records.push_back({payment({{"transaction_id", std::to_string(sent)}}), "7", 0});
    }
    produce_records(kafka().address(), deployment.topic(), records);
  };
  auto engine = deployment.start();
  {
    Operator person(*engine, deployment);
    for (int edition = 1; edition <= 4; ++edition) {
      // Half of it is under way at the swap.
      pay(400);
      ASSERT_TRUE(engine->until([&] { return deployment.stored() >= sent - 200; }))
          << deployment.words();
      plugin.put(edition);
      ASSERT_EQ(person.reload(), "in force");
    }
  }
  // And what it was handed outlives the process.
  pay(100);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == sent; })) << deployment.words();
  EXPECT_EQ(engine->stop(), 0);
  engine = deployment.start();
  pay(100);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == sent; })) << deployment.words();
  EXPECT_EQ(engine->stop(), 0);

  std::vector<std::string> expected;
  for (std::int64_t i = 0; i < sent; ++i) {
    expected.push_back(std::to_string(i) + ": " + std::to_string(i + 1) + " seen");
  }
  EXPECT_EQ(counts(deployment), expected);
  EXPECT_THAT(deployment.words(), Not(HasSubstr("begins anew")));
}

}  // namespace
}  // namespace assay::testing
