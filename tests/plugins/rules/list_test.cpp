#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <assay/testing.hpp>
#include <filesystem>
#include <fstream>

namespace {

using assay::Time;
using assay::Token;
using assay::testing::list;
using assay::testing::Refused;
using assay::testing::RuleUnderTest;
using assay::testing::Setting;

constexpr Time day(std::chrono::year_month_day date) {
  return {std::chrono::nanoseconds(std::chrono::sys_days{date}.time_since_epoch()).count()};
}

// A list file in a folder of this test's own.
class ListFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(std::string_view text) const {
    const auto path = (folder_ / "entries.txt").string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::filesystem::path folder_;
};

Refused refusal_of(const Setting& parameters) {
  try {
    RuleUnderTest rule(parameters);
  } catch (const Refused& refused) {
    return refused;
  }
  ADD_FAILURE() << "the list was accepted";
  return Refused("accepted");
}

TEST_F(ListFile, a_whole_value_hits_and_a_part_of_it_does_not) {
  RuleUnderTest rule{{{"field", "merchant"}, {"file", file("Acme\nEvil Corp\n")}}};
  const auto verdict = rule.evaluate({{"merchant", "Evil Corp"}});
  EXPECT_TRUE(verdict.hit());
  EXPECT_EQ(verdict.reason, "on_block_list");
  EXPECT_EQ(verdict.words, "Evil Corp is on the block list, line 2");
  EXPECT_EQ(verdict.evidence("line"), 2);
  EXPECT_DOUBLE_EQ(verdict.score, 1);
  EXPECT_TRUE(verdict.customer_words.empty());
  EXPECT_TRUE(rule.evaluate({{"merchant", "Evil Corporation"}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{"merchant", "Evil"}}).no_hit());
  EXPECT_TRUE(rule.evaluate({}).inconclusive());
}

TEST_F(ListFile, comments_blank_lines_windows_ends_and_a_byte_order_mark_are_read_over) {
  RuleUnderTest rule{{{"field", "merchant"},
                      {"file", file("\xef\xbb\xbf# shops\r\n\r\n  Acme \r\n#Good\r\nLast")}}};
  EXPECT_TRUE(rule.evaluate({{"merchant", "Acme"}}).hit());
  EXPECT_TRUE(rule.evaluate({{"merchant", "Last"}}).hit());
  EXPECT_TRUE(rule.evaluate({{"merchant", "#Good"}}).no_hit());
}

TEST_F(ListFile, the_reason_of_the_entry_is_part_of_the_words) {
  RuleUnderTest rule{{{"field", "merchant"},
                      {"kind", "watch"},
                      {"file", file("Acme, reason=chargebacks\n"
                                    "\"Evil, Inc.\", reason=\"seen in \"\"May\"\", twice\"\n")}}};
  EXPECT_EQ(rule.evaluate({{"merchant", "Acme"}}).words,
            "Acme is on the watch list, line 1: chargebacks");
  const auto verdict = rule.evaluate({{"merchant", "Evil, Inc."}});
  EXPECT_EQ(verdict.words, "Evil, Inc. is on the watch list, line 2: seen in \"May\", twice");
  EXPECT_EQ(verdict.reason, "on_watch_list");
  EXPECT_DOUBLE_EQ(verdict.score, 0.5);
}

TEST_F(ListFile, an_entry_ends_with_the_beginning_of_its_day_by_event_time) {
  using namespace std::chrono_literals;
  RuleUnderTest rule{
      {{"field", "merchant"}, {"file", file("Acme, expires=2027-01-01\nFor ever\n")}}};
  const auto end = day(2027y / 1 / 1);
  EXPECT_TRUE(
      rule.evaluate({{"merchant", "Acme"}, {"timestamp", Time{end.nanoseconds - 1}}}).hit());
  EXPECT_TRUE(rule.evaluate({{"merchant", "Acme"}, {"timestamp", end}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{"merchant", "Acme"}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({{"merchant", "For ever"}}).hit());
}

TEST_F(ListFile, the_longest_prefix_that_still_holds_wins) {
  using namespace std::chrono_literals;
  RuleUnderTest rule{{{"field", "card_bin"},
                      {"match", "prefix"},
                      {"file", file("4, reason=one\n41, reason=two\n4111, reason=four\n"
                                    "41112, expires=2027-01-01, reason=five\n42\n4112\n")}}};
  const auto line_of = [&](const char* bin, Time now) {
    return rule.evaluate({{"card_bin", bin}, {"timestamp", now}}).evidence("line");
  };
  const auto before = day(2026y / 1 / 1);
  EXPECT_EQ(line_of("411120", before), 4);
  EXPECT_EQ(line_of("411120", day(2028y / 1 / 1)), 3);
  EXPECT_EQ(line_of("411190", before), 3);
  EXPECT_EQ(line_of("411", before), 2);
  EXPECT_EQ(line_of("411300", before), 2);
  EXPECT_EQ(line_of("409999", before), 1);
  EXPECT_EQ(line_of("4", before), 1);
  EXPECT_EQ(line_of("39", before), assay::testing::Value());
  EXPECT_EQ(line_of("5", before), assay::testing::Value());
  EXPECT_EQ(rule.evaluate({{"card_bin", "429999"}, {"timestamp", before}}).words,
            "429999 begins like an entry of the block list, line 5");
}

TEST(List, cards_are_looked_up_by_token) {
  RuleUnderTest rule{
      {{"field", "card"}, {"entries", list({"00112233445566778899AABBCCDDEEFF, reason=stolen"})}}};
  const Token listed{0x0011223344556677, 0x8899aabbccddeeff};
  const auto verdict = rule.evaluate({{"card", listed}, {"card_last4", "1111"}});
  EXPECT_EQ(verdict.words, "the card ending in 1111 is on the block list, line 1: stolen");
  EXPECT_TRUE(rule.evaluate({{"card", Token{listed.high, listed.low + 1}}}).no_hit());
  EXPECT_TRUE(rule.evaluate({}).inconclusive());
}

TEST(List, numbers_are_looked_up_as_numbers) {
  RuleUnderTest rule{{{"field", "user_id"}, {"kind", "allow"}, {"entries", list({"42", "-7"})}}};
  const auto verdict = rule.evaluate({{"user_id", 42}});
  EXPECT_EQ(verdict.reason, "on_allow_list");
  EXPECT_DOUBLE_EQ(verdict.score, 0);
  EXPECT_TRUE(rule.evaluate({{"user_id", -7}}).hit());
  EXPECT_TRUE(rule.evaluate({{"user_id", 4}}).no_hit());

  const auto refused = refusal_of({{"field", "user_id"}, {"entries", list({"1", "007"})}});
  EXPECT_EQ(refused.message(), "expected a whole number, because `user_id` is one");
  EXPECT_EQ(refused.line(), 2u);
}

TEST(List, entries_of_the_configuration_are_refused_at_their_place_in_it) {
  const auto refused = refusal_of({{"field", "merchant"}, {"entries", list({"Acme, until=now"})}});
  EXPECT_EQ(refused.message(), "expected `expires=` or `reason=` behind the value");
  EXPECT_EQ(refused.file(), "parameters");
  EXPECT_EQ(refused.line(), 2u);
}

TEST_F(ListFile, a_clear_card_number_is_refused_and_never_repeated) {
  for (const auto* field : {"card", "merchant", "payee_account"}) {
    const auto refused = refusal_of(
        {{"field", field}, {"file", file("# heading\n   4111-1111 1111.1111, reason=stolen\n")}});
    EXPECT_EQ(refused.message(), "this looks like a card number in clear") << field;
    EXPECT_THAT(refused.help(), ::testing::HasSubstr("assay token"));
    EXPECT_TRUE(refused.file().ends_with("entries.txt"));
    EXPECT_EQ(refused.line(), 2u);
    EXPECT_EQ(refused.column(), 4u);
    EXPECT_EQ((refused.message() + refused.help()).find("4111"), std::string::npos);
  }
}

TEST_F(ListFile, a_list_that_cannot_be_read_is_refused_with_its_path) {
  const auto refused = refusal_of({{"field", "merchant"}, {"file", "no/such/list.txt"}});
  EXPECT_THAT(refused.message(), ::testing::HasSubstr("no/such/list.txt` cannot be read: "));
  EXPECT_THAT(refused.message(), ::testing::HasSubstr("there is no such file"));
  EXPECT_EQ(refused.file(), "parameters") << "the key that names it is at fault";
}

TEST_F(ListFile, refuses_a_device_that_never_ends_and_a_pipe_that_nobody_fills) {
  const auto pipe = (folder_ / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const auto& path : {std::string("/dev/zero"), pipe, folder_.string()}) {
    EXPECT_THAT(refusal_of({{"field", "merchant"}, {"file", path}}).message(),
                ::testing::HasSubstr("not a regular file"))
        << path;
  }
}

TEST_F(ListFile, repeated_values_are_harmless_unless_they_contradict_each_other) {
  RuleUnderTest rule{{{"field", "merchant"}, {"file", file("Acme\nAcme\n")}}};
  EXPECT_EQ(rule.evaluate({{"merchant", "Acme"}}).evidence("line"), 1);
  const auto refused =
      refusal_of({{"field", "merchant"}, {"file", file("Acme\nOther\nAcme, reason=x\n")}});
  EXPECT_EQ(refused.message(),
            "the value stands in the list already, on line 1, with another expiry or reason");
  EXPECT_EQ(refused.line(), 3u);
}

TEST_F(ListFile, more_reason_texts_than_reasons_are_refused) {
  std::string text;
  for (int i = 0; i < 1001; ++i) {
    text += "m" + std::to_string(i) + ", reason=case " + std::to_string(i) + "\n";
  }
  const auto refused = refusal_of({{"field", "merchant"}, {"file", file(text)}});
  EXPECT_EQ(refused.message(), "the list has more than 1000 different reason texts");
  EXPECT_EQ(refused.line(), 1001u);
}

TEST(List, what_cannot_be_looked_up_is_refused_with_advice) {
  EXPECT_EQ(refusal_of({}).message(), "a list needs a `field`");
  EXPECT_EQ(refusal_of({{"field", "merchant"}}).message(), "a list needs a `file` or `entries`");
  EXPECT_EQ(refusal_of({{"field", "amount"}, {"entries", list({"5"})}}).message(),
            "a list cannot look up `amount`");
  EXPECT_EQ(refusal_of({{"field", "merchent"}, {"entries", list({"x"})}}).help(),
            "did you mean `merchant`?");
  EXPECT_EQ(
      refusal_of({{"field", "user_id"}, {"match", "prefix"}, {"entries", list({"5"})}}).message(),
      "only text has prefixes, `user_id` is no text");
}

}  // namespace
