#include "tests/simulation/engine.hpp"

#include <utility>

#include "tests/support/dead_letter_fakes.hpp"

namespace assay::simulation {
namespace {

constexpr std::size_t kMemory = 16 << 10;  // bytes: little, so that workers pause
constexpr std::size_t kQueue = 4 << 10;    // bytes: little, so that optional steps are refused
constexpr std::chrono::milliseconds kGrace{3'000};
constexpr std::chrono::milliseconds kSession{1'000};

}  // namespace

Engine::Engine(const Surroundings& around, Fibers::Process number)
    : around_(&around), number_(number), letters_(*around.chance, *around.fibers, *around.ledger) {
  const auto& blueprint = *around.blueprint;
  auto& fibers = *around.fibers;
  const auto rows = 1 + static_cast<std::uint32_t>(around.chance->below(8));
  core::Pipeline::Parts pipeline{
      std::make_unique<core::RowBlock>(blueprint.layout,
                                       core::RowBlock::Capacity{rows, 1 << 12, 1 << 10}),
      core::Decoder(*around.schema, blueprint.layout, {}),
      core::RuleSet({}, {}),
      {}};
  host::Worker::Parts parts{.blueprint = &blueprint,
                            .pipeline = std::move(pipeline),
                            .consumer = std::make_unique<BrokerSource>(
                                *around.broker, number, *around.chance, *around.fibers),
                            .reopen = {},
                            .sinks = {},
                            .dead_letters = &letters_,
                            .payload_key = nullptr,
                            .holders_unknown = {},
                            .partition_rules = {},
                            .state = nullptr,
                            .number = 0,
                            .stream = {blueprint.group, blueprint.topic, "cluster", {}},
                            .options = {.memory = kMemory, .grace = kGrace, .session = kSession},
                            .clock = around.clock};
  for (const auto& step : blueprint.steps) parts.stream.steps.push_back(step.id);
  for (std::size_t i = 0; i < around.sinks.size(); ++i) {
    connections_.push_back(around.sinks[i]());
    const bool keeps_cursors = blueprint.steps[i].transactional;
    host::SinkConfig config;
    config.batch_rows = 1 + static_cast<std::int64_t>(around.chance->below(12));
    plugins_.push_back(std::make_unique<tests::FakePlugin>(
        *connections_.back(), keeps_cursors ? tests::Cursors::kept : tests::Cursors::none,
        std::move(config)));
    std::vector<std::unique_ptr<host::SinkThread>> threads;
    threads.push_back(std::make_unique<host::SinkThread>(
        **plugins_.back(), letters_, kQueue, tests::kGuard, host::OutboxWriter{}, *around.clock,
        host::SinkThread::Start::by_hand));
    fibers.start(number,
                 [this, &thread = *threads.back()] { thread.run(stop_sinks_.get_token()); });
    routes_.push_back(std::make_unique<host::SinkRoute>(std::move(threads)));
    parts.sinks.push_back(routes_.back().get());
  }
  worker_ = std::make_unique<host::Worker>(std::move(parts));
  fibers.start(number, [this] { letters_.run(stop_sinks_.get_token()); });
  fibers.start(number, [this] {
    (void)worker_->run(stop_.get_token(), hurry_);
    stop_sinks_.request_stop();
  });
  around.broker->join(number);
}

Engine::~Engine() { around_->fibers->kill(number_); }

void Engine::ask_to_stop() {
  if (!stop_.request_stop()) hurry_ = true;
}

}  // namespace assay::simulation
