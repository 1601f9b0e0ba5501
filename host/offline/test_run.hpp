// What tests of a rule and tests of a whole configuration have in common: the way of a made-up
// transaction into the engine, and lists of their numbers.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/config/node.hpp"
#include "host/offline/offline_engine.hpp"
#include "host/offline/test_events.hpp"

namespace assay::host {

class TestRun {
 public:
  // Both must outlive it.
  TestRun(Assembly& assembly, OfflineEngine& engine) : assembly_(&assembly), engine_(&engine) {}

  // In the order of arrival. What is wrong is in `diagnostics`.
  [[nodiscard]] std::vector<TestEvent> read(const Node& events, Diagnostics& diagnostics) const;
  // Introduces the event's customer, then judges it; the answers are those of the engine. Numbers
  // count from 1.
  [[nodiscard]] tl::expected<std::optional<Judged>, std::string> judge(const TestEvent& event,
                                                                       std::size_t number);

 private:
  [[nodiscard]] std::string currency() const;
  void introduce(const TestEvent& event);

  Assembly* assembly_;
  OfflineEngine* engine_;
};

// The numbers in a list, each from 1 to `events`; another one is a diagnostic.
[[nodiscard]] std::vector<std::size_t> read_numbers(const Node& list, std::size_t events,
                                                    Diagnostics& diagnostics);

}  // namespace assay::host
