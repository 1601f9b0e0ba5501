// The shipped rules give the same verdicts in the engine's process and in processes of their own,
// whatever the size of the batches: 100,000 transactions of a simulated bank go through both.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/application/pipeline_parts.hpp"
#include "host/config/reader.hpp"
#include "host/diagnostics/render.hpp"
#include "host/enrich/holder_batch.hpp"
#include "host/produce/bank_simulator.hpp"
#include "host/runtime/stripe_locks.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

constexpr BankOptions kBank{.seed = 11, .transactions = 100'000, .fraud_rate = 0.05};
constexpr std::array<std::size_t, 4> kBatches{1, 7, 64, 512};

struct Verdict {
  std::uint16_t answer;
  std::uint16_t reason;
  std::int32_t score;
  core::EvidenceValues evidence;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// A worker with the shipped rules, and what they have said of the last batch.
class Crewman final : public core::Outlet, public core::Witness {
 public:
  explicit Crewman(const std::string& isolation) {
    folder_.write("card.key", "2b7e151628aed2a6abf7158809cf4f3c\n");
    const std::vector<std::string> files{
        ASSAY_DEMO_CONFIGURATION,
        folder_.write("here.yaml",
                      "card: { key_file: card.key }\nplugins: { path: [\"" ASSAY_RULES_FOLDER
                      "\", \"" ASSAY_SINKS_FOLDER "\"], isolation: " +
                          isolation + ", process: { deadline: 60s, start: 60s } }\n")};
    Diagnostics diagnostics;
    auto config = read_config(files, diagnostics);
    if (config) {
      config_ = std::move(*config);
      assembly_ = Assembly::build(config_, Assembly::CardKey::required, diagnostics);
    }
    if (assembly_) holders_ = make_holders(*assembly_, diagnostics);
    if (!holders_) throw std::runtime_error(render(diagnostics, DiagnosticFormat::brief));
    auto& blueprint = *assembly_->decisions().blueprint;
    history_.emplace(*blueprint.features, locks_);
    auto parts = make_pipeline_parts(
        *assembly_, assembly_->decisions(),
        {.holders = holders_.get(), .history = &*history_, .any_time = true}, diagnostics);
    if (!parts) throw std::runtime_error(render(diagnostics, DiagnosticFormat::brief));
    parts_ = std::move(*parts);
    parts_.parts->witness = this;
    pipeline_.emplace(blueprint, std::move(*parts_.parts));
    core::Shard::Start start;
    start.partition = {0};
    start.epoch = {1};
    start.resume = {0};
    start.cursors.assign(blueprint.steps.size(), core::Offset{0});
    start.dedupe_horizon = blueprint.dedupe_horizon;
    start.features = blueprint.features.get();
    shard_.emplace(blueprint.steps, std::move(start));
  }

  void introduce(BankSimulator& bank) {
    HolderBatch batch(*holders_, decode_options(*assembly_, nullptr));
    for (std::uint32_t i = 0; i < bank.customers(); ++i) {
      if (batch.upsert({bank.holder(i), {}, {0}, {0}, kBank.start * 1'000'000'000}) !=
          core::DecodeError::ok) {
        throw std::runtime_error("a holder cannot be read");
      }
    }
    batch.flush();
  }

  // By row, then by rule.
  const std::vector<Verdict>& judge(const std::vector<std::string>& payments) {
    seen_.clear();
    for (const auto& payment : payments) {
      if (!pipeline_->add({payment, {}, {0}, next_, 0}, *shard_)) {
        pipeline_->run(0, *this);
        if (!pipeline_->add({payment, {}, {0}, next_, 0}, *shard_)) {
          throw std::runtime_error("a transaction fits into no batch");
        }
      }
      next_ = next_.next();
    }
    pipeline_->run(0, *this);
    return seen_;
  }

  std::size_t processes() const {
    std::size_t count = 0;
    for (const auto& rule : assembly_->rules()) {
      if (rule.plugin) count += rule.plugin->processes().size();
    }
    return count;
  }
  const core::PipelineCounters& counters() const { return pipeline_->counters(); }

  void see(const core::RowBlock& block, const core::VerdictTable& verdicts, const core::Decisions&,
           std::span<const core::Offset>) override {
    for (std::uint32_t row = 0; row < block.rows(); ++row) {
      for (std::size_t rule = 0; rule < verdicts.rules(); ++rule) {
        const auto& one = verdicts.at(rule, row);
        seen_.push_back({one.answer, one.reason, one.score, verdicts.evidence(rule, row)});
      }
    }
  }
  void take(core::Shard&, core::Shard::Departure, std::vector<core::Reject>) override {}

 private:
  testing::TemporaryFolder folder_;
  Config config_;
  std::unique_ptr<Assembly> assembly_;
  std::unique_ptr<Holders> holders_;
  StripeLocks locks_;
  std::optional<core::SharedHistory> history_;
  std::optional<core::Shard> shard_;
  PipelineParts parts_;
  std::optional<core::Pipeline> pipeline_;
  core::Offset next_{0};
  std::vector<Verdict> seen_;
};

TEST(SameVerdicts, come_from_rules_in_the_process_and_in_their_own) {
  Crewman in_process("in_process");
  Crewman isolated("process");
  ASSERT_EQ(in_process.processes(), 0U);
  ASSERT_GE(isolated.processes(), 10U);
  BankSimulator bank(kBank);
  in_process.introduce(bank);
  isolated.introduce(bank);

  SimulatedTransaction transaction{};
  std::size_t judged = 0;
  for (std::size_t number = 0;; ++number) {
    std::vector<std::string> payments;
    while (payments.size() < kBatches[number % kBatches.size()] && bank.next(transaction)) {
      payments.emplace_back(transaction.json);
    }
    if (payments.empty()) break;
    judged += payments.size();
    ASSERT_EQ(in_process.judge(payments), isolated.judge(payments)) << "batch " << number;
  }
  EXPECT_EQ(judged, kBank.transactions);

  std::uint64_t hits = 0;
  std::uint64_t errors = 0;
  for (const auto& rule : isolated.counters().rules) {
    hits += rule.hits;
    errors += rule.errors;
  }
  EXPECT_GT(hits, 1000U) << "or nothing was compared";
  EXPECT_EQ(errors, 0U);
}

}  // namespace
}  // namespace assay::host
