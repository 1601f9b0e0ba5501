// The same transactions are judged alike however they are cut into batches and shared out among
// workers. A simulated bank, with frauds, goes through the pipelines that workers run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/application/pipeline_parts.hpp"
#include "host/config/reader.hpp"
#include "host/diagnostics/render.hpp"
#include "host/produce/bank_simulator.hpp"
#include "host/runtime/stripe_locks.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

constexpr std::int32_t kPartitions = 6;

// Keyed by user and card, which live in one partition each, and by merchant, which does not.
constexpr const char* kOwnRule = R"(rule: own_history
version: 1
features:
  attempts: count() by card over 10m
  spent: sum(amount) by user_id over 24h where transaction_type == "purchase"
  usual: mean(amount) by user_id over previous 30d
  spread: stddev(amount) by card over previous 30d
  highest: max(amount) by card over 7d
  shops: distinct(merchant) by user_id over 1h
  pause: elapsed() by card
  known: first_seen(location) by user_id
  before: last(location) by card
when: >-
  attempts > 2 || spent > 900.00 || shops > 2 || spread > 100.0 || highest > 2000.00
  || usual > 300.0 || pause < duration("30s") || known == duration("0s") && before != location
code: own
reason: out of the ordinary
score: 0.6
)";
constexpr const char* kSharedRule = R"(rule: shared_history
version: 1
features:
  visits: count() by merchant over 60d
  takings: sum(amount) by merchant over 60d
when: visits > 40 || takings > 9000.00
code: shared
reason: a busy shop
score: 0.4
)";

struct Payment {
  std::string json;
  std::int32_t partition = 0;
};

class Deployment {
 public:
  Deployment() {
    folder_.write("card.key", "2b7e151628aed2a6abf7158809cf4f3c\n");
    folder_.write("rules/own.yaml", kOwnRule);
    folder_.write("rules/shared.yaml", kSharedRule);
    const std::vector<std::string> files{
        folder_.write("assay.yaml",
                      "default_currency: EUR\nsource: { key: user_id, implies: [card] }\n"
                      "card: { key_file: card.key }\nrules: [rules/*.yaml]\n"
                      "plugins: { path: [\"" ASSAY_RULES_FOLDER "\", \"" ASSAY_SINKS_FOLDER
                      "\"] }\nsinks: { mail: { use: mail_folder, config: { folder: m, from: "
                      "a@bank.example } } }\n"
                      "chains: { main: { alert: { sink: mail, required: true } } }\n")};
    Diagnostics diagnostics;
    if (auto config = read_config(files, diagnostics)) {
      config_ = std::make_unique<Config>(std::move(*config));
      assembly = Assembly::build(*config_, Assembly::CardKey::required, diagnostics);
    }
    if (!assembly) throw std::runtime_error(render(diagnostics, DiagnosticFormat::brief));
  }

 private:
  testing::TemporaryFolder folder_;
  std::unique_ptr<Config> config_;

 public:
  std::unique_ptr<Assembly> assembly;
};

// What was seen of a transaction: features by name, who hit, the decision.
using Seen = std::map<std::string, std::string>;

class Crewman final : public core::Outlet, public core::Witness {
 public:
  Crewman(Assembly& assembly, std::uint32_t number, std::uint32_t workers, std::size_t batch,
          core::SharedHistory* history)
      : blueprint_(*assembly.decisions().blueprint), batch_(batch) {
    Diagnostics diagnostics;
    auto parts = make_pipeline_parts(
        assembly, assembly.decisions(),
        {.number = number, .workers = workers, .history = history, .any_time = true}, diagnostics);
    if (!parts) throw std::runtime_error(render(diagnostics, DiagnosticFormat::brief));
    parts_ = std::move(*parts);
    parts_.parts->witness = this;
    pipeline_.emplace(blueprint_, std::move(*parts_.parts));
    for (std::int32_t i = 0; i < kPartitions; ++i) {
      if (i % static_cast<std::int32_t>(workers) != static_cast<std::int32_t>(number)) continue;
      core::Shard::Start start;
      start.partition = {i};
      start.epoch = {1};
      start.resume = {0};
      start.cursors.assign(blueprint_.steps.size(), core::Offset{0});
      start.dedupe_horizon = blueprint_.dedupe_horizon;
      start.features = blueprint_.features.get();
      partitions_.emplace(
          i, Partition{std::make_unique<core::Shard>(blueprint_.steps, std::move(start)), {0}});
    }
  }

