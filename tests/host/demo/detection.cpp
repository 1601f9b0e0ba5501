#include "tests/host/demo/detection.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string>

#include "host/application/assembly.hpp"
#include "host/config/reader.hpp"
#include "host/enrich/holder_batch.hpp"
#include "host/offline/offline_engine.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

class Deployment {
 public:
  Deployment() {
    const auto overlay = (folder_ / "here.yaml").string();
    std::ofstream(overlay) << "plugins: { path: [" ASSAY_RULES_FOLDER ", " ASSAY_SINKS_FOLDER
                              "] }\n";
    const std::vector<std::string> files{ASSAY_DEMO_CONFIGURATION, overlay};
    host::Diagnostics diagnostics;
    if (auto config = host::read_config(files, diagnostics)) {
      config_ = std::move(*config);
      assembly_ = host::Assembly::build(config_, host::Assembly::CardKey::or_made_up, diagnostics);
    }
    if (assembly_) engine_ = host::OfflineEngine::make(*assembly_, diagnostics);
    if (engine_) return;
    std::string why;
    for (const auto& one : diagnostics.all()) why += one.message + "\n";
    throw std::runtime_error(why);
  }

  host::Assembly& assembly() { return *assembly_; }
  host::OfflineEngine& engine() { return *engine_; }

  void introduce(host::BankSimulator& bank, std::int64_t time) {
    host::HolderBatch batch(*engine_->holders(), host::decode_options(*assembly_, nullptr));
    for (std::uint32_t i = 0; i < bank.customers(); ++i) {
      const auto error = batch.upsert({bank.holder(i), {}, {0}, {0}, time});
      if (error != core::DecodeError::ok) throw std::runtime_error("a holder cannot be read");
    }
    batch.flush();
  }

 private:
  TemporaryFolder folder_;
  host::Config config_;
  std::unique_ptr<host::Assembly> assembly_;
  std::unique_ptr<host::OfflineEngine> engine_;
};

std::string reasons(const host::Judged& judged) {
  auto all = nlohmann::json::array();
  for (const auto& verdict : judged.verdicts) {
    if (verdict.answer != ASSAY_HIT || verdict.shadow) continue;
    all.push_back({{"answer", "hit"}, {"rule", verdict.rule}, {"words", verdict.words}});
  }
  return all.dump();
}

}  // namespace

host::DemoFacts detect(const host::BankOptions& options) {
  Deployment deployment;
  host::BankSimulator bank(options);
  deployment.introduce(bank, options.start * 1'000'000'000);

  host::DemoFacts facts;
  for (const auto& rule : deployment.assembly().rules()) facts.rules.push_back({rule.config->id});
  std::vector<std::string> labels;
  host::SimulatedTransaction transaction{};
  while (bank.next(transaction)) {
    const auto judged = deployment.engine().judge(transaction.json);
    if (!judged || !*judged) throw std::runtime_error("a transaction is none");
    ++facts.stored.transactions;
    if (!transaction.label.empty()) labels.emplace_back(transaction.label);
    if ((*judged)->outcome == core::Outcome::approve) continue;
    host::FlaggedRow row;
    row.id = transaction.id;
    row.reasons = reasons(**judged);
    facts.stored.flagged.push_back(std::move(row));
  }
  if (!host::judge_by_labels(labels, facts)) throw std::runtime_error("a label cannot be read");
  return facts;
}

}  // namespace assay::testing
