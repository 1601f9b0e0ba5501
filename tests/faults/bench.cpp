#include "tests/faults/bench.hpp"

#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "tests/integration/oracle.hpp"
#include "tests/integration/topic.hpp"
#include "tests/plugins/sinks/sql/postgres_store.hpp"

namespace assay::testing::faults {
namespace {

std::string row_of(const Line& line) {
  std::ostringstream row;
  row << "| " << line.number << " | " << line.what << " | " << line.faults << " | " << line.records
      << " | " << line.lost << " | " << line.twice << " | " << line.dead_letters << " | "
      << line.remark << " |\n";
  return row.str();
}

// Says the seed before the first case and the table behind the last one.
class Report final : public ::testing::Environment {
 public:
  void SetUp() override { std::cout << "fault bench, seed " << seed() << "\n"; }
  void TearDown() override {
    if (lines.empty()) return;
    std::cout << "\nseed " << seed() << (full() ? ", full" : "")
              << "\n| Test | What | Faults | Records | Lost | Twice | Dead letters | |\n"
                 "|---|---|---|---|---|---|---|---|\n";
    for (const auto& line : lines) std::cout << row_of(line);
  }
  std::vector<Line> lines;
};

Report* const report = [] {
  auto* made = new Report;
  ::testing::AddGlobalTestEnvironment(made);  // which owns it
  return made;
}();

}  // namespace

std::uint64_t seed() {
  static const std::uint64_t chosen = [] {
    const auto* text = std::getenv("ASSAY_FAULTS_SEED");
    return text && *text ? std::stoull(text) : std::random_device{}();
  }();
  return chosen;
}

bool full() {
  const auto* text = std::getenv("ASSAY_FAULTS_FULL");
  return text && std::string(text) == "1";
}

// Each case makes the same choices, whichever other cases run.
FaultBench::FaultBench()
    : random_(seed() ^ std::hash<std::string>{}(
                           ::testing::UnitTest::GetInstance()->current_test_info()->name())) {}

void FaultBench::TearDown() {
  if (HasFailure() && deployment_) std::cerr << deployment_->words();
  if (HasFailure()) std::cerr << "again: ASSAY_FAULTS_SEED=" << seed() << "\n";
}

Deployment& FaultBench::deploy_in_small_transactions(const std::string& name,
                                                     std::int64_t records) {
  auto& deployment = deploy(name);
  deployment.produce(static_cast<std::uint64_t>(records), seed());
  deployment.configure("memory: 8MiB\n" +
                       store_only(deployment, postgres().port(), "    batch: { rows: 50 }\n"));
  return deployment;
}

std::string FaultBench::store_only(const Deployment& deployment, const std::string& port,
                                   const std::string& batch) {
  return deployment.whole(Deployment::postgres_sink_at(port, batch),
                          "  main:\n    store: { sink: db, required: true }\n");
}

bool FaultBench::finished(Engine& engine, Deployment& deployment, std::int64_t count) {
  for (std::int64_t before = -1; engine.running();) {
    if (engine.until([&] { return deployment.committed() == count; })) return true;
    const auto now = deployment.committed();
    if (now <= before) return false;
    before = now;
  }
  return false;
}

bool FaultBench::goes_on(Engine& engine, const Deployment& deployment) {
  const auto before = deployment.stored();
  return engine.until([&] { return deployment.stored() > before; });
}

bool FaultBench::is_under_load(Engine& engine, const Deployment& deployment) {
  constexpr std::int64_t kAhead = 20'000;
  if (!goes_on(engine, deployment)) return false;
  const auto records = produced(deployment);
  if (records - deployment.stored() < kAhead) deployment.produce_more(records, kAhead);
  return true;
}

std::int64_t FaultBench::produced(const Deployment& deployment) {
  return length_of_topic(kafka().address(), deployment.topic());
}

bool FaultBench::says(Engine& engine, const std::string& words) {
  return engine.until([&] { return engine.words().find(words) != std::string::npos; });
}

void FaultBench::as_superuser(const std::string& statement) {
  sinks::run_postgres(postgres().superuser(), statement);
}

std::int64_t FaultBench::out_of_order(const Deployment& deployment) {
  return ask_number(
      "SELECT count(*) FROM (SELECT xmin::text::bigint AS now, lag(xmin::text::bigint) OVER "
      "(PARTITION BY partition ORDER BY record_offset) AS before FROM transactions WHERE topic = "
      "'" +
      deployment.topic() + "') AS stored WHERE now < before");
}

void FaultBench::judge(Line line) {
  const auto& deployment = *deployment_;
  const auto where = " FROM transactions WHERE topic = '" + deployment.topic() + "'";
  const auto rows = ask_number("SELECT count(*)" + where);
  const auto different =
      ask_number("SELECT count(DISTINCT (partition, record_offset, transaction_id))" + where);
  line.records = produced(deployment);
  line.lost = line.records - different;
  line.twice = rows - different;
  line.dead_letters = length_of_topic(kafka().address(), deployment.dead_letter_topic());
  EXPECT_EQ(line.lost, 0);
  EXPECT_EQ(line.twice, 0);
  EXPECT_EQ(line.dead_letters, 0) << "an outage is no fault of a record";
  expect_stored_once(deployment, expected_of(deployment));
  conclude(std::move(line));
}

void FaultBench::conclude(Line line) {
  // The driver takes it when the case has ended, so that an interrupted run has lost nothing.
  if (const auto* file = std::getenv("ASSAY_FAULTS_TABLE")) {
    std::ofstream(file, std::ios::app) << row_of(line);
  }
  report->lines.push_back(std::move(line));
  ask("TRUNCATE transactions, fraud_transactions, shadow_hits, account_holders, assay_cursors");
}

}  // namespace assay::testing::faults
