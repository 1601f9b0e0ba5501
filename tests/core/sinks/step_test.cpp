#include "core/sinks/step.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace assay::core {
namespace {

std::string passing(std::string_view condition) {
  const auto set = parse_condition(condition);
  if (!set) return "fault: " + set.error().message;
  std::string names;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    if (!set->test(i)) continue;
    names += (names.empty() ? "" : " ") + std::string(to_string(static_cast<Outcome>(i)));
  }
  return names;
}

TEST(StepCondition, all_forms_compile_to_the_outcomes_that_pass) {
  EXPECT_EQ(passing("true"), "approve review decline");
  EXPECT_EQ(passing(R"(decision == "decline")"), "decline");
  EXPECT_EQ(passing(R"(decision != "approve")"), "review decline");
  EXPECT_EQ(passing(R"(decision in ["review", "decline"])"), "review decline");
  EXPECT_EQ(passing(R"(decision in ["approve"])"), "approve");
  EXPECT_EQ(passing("decision == 'review'"), "review");
}

TEST(StepCondition, white_space_and_repetition_change_nothing) {
  EXPECT_EQ(passing("  true\n"), "approve review decline");
  EXPECT_EQ(passing(R"(decision=="decline")"), "decline");
  EXPECT_EQ(passing("\tdecision\n in[ 'review' ,\"review\" ] "), "review");
}

struct Faulty {
  std::string_view text;
  std::uint32_t at;
  std::string_view message;
};

class StepConditionFault : public ::testing::TestWithParam<Faulty> {};

TEST_P(StepConditionFault, is_told_with_its_place) {
  const auto set = parse_condition(GetParam().text);
  ASSERT_FALSE(set) << GetParam().text;
  EXPECT_EQ(set.error().at, GetParam().at) << GetParam().text;
  EXPECT_NE(set.error().message.find(GetParam().message), std::string::npos) << set.error().message;
}

INSTANTIATE_TEST_SUITE_P(all, StepConditionFault,
                         ::testing::Values(Faulty{"", 0, "`decision` or `true`"},
                                           Faulty{"   ", 3, "`decision`"},
                                           Faulty{"truely", 0, "`decision` or `true`"},
                                           Faulty{"score > 1", 0, "`decision` or `true`"},
                                           Faulty{"decision", 8, "`==`, `!=` or `in [`"},
                                           Faulty{"decision = 'review'", 9, "`==`"},
                                           Faulty{"decision == approve", 12, "\"approve\""},
                                           Faulty{"decision == \"deny\"", 12, "\"decline\""},
                                           Faulty{"decision == \"review'", 12, "\"review\""},
                                           Faulty{"decision == \"Review\"", 12, "\"review\""},
                                           Faulty{"decision in []", 13, "\"approve\""},
                                           Faulty{"decision in ['review'", 21, "`]`"},
                                           Faulty{"decision in ['review' 'decline']", 22, "`]`"},
                                           Faulty{"decision in ['review',]", 22, "\"approve\""},
                                           Faulty{"decision == 'review' or true", 21, "the end"},
                                           Faulty{"true true", 5, "the end"}));

}  // namespace
}  // namespace assay::core
