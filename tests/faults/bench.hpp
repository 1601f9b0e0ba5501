// What the cases of the fault bench share: the seed of the run, how much of everything there is,
// the judgement over what became of a topic, and the table that is printed at the end.
//
// ASSAY_FAULTS_SEED repeats a run's choices, ASSAY_FAULTS_FULL=1 takes the long run's numbers.
//
// Thread: one.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"

namespace assay::testing::faults {

[[nodiscard]] std::uint64_t seed();
[[nodiscard]] bool full();
// The ordinary run's number, or the long one's.
template <class Number>
Number either(Number ordinary, Number in_full) {
  return full() ? in_full : ordinary;
}

// One line of the table.
struct Line {
  int number;  // in the list of reliability tests
  std::string what;
  std::string faults;  // how many of which
  std::int64_t records = 0;
  std::int64_t lost = 0;
  std::int64_t twice = 0;
  std::int64_t dead_letters = 0;
  std::string remark{};
};

class FaultBench : public ::testing::Test {
 protected:
  FaultBench();
  void TearDown() override;

  Deployment& deploy(const std::string& name) { return deployment_.emplace(name); }
  // A chain of one step into the database, through that port.
  static std::string store_only(const Deployment& deployment, const std::string& port,
                                const std::string& batch = {});
  // Until everything is stored and committed.
  static bool finished(Engine& engine, Deployment& deployment, std::int64_t count);
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  // Compares what is in the tables with what is in the topic, and expects nothing lost, nothing
  // twice and no dead letter; the line goes into the table, the rows go away.
  void judge(Line line);
  // The same end for a case that has judged by itself.
  static void conclude(Line line);

  std::optional<Deployment> deployment_;

 private:
  std::mt19937_64 random_;
};

}  // namespace assay::testing::faults
