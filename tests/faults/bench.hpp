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
  // With so many records, stored in so many transactions that there is time for a fault between two
  // of them.
  Deployment& deploy_in_small_transactions(const std::string& name, std::int64_t records);
  // A chain of one step into the database, through that port.
  static std::string store_only(const Deployment& deployment, const std::string& port,
                                const std::string& batch = {});
  // Until everything is stored and committed, however long that takes as long as it goes on.
  static bool finished(Engine& engine, Deployment& deployment, std::int64_t count);
  // Until more is stored than now.
  static bool goes_on(Engine& engine, const Deployment& deployment);
  // The same, and leaves so much to store that a fast machine is not through before the next fault
  // has come: more is produced where less is left.
  static bool is_under_load(Engine& engine, const Deployment& deployment);
  // How many records its topic has.
  static std::int64_t produced(const Deployment& deployment);
  static bool says(Engine& engine, const std::string& words);
  static void as_superuser(const std::string& statement);
  // Whatever was tried again is stored in the order of the topic. Only one transaction of a
  // partition is open at a time, so their numbers rise.
  static std::int64_t out_of_order(const Deployment& deployment);
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
