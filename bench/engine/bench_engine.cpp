// From the bytes of a message to its decision, without anything around it: decode, duplicates,
// holders, local hour, the four shipped rules from their libraries, policy. Four partitions,
// batches of 512. Beside it the same with a step that copies all fields for a store.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/support/clocks.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/messages.hpp"
#include "bench/support/topic.hpp"
#include "core/pipeline/pipeline.hpp"
#include "host/diagnostics/render.hpp"
#include "host/enrich/holder_file.hpp"
#include "host/enrich/holders.hpp"
#include "host/enrich/local_hour.hpp"
#include "host/enrich/time_zones.hpp"
#include "tests/support/allocation_count.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;
namespace core = assay::core;
namespace host = assay::host;

constexpr std::uint32_t kBatch = 512;
// Between these the table of ids holds still: it has doubled just before and will just after.
constexpr std::uint64_t kCountFrom = 50'176;
constexpr std::uint64_t kMessages = 98'304;

// Takes what comes out and lets it go, as a queue would that another thread empties.
class Drain final : public core::Outlet {
 public:
  void take(core::Shard&, core::Shard::Departure departure, std::vector<core::Reject>) override {
    delivered += departure.counts.delivered;
  }
  std::uint64_t delivered = 0;
};

// One worker's pipeline, put together as the application does it.
class Engine {
 public:
  Engine(const std::filesystem::path& folder, const std::string& sinks)
      : deployment_(bench::write_configuration({.folder = folder, .sinks = sinks})),
        tokenizer_(*deployment_.assembly().card_key()) {
    auto& assembly = deployment_.assembly();
    auto& stream = assembly.decisions();
    blueprint_ = stream.blueprint.get();
    core::DecodeOptions options;
    options.default_currency = assembly.config().default_currency;
    options.tokenizer = &tokenizer_;
    join_holders(folder, options);

    auto block = std::make_unique<core::RowBlock>(
        blueprint_->layout, core::RowBlock::Capacity{kBatch, 1u << 20, 1u << 16});
    std::vector<core::RuleSet::Member> members;
    for (const auto& rule : assembly.rules()) {
      const auto& instance = *rule.first;
      members.push_back({instance.api, instance.rule,
                         block->add_header(instance.columns.data(),
                                           static_cast<std::uint32_t>(instance.columns.size())),
                         nullptr});
    }
    hour_ = std::make_unique<host::LocalHour>(*block, "timestamp", host::find_zone("UTC").value());
    pipeline_ = std::make_unique<core::Pipeline>(
        *blueprint_,
        core::Pipeline::Parts{std::move(block),
                              core::Decoder(stream.schema, blueprint_->layout, options),
                              core::RuleSet(std::move(members), blueprint_->rules),
                              {join_.get(), hour_.get()}});
  }

  struct Cost {
    double nanoseconds;  // of CPU, per transaction
    double allocations;  // per transaction
  };
  Cost run(const std::vector<std::string>& messages) {
    std::vector<std::unique_ptr<core::Shard>> shards;
    for (int i = 0; i < bench::kPartitions; ++i) {
      core::Shard::Start start{
          {i}, {1}, {0}, std::vector<core::Offset>(blueprint_->steps.size()), 0};
      start.dedupe_horizon = blueprint_->dedupe_horizon;
      shards.push_back(std::make_unique<core::Shard>(blueprint_->steps, std::move(start)));
    }
    Drain drain;
    std::uint64_t before = 0;
    const auto cost = bench::cost_of(static_cast<double>(messages.size()), [&] {
      for (std::uint64_t i = 0; i < messages.size(); ++i) {
        if (i == kCountFrom) before = assay::tests::allocations();
        auto& shard = *shards[i % shards.size()];
        pipeline_->add({messages[i], {}, shard.partition(), {static_cast<std::int64_t>(i)}, 0},
                       shard);
        if (pipeline_->full()) pipeline_->run(0, drain);
      }
    });
    const auto taken = assay::tests::allocations() - before;
    if (drain.delivered != messages.size()) {
      std::fputs("not every message was decided\n", stderr);
      std::exit(1);
    }
    const auto counted = static_cast<double>(messages.size()) - double{kCountFrom};
    return {cost, counted > 0 ? static_cast<double>(taken) / counted : 0.0};
  }
  const core::PipelineCounters& counters() const { return pipeline_->counters(); }

 private:
  void join_holders(const std::filesystem::path& folder, const core::DecodeOptions& options) {
    auto holders = host::Holders::make(deployment_.assembly().holders()->schema, "user_id",
                                       blueprint_->layout, "user_id");
    host::Diagnostics diagnostics;
    if (holders) {
      holders_ = std::move(*holders);
      host::load_holder_file(folder / "holders.jsonl", options, *holders_, diagnostics);
    }
    if (!holders_ || diagnostics.has_errors()) {
      std::fputs(render(diagnostics, host::DiagnosticFormat::human).c_str(), stderr);
      std::exit(1);
    }
    auto targets = holders_->targets_in(blueprint_->layout);
    if (!targets) {
      std::fprintf(stderr, "the schema has no `%s`\n", targets.error().c_str());
      std::exit(1);
    }
    join_ = std::make_unique<host::HolderJoin>(*holders_, std::move(*targets));
  }

  bench::Deployment deployment_;
  core::CardTokenizer tokenizer_;
  const core::Blueprint* blueprint_ = nullptr;
  std::unique_ptr<host::Holders> holders_;
  std::unique_ptr<host::HolderJoin> join_;
  std::unique_ptr<host::LocalHour> hour_;
  std::unique_ptr<core::Pipeline> pipeline_;
};

const std::string kNoStep;
const std::string kStoreStep =
    "sinks: { store: { use: bench_sink, config: { all_fields: true } } }\n"
    "chains: { main: { store: { sink: store, required: true } } }\n";

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("engine", argc, argv);
  const assay::testing::TemporaryFolder folder;
  std::vector<std::string> messages;
  const auto count = figures.quick() ? kMessages / 8 / kBatch * kBatch : kMessages;
  for (std::uint64_t i = 0; i < count; ++i) {
    messages.push_back(bench::message(i, bench::Kind::flagged));
  }
  Engine judging(folder.path(), kNoStep);
  Engine storing(folder.path(), kStoreStep);
  std::vector<double> allocations;
  std::vector<double> store_allocations;
  auto pairs = bench::in_turn(
      figures.rounds(25),
      [&] {
        const auto cost = judging.run(messages);
        allocations.push_back(cost.allocations);
        return cost.nanoseconds;
      },
      [&] {
        const auto cost = storing.run(messages);
        store_allocations.push_back(cost.allocations);
        return cost.nanoseconds;
      });
  // The first round is the one in which buffers grow.
  allocations.erase(allocations.begin());
  store_allocations.erase(store_allocations.begin());
  figures.add({"decode_to_decision", "ns", pairs.baseline, {}, bench::at_most(800)});
  figures.add({"with_a_store_step", "ns", pairs.samples, pairs.baseline});
  figures.add({"allocations", "1/tx", std::move(allocations), {}, bench::at_most(0)});
  figures.add({"allocations_with_a_step", "1/tx", std::move(store_allocations)});
  const auto& counters = judging.counters();
  const auto decided = static_cast<double>(counters.received);
  figures.add({"flagged",
               "share",
               {static_cast<double>(counters.decisions[1] + counters.decisions[2]) / decided}});
  return figures.print();
}
