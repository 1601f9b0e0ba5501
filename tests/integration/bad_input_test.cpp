// One message of each bad kind among good ones: each ends in the dead-letter topic with a reason
// that a person understands, and nothing else is disturbed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Bad {
  std::string code;
  std::string words;  // part of what a person reads
  std::string message;
  std::string key = "7";
};

std::string nested(int levels) {
  std::string text = payment({});
  text.pop_back();
  return text + R"(,"more":)" + std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']') + "}";
}

std::vector<Bad> bad_messages() {
  const auto good = payment({});
  auto invalid_utf8 = payment({{"merchant", "Caf#"}});
  invalid_utf8[invalid_utf8.find('#')] = '\xe9';
  return {
      {"empty", "the message is empty; expected one JSON object", ""},
      {"schema_registry", "schema registry's magic byte (schema id 1042)",
       std::string("\0\0\0\x04\x12", 5) + good},
      {"too_large", "bytes, the limit is 65536", payment({{"merchant", std::string(70'000, 'x')}})},
      {"not_json", "not JSON at byte", R"({"transaction_id": "tx-1", card: 4111111111111111})"},
      {"trailing_text", "text after the end of the JSON object at byte", good + good},
      {"repeated_key", "the key amount is repeated at byte",
       good.substr(0, good.size() - 1) + R"(,"amount":1})"},
      {"missing_field", "field timestamp (/timestamp) is missing or null",
       payment({{"timestamp", nullptr}})},
      {"wrong_type", "field amount (/amount) has the wrong type at byte",
       payment({{"amount", {1, 2}}})},
      {"too_many_digits", "field amount (/amount) has too many digits at byte",
       payment({{"amount", "12.34567"}})},
      {"too_deep", "nested deeper than", nested(5'000)},
      {"bad_utf8", "not valid UTF-8", invalid_utf8},
      {"implausible_time", "the record's timestamp; at most 300 s are allowed",
       payment({{"timestamp", now_seconds() + 86'400}})},
      {"card_invalid", "is not a card number", payment({{"card_number", "12"}})},
      {"card_in_key", "the message's Kafka key is a card number", good, "4111 1111 1111 1111"},
  };
}

TEST(bad_input, ends_in_the_dead_letter_topic_with_its_reason_and_disturbs_nothing) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("bad");
  const auto bad = bad_messages();
  create_topic(kafka().address(), deployment.topic(), 1);
  create_topic(kafka().address(), deployment.holders(), 1);
  std::vector<OutgoingRecord> records;
  const auto good = [&] {
    return OutgoingRecord{payment({{"transaction_id", "good-" + std::to_string(records.size())}}),
                          "7", -1};
  };
  for (const auto& one : bad) {
    records.push_back(good());
    records.push_back({one.message, one.key, -1});
  }
  records.push_back(good());
  produce_records(kafka().address(), deployment.topic(), records);
  deployment.configure_main_job();
  const auto engine = deployment.start();
  const auto total = static_cast<std::int64_t>(records.size());
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == total; })) << deployment.words();
  EXPECT_EQ(engine->stop(), 0);

  EXPECT_EQ(ask_number("SELECT count(DISTINCT transaction_id) FROM transactions WHERE topic = '" +
                       deployment.topic() + "' AND transaction_id LIKE 'good-%'"),
            static_cast<std::int64_t>(bad.size()) + 1);
  EXPECT_EQ(
      ask_number("SELECT count(*) FROM transactions WHERE topic = '" + deployment.topic() + "'"),
      static_cast<std::int64_t>(bad.size()) + 1);
  EXPECT_THAT(deployment.words(),
              HasSubstr(std::to_string(total) + " received, " + std::to_string(bad.size() + 1) +
                        " delivered, " + std::to_string(bad.size()) + " dead-lettered, 0 dup"));

  std::map<std::int64_t, TopicRecord> letters;  // by the offset of the message
  for (const auto& letter : read_topic(kafka().address(), deployment.dead_letter_topic())) {
    letters[std::stoll(letter.header("__connect.errors.offset"))] = letter;
  }
  ASSERT_EQ(letters.size(), bad.size());
  for (std::size_t i = 0; i < bad.size(); ++i) {
    SCOPED_TRACE(bad[i].code);
    const auto found = letters.find(static_cast<std::int64_t>(2 * i + 1));
    ASSERT_NE(found, letters.end());
    const auto& letter = found->second;
    EXPECT_EQ(letter.header("assay.errors.code"), bad[i].code);
    EXPECT_THAT(letter.header("__connect.errors.exception.message"), HasSubstr(bad[i].words));
    EXPECT_EQ(letter.header("__connect.errors.topic"), deployment.topic());
    EXPECT_THAT(letter.value + letter.key, Not(HasSubstr("4111111111111111")));
    EXPECT_THAT(letter.key, Not(HasSubstr("4111 1111")));
    EXPECT_EQ(letter.value.size(), bad[i].message.size()) << "the rest of the message is kept";
  }
}

}  // namespace
}  // namespace assay::testing