  // In that order; those of partitions that are another's are left to it.
  void judge(const std::vector<Payment>& payments) {
    std::size_t in_batch = 0;
    for (const auto& payment : payments) {
      const auto found = partitions_.find(payment.partition);
      if (found == partitions_.end()) continue;
      auto& [shard, next] = found->second;
      while (!pipeline_->add({payment.json, {}, {payment.partition}, next, 0}, *shard)) {
        pipeline_->run(0, *this);
        in_batch = 0;
      }
      next = next.next();
      if (++in_batch < batch_) continue;
      pipeline_->run(0, *this);
      in_batch = 0;
    }
    pipeline_->run(0, *this);
  }

  std::map<std::string, Seen> seen;  // by transaction_id

 private:
  struct Partition {
    std::unique_ptr<core::Shard> shard;
    core::Offset next;
  };

  void see(const core::RowBlock& block, const core::VerdictTable&, const core::Decisions& decisions,
           std::span<const core::Offset>) override {
    const auto& entries = block.layout().entries();
    const auto id = *block.layout().find("transaction_id");
    for (std::uint32_t row = 0; row < block.rows(); ++row) {
      auto& one = seen[std::string(block.text(row, id))];
      for (std::uint32_t i = 0; i < entries.size(); ++i) {
        const core::Slot slot{i};
        if (entries[i].name.find(" by ") == std::string::npos) continue;
        auto& value = one[entries[i].name];
        if (!block.has(row, slot)) continue;
        value = entries[i].type == core::FieldType::text ? std::string(block.text(row, slot))
                                                         : std::to_string(block.int64(row, slot));
      }
      for (const auto& verdict : decisions.of(row)) {
        one["verdict of " + blueprint_.rules[verdict.rule].id] = std::to_string(verdict.answer);
      }
      one["decision"] = std::string(core::to_string(decisions.rows[row].outcome)) + " " +
                        std::to_string(decisions.rows[row].score);
    }
  }
  void take(core::Shard&, core::Shard::Departure, std::vector<core::Reject> rejects) override {
    EXPECT_TRUE(rejects.empty()) << rejects.front().words;
  }

  const core::Blueprint& blueprint_;
  const std::size_t batch_;
  PipelineParts parts_;
  std::optional<core::Pipeline> pipeline_;
  std::map<std::int32_t, Partition> partitions_;
};

std::map<std::string, Seen> judged(const std::vector<Payment>& payments, std::uint32_t workers,
                                   std::size_t batch, const std::vector<Payment>& at_last = {}) {
  Deployment deployment;
  StripeLocks locks;
  core::SharedHistory history(*deployment.assembly->decisions().blueprint->features, locks);
  std::vector<std::unique_ptr<Crewman>> crew;
  for (std::uint32_t i = 0; i < workers; ++i) {
    crew.push_back(std::make_unique<Crewman>(*deployment.assembly, i, workers, batch, &history));
  }
  for (const auto* part : {&payments, &at_last}) {
    std::vector<std::jthread> threads;
    threads.reserve(crew.size());
    for (auto& one : crew) {
      threads.emplace_back([&one = *one, part] { one.judge(*part); });
    }
  }
  std::map<std::string, Seen> all;
  for (auto& one : crew) all.merge(one->seen);
  return all;
}

std::vector<Payment> bank_of(std::uint64_t transactions) {
  BankSimulator bank(
      {.seed = 11, .transactions = transactions, .customers = 150, .fraud_rate = 0.1});
  std::vector<Payment> payments;
  SimulatedTransaction transaction{};
  while (bank.next(transaction)) {
    payments.push_back({std::string(transaction.json),
                        static_cast<std::int32_t>(transaction.user_id % kPartitions)});
  }
  return payments;
}

Payment payment(int number, std::int64_t time, std::uint64_t user, const std::string& merchant) {
  return {R"({"transaction_id": "own-)" + std::to_string(number) + R"(", "timestamp": )" +
              std::to_string(time) + R"(, "user_id": )" + std::to_string(user) + R"(, "amount": )" +
              std::to_string(10 + number % 90) +
              R"(, "transaction_type": "purchase", "location": "Berlin", "merchant": ")" +
              merchant + R"(", "card_number": "4111111111111111"})",
          static_cast<std::int32_t>(user % kPartitions)};
}

