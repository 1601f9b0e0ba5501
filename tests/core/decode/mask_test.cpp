#include "core/decode/mask.hpp"

#include <gtest/gtest.h>

#include <string>

namespace assay::core {
namespace {

TEST(Mask, hides_runs_of_12_to_19_digits) {
  EXPECT_EQ(masked(R"({"card_number":"4556737586899855","a":1)"),
            R"({"card_number":"****************","a":1)");
  EXPECT_EQ(masked(std::string(12, '7')), std::string(12, '*'));
  EXPECT_EQ(masked(std::string(19, '7')), std::string(19, '*'));
}

TEST(Mask, leaves_shorter_runs) {
  EXPECT_EQ(masked("12345678901"), "12345678901");
  EXPECT_EQ(masked(R"({"timestamp":1714566896,"user_id":48213})"),
            R"({"timestamp":1714566896,"user_id":48213})");
}

TEST(Mask, sees_through_spaces_dashes_and_dots) {
  EXPECT_EQ(masked("4556 7375 8689 9855"), "**** **** **** ****");
  EXPECT_EQ(masked("4556-7375-8689-9855."), "****-****-****-****.");
  EXPECT_EQ(masked("4556.7375.8689.9855 x"), "****.****.****.**** x");
}

TEST(Mask, hides_a_longer_run_whole) {
  EXPECT_EQ(masked("x" + std::string(40, '1')), "x" + std::string(40, '*'));
}

TEST(Mask, counts_and_keeps_the_size) {
  std::string text = "a 4556737586899855, 4556737586899855 b\xFF";
  const auto size = text.size();
  EXPECT_EQ(mask_digit_runs(text), 2u);
  EXPECT_EQ(text.size(), size);
  EXPECT_EQ(text, "a ****************, **************** b\xFF");
}

TEST(Mask, takes_a_number_cut_off_at_the_end_and_an_empty_text) {
  EXPECT_EQ(masked("4556737586899855 "), "**************** ");
  EXPECT_EQ(masked("4556 7375 8689-"), "**** **** ****-");
  EXPECT_EQ(masked(""), "");
}

}  // namespace
}  // namespace assay::core
