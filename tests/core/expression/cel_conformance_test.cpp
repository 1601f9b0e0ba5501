// What CEL's own suite expects, of the cases that need only scalars and lists. The cases are read
// from the file that ASSAY_CEL_CASES names; what the subset leaves out stands in cel_outside.txt.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <set>

#include "tests/core/expression/cel_cases.hpp"

namespace assay::tests {
namespace {

constexpr double kMostOutside = 0.08;  // of the valid cases

std::string cases_file() {
  const char* const named = std::getenv("ASSAY_CEL_CASES");
  return named != nullptr ? named : ASSAY_ROOT "/../shared/data/cel-conformance.jsonl";
}

class CelConformance : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(cases_file())) {
      GTEST_SKIP() << cases_file() << " is not there; ASSAY_CEL_CASES names another file";
    }
    cases = read_cel_cases(cases_file());
    outside = read_cel_outside(ASSAY_ROOT "/tests/core/expression/cel_outside.txt");
  }

  std::vector<CelCase> cases;
  std::map<std::string, std::string> outside;
};

TEST_F(CelConformance, gives_what_the_suite_expects) {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t left_out = 0;
  for (const auto& one : cases) {
    if (const auto why = outside.find(one.id); why != outside.end()) {
      ++left_out;
      std::cout << "outside " << one.id << ": " << why->second << '\n';
      continue;
    }
    const auto failure = failure_of(one);
    ++(failure.empty() ? passed : failed);
    std::cout << (failure.empty() ? "passed " : "failed ") << one.id;
    if (!failure.empty()) std::cout << ": `" << one.expression << "` " << failure;
    std::cout << '\n';
  }
  std::cout << passed << " passed, " << failed << " failed, " << left_out << " outside, of "
            << cases.size() << " cases\n";
  EXPECT_FALSE(cases.empty());
  EXPECT_EQ(failed, 0u);
}

TEST_F(CelConformance, leaves_out_few_cases_and_none_that_must_fail) {
  std::size_t valid = 0;
  std::size_t left_out = 0;
  for (const auto& one : cases) {
    const bool is_outside = outside.contains(one.id);
    if (one.value) ++valid;
    if (one.value && is_outside) ++left_out;
    EXPECT_TRUE(one.value || !is_outside) << one.id << " is an error case";
  }
  EXPECT_LE(static_cast<double>(left_out), kMostOutside * static_cast<double>(valid));
}

// A case that works must not be said to be outside.
TEST_F(CelConformance, leaves_out_only_what_it_refuses) {
  for (const auto& one : cases) {
    if (!outside.contains(one.id)) continue;
    EXPECT_NE(failure_of(one), "") << one.id;
  }
}

}  // namespace
}  // namespace assay::tests