std::size_t hits(const std::map<std::string, Seen>& all, const std::string& rule) {
  return static_cast<std::size_t>(std::ranges::count_if(all, [&](const auto& one) {
    const auto found = one.second.find("verdict of " + rule);
    return found != one.second.end() && found->second == std::to_string(ASSAY_HIT);
  }));
}

TEST(SameDecisions, whatever_the_size_of_a_batch) {
  const auto payments = bank_of(8'000);
  const auto one_by_one = judged(payments, 1, 1);
  ASSERT_EQ(one_by_one.size(), payments.size());
  ASSERT_GT(hits(one_by_one, "own_history"), 100u);
  ASSERT_GT(hits(one_by_one, "shared_history"), 100u);
  ASSERT_LT(hits(one_by_one, "own_history"), payments.size() - 100);
  for (const std::size_t batch : {7, 64, 512}) {
    EXPECT_TRUE(judged(payments, 1, batch) == one_by_one) << "batches of " << batch;
  }
}

// Late ones, and several at one time, among them.
TEST(SameDecisions, of_five_hundred_rows_of_one_card_in_one_batch) {
  std::vector<Payment> payments;
  for (int i = 0; i < 512; ++i) {
    const auto time = 1'767'571'200 + i / 3 * 20 - (i % 17 == 0 ? 300 : 0);
    payments.push_back(payment(i, time, 7, "shop " + std::to_string(i % 5)));
  }
  const auto one_by_one = judged(payments, 1, 1);
  ASSERT_EQ(one_by_one.size(), 512u);
  EXPECT_TRUE(judged(payments, 1, 512) == one_by_one);
}

// What is keyed by merchant depends on how far the others have come; nothing else may differ.
TEST(SameDecisions, of_one_worker_and_of_three_on_the_keys_of_the_topic) {
  const auto payments = bank_of(8'000);
  const auto one = judged(payments, 1, 64);
  const auto three = judged(payments, 3, 64);
  ASSERT_EQ(one.size(), three.size());
  const auto may_differ = [](const std::string& name) {
    return name.find("by merchant") != std::string::npos || name == "decision" ||
           name == "verdict of shared_history";
  };
  for (const auto& [id, seen] : one) {
    for (const auto& [name, value] : seen) {
      if (may_differ(name)) continue;
      const auto& other = three.at(id);
      ASSERT_TRUE(other.contains(name)) << id << ": " << name;
      ASSERT_EQ(other.at(name), value) << id << ": " << name;
    }
  }
}

// Nothing that three workers count at the same time is lost: a payment behind all others finds all
// of them.
TEST(SameDecisions, shared_sums_are_exact_whoever_counted) {
  const auto payments = bank_of(8'000);
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> truth;  // visits, cents
  std::int64_t latest = 0;
  for (const auto& one : payments) {
    const auto json = nlohmann::json::parse(one.json);
    auto& [visits, cents] = truth[json["merchant"]];
    ++visits;
    cents += std::llround(json["amount"].get<double>() * 100);
    latest = std::max(latest, json["timestamp"].get<std::int64_t>());
  }
  std::vector<Payment> last;
  for (const auto& [merchant, sums] : truth) {
    const auto number = static_cast<int>(last.size());
    last.push_back(
        payment(number, latest, 1'000'000 + static_cast<std::uint64_t>(number), merchant));
  }
  const auto seen = judged(payments, 3, 64, last);
  int number = 0;
  for (const auto& [merchant, sums] : truth) {
    const auto& own = seen.at("own-" + std::to_string(number));
    EXPECT_EQ(own.at("count() by merchant over 60d"), std::to_string(sums.first + 1)) << merchant;
    EXPECT_EQ(own.at("sum(amount) by merchant over 60d"),
              std::to_string(sums.second * 100 + std::int64_t{10 + number % 90} * 10'000))
        << merchant;
    ++number;
  }
  EXPECT_GT(number, 20);
}

}  // namespace
}  // namespace assay::host
