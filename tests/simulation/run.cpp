#include "tests/simulation/run.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/database.hpp"
#include "tests/simulation/engine.hpp"
#include "tests/simulation/plain_sink.hpp"

namespace assay::simulation {
namespace {

constexpr std::size_t kEngines = 2;
constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000'000;  // nanoseconds
constexpr std::chrono::milliseconds kFallBackAfter{500};
constexpr std::uint64_t kCalmTurns = 200'000;  // it comes to rest long before

enum class Keeps { cursors, nothing };

class World final {
 public:
  World(std::uint64_t seed, bool told) : chance_(seed, told) {
    add_fields();
    add_steps();
    around_ = {&chance_, &fibers_, &clock_, &broker_, &ledger_, &*schema_, &blueprint_, {}};
    for (auto& step : blueprint_.steps) {
      if (!step.transactional) {
        around_.sinks.push_back([this]() -> std::unique_ptr<tests::FakeSink> {
          return std::make_unique<PlainSink>(chance_, fibers_, ledger_);
        });
        continue;
      }
      databases_.push_back(std::make_unique<Database>(chance_, fibers_, ledger_, blueprint_.steps));
      around_.sinks.push_back(
          [database = databases_.back().get()]() -> std::unique_ptr<tests::FakeSink> {
            return std::make_unique<DatabaseSink>(*database);
          });
    }
  }

