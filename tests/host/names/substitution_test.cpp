// Parameters as literals, and the way back from a fault in the filled text to the written one.
#include "host/names/substitution.hpp"

#include <gtest/gtest.h>

#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using Kind = Substitution::Kind;

class ParametersTest : public ::testing::Test {
 protected:
  std::string filled(std::string_view written, Kind kind = Kind::condition) {
    const auto result = Substitution::of(written, kind, parameters_);
    EXPECT_TRUE(result) << result.error().message;
    return result ? result->text() : "";
  }
  Substitution::Fault fault(std::string_view written, Kind kind = Kind::condition) {
    auto result = Substitution::of(written, kind, parameters_);
    EXPECT_FALSE(result) << result->text();
    return result ? Substitution::Fault{} : result.error();
  }

  Node map_ = testing::tree(
      "window: 10m\nlimit: 4\nsmall: 10.00 EUR\nratio: 0.85\nhalf: .5\nshops: [\"7\", 7, a \\b]\n"
      "word: high\nquoted: \"10m\"\non: true\nnested: { a: 1 }\ndebt: -5.00\ndeep: [[1]]\n");
  Parameters parameters_{map_};
};

TEST_F(ParametersTest, are_typed_by_how_they_are_written) {
  EXPECT_EQ(filled("x > parameters.limit"), "x > 4");
  EXPECT_EQ(filled("x > parameters.ratio"), "x > 0.85");
  EXPECT_EQ(filled("x > parameters.half"), "x > 0.5");
  EXPECT_EQ(filled("x > parameters.debt"), "x > -5.00");
  EXPECT_EQ(filled("x > parameters.small"), "x > 10.00");
  EXPECT_EQ(filled("x > parameters.window"), "x > duration(\"10m\")");
  EXPECT_EQ(filled("x == parameters.word"), "x == \"high\"");
  EXPECT_EQ(filled("x == parameters.quoted"), "x == \"10m\"");
  EXPECT_EQ(filled("x == parameters.on"), "x == true");
  EXPECT_EQ(filled("x in parameters.shops"), "x in [\"7\", 7, \"a \\\\b\"]");
}

TEST_F(ParametersTest, a_window_takes_a_duration_as_it_is) {
  EXPECT_EQ(filled("count() by card over parameters.window where amount <= parameters.small",
                   Kind::feature),
            "count() by card over 10m where amount <= 10.00");
  EXPECT_EQ(filled("count() by card over 1h where elapsed > parameters.window", Kind::feature),
            "count() by card over 1h where elapsed > duration(\"10m\")");
  EXPECT_EQ(fault("count() by card over parameters.limit", Kind::feature).message,
            "the parameter `limit` is not a duration such as 10m");
}

TEST_F(ParametersTest, in_quotes_are_text_and_behind_a_dot_a_member) {
  EXPECT_EQ(filled("x == 'parameters.limit'"), "x == 'parameters.limit'");
  EXPECT_EQ(filled("x == \"a \\\" parameters.limit\""), "x == \"a \\\" parameters.limit\"");
  EXPECT_EQ(filled("holder.parameters.limit"), "holder.parameters.limit");
  EXPECT_EQ(filled("my_parameters.limit"), "my_parameters.limit");
}

TEST_F(ParametersTest, that_nobody_gave_are_named_with_their_place) {
  const auto unknown = fault("x > parameters.limti");
  EXPECT_EQ(unknown.message, "the rule has no parameter `limti`");
  EXPECT_EQ(unknown.help, "did you mean `limit`?");
  EXPECT_EQ(unknown.at.offset, 4u);
  EXPECT_EQ(unknown.at.length, 16u);
}

TEST_F(ParametersTest, that_are_no_one_value_are_refused) {
  EXPECT_EQ(fault("parameters.nested").message,
            "the parameter `nested` is a map, which is not one value");
  EXPECT_EQ(fault("parameters.deep").message, "the parameter `deep` holds more than plain values");
  map_.find("word")->secret = true;
  EXPECT_EQ(fault("parameters.word").message, "the parameter `word` is a secret");
  EXPECT_EQ(parameters_.words("word"), std::nullopt) << "nor shown in a reason";
}

TEST_F(ParametersTest, have_words_for_a_reason) {
  EXPECT_EQ(parameters_.words("window"), "10 minutes");
  EXPECT_EQ(parameters_.words("small"), "10.00 EUR");
  EXPECT_EQ(parameters_.words("limit"), "4");
  EXPECT_EQ(parameters_.words("shops"), "7, 7, a \\b");
  EXPECT_EQ(parameters_.words("quoted"), "10m");
  EXPECT_EQ(parameters_.words("none"), std::nullopt);
}

TEST_F(ParametersTest, a_fault_is_led_back_to_what_was_written) {
  //                          0         1         2         3
  //                          0123456789012345678901234567890123456789
  const auto result =
      *Substitution::of("tries > parameters.limit && oops", Kind::condition, parameters_);
  ASSERT_EQ(result.text(), "tries > 4 && oops");
  const auto range = [&](std::size_t offset, std::size_t length) {
    const auto written = result.written({offset, length});
    return std::pair(written.offset, written.length);
  };
  EXPECT_EQ(range(0, 5), std::pair(std::size_t{0}, std::size_t{5}));
  EXPECT_EQ(range(8, 1), std::pair(std::size_t{8}, std::size_t{16}));
  EXPECT_EQ(range(13, 4), std::pair(std::size_t{28}, std::size_t{4}));
  EXPECT_EQ(range(0, 9), std::pair(std::size_t{0}, std::size_t{24}));
  EXPECT_EQ(range(17, 1), std::pair(std::size_t{32}, std::size_t{0})) << "behind the end";
}

TEST(Substitution, without_parameters_names_none) {
  const auto result = Substitution::of("x > parameters.limit", Kind::condition, Parameters());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "the rule has no parameter `limit`");
}

}  // namespace
}  // namespace assay::host