  Outcome play() {
    for (auto turns = 300 + chance_.below(1'500); turns > 0; --turns) {
      disturb();
      turn();
    }
    chance_.calm();
    broker_.grow_to_end();
    std::uint64_t turns = 0;
    for (; !finished() && turns < kCalmTurns; ++turns) {
      notice();
      if (engines_.empty()) start();
      turn();
    }
    EXPECT_LT(turns, kCalmTurns) << "it never comes to rest:" << state();
    if (turns < kCalmTurns) ledger_.expect_complete();
    engines_.clear();
    outcome_.trace = chance_.trace();
    return outcome_;
  }

 private:
  // For a person who asks why it does not come to rest.
  [[nodiscard]] std::string state() const {
    std::string words;
    for (const auto& step : blueprint_.steps) words += ' ' + step.id;
    for (const auto& [partition, next] : broker_.committed()) {
      words += ", partition " + std::to_string(partition.value) + " committed to " +
               std::to_string(next.value);
    }
    for (const auto& engine : engines_) {
      const auto shot = engine->snapshot();
      words += ", engine " + std::to_string(engine->number()) + " with " +
               std::to_string(shot.partitions) + " partitions and " +
               std::to_string(shot.in_flight) + " records in flight";
    }
    return words;
  }

  void add_fields() {
    using core::FieldKind;
    using core::FieldRole;
    schema_ = core::Schema::make({{"id", FieldKind::text, "", false, FieldRole::id},
                                  {"time", FieldKind::time, "", true, FieldRole::time},
                                  {"amount", FieldKind::decimal, "", true, FieldRole::amount}})
                  .value();
    schema_->add_to(blueprint_.layout);
    blueprint_.topic = "payments";
    blueprint_.group = "detectors";
    blueprint_.dedupe_horizon = kDay;
    blueprint_.slots.record_offset = blueprint_.layout.add("record_offset", core::FieldType::int64);
  }

  void add_step(const std::string& id, Keeps keeps, bool required = true,
                std::vector<std::size_t> after = {}) {
    core::Step step;
    step.id = id;
    step.sink = blueprint_.steps.size();
    step.required = required;
    step.transactional = keeps == Keeps::cursors;
    step.after = std::move(after);
    step.columns = {blueprint_.layout.find("record_offset"), blueprint_.layout.find("amount"),
                    std::nullopt};  // nobody has bound the record's time
    blueprint_.steps.push_back(std::move(step));
  }

  // Makes the last step the fallback of the one before it.
  void fall_back() {
    const auto last = blueprint_.steps.size() - 1;
    blueprint_.steps[last].fallback_of = last - 1;
    blueprint_.steps[last].after = {last - 1};
    blueprint_.steps[last - 1].fallback = {last, kFallBackAfter};
  }

  // The chains that people have.
  void add_steps() {
    switch (chance_.below(8)) {
      case 0:
        return add_step("main.store", Keeps::cursors);
      case 1:
        return add_step("main.tell", Keeps::nothing);
      case 2:
        add_step("main.store", Keeps::cursors);
        return add_step("main.audit", Keeps::cursors);
      case 3:
        add_step("main.store", Keeps::cursors);
        return add_step("main.mail", Keeps::nothing, true, {0});
      case 4:
        add_step("main.store", Keeps::cursors);
        add_step("main.audit", Keeps::cursors, true, {0});
        return add_step("main.gossip", Keeps::nothing, false);
      case 5:
        add_step("main.mail", Keeps::nothing);
        add_step("main.file", Keeps::nothing);
        return fall_back();
      case 6:
        add_step("main.store", Keeps::cursors);
        add_step("main.mail", Keeps::nothing, true, {0});
        add_step("main.file", Keeps::nothing);
        return fall_back();
      default:
        add_step("main.mail", Keeps::nothing);
        add_step("main.store", Keeps::cursors, true, {0});
        return add_step("main.gossip", Keeps::nothing, false, {0});
    }
  }

  void turn() {
    fibers_.turn();
    ++outcome_.turns;
    std::erase_if(engines_, [](const auto& engine) { return !engine->running(); });
  }

  void start() { engines_.push_back(std::make_unique<Engine>(around_, ++processes_)); }

  void notice() {
    if (chance_.below(20) != 0) return;
    for (const auto& database : databases_) database->notice();
  }

  void disturb() {
    if (chance_.below(6) == 0) broker_.grow();
    notice();
    if (engines_.size() < kEngines && chance_.below(30) == 0) start();
    if (chance_.below(100) == 0 && !databases_.empty()) {
      ++outcome_.outages;
      databases_[chance_.below(databases_.size())]->go_away(
          std::chrono::milliseconds(chance_.below(5'000)));
    }
    restore_something();
    if (chance_.below(80) == 0) broker_.rebalance();
    if (engines_.empty()) return;
    const auto at = chance_.below(engines_.size());
    switch (chance_.below(250)) {
      case 0:
      case 1:
        return kill(at);
      case 2:
        ++outcome_.stops;
        return engines_[at]->ask_to_stop();
      case 3:
      case 4:
        ++outcome_.expelled;
        return broker_.expel(engines_[at]->number());
      default:
        return;
    }
  }

  // To a copy of some time before.
  void restore_something() {
    if (databases_.empty()) return;
    auto& database = *databases_[chance_.below(databases_.size())];
    if (chance_.below(150) == 0) database.back_up();
    if (chance_.below(300) == 0 && database.restore()) ++outcome_.restores;
  }

  void kill(std::size_t at) {
    const auto number = engines_[at]->number();
    chance_.note("kill", {number});
    ++outcome_.kills;
    engines_.erase(engines_.begin() + static_cast<std::ptrdiff_t>(at));
    broker_.leave(number);
  }

  [[nodiscard]] bool finished() const {
    if (!broker_.finished()) return false;
    std::size_t database = 0;
    for (const auto& step : blueprint_.steps) {
      if (step.transactional && !databases_[database++]->finished(step.id)) return false;
    }
    return true;
  }

  Chance chance_;
  Fibers fibers_{chance_};
  VirtualClock clock_{fibers_};
  std::optional<core::Schema> schema_;
  core::Blueprint blueprint_;
  Ledger ledger_{blueprint_.steps};
  Broker broker_{chance_, fibers_, ledger_};
  std::vector<std::unique_ptr<Database>> databases_;
  Surroundings around_{};
  std::vector<std::unique_ptr<Engine>> engines_;
  Fibers::Process processes_ = 0;
  Outcome outcome_;
};

}  // namespace

Outcome run(std::uint64_t seed, bool told) { return World(seed, told).play(); }

}  // namespace assay::simulation
