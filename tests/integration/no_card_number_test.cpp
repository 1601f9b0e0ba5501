// After the parse no card number stands in clear anywhere: the engine runs with every sink and
// every kind of trouble, and then everything that it wrote is searched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <unordered_set>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

using CardNumbers = std::unordered_set<std::string>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What joins the digits of a number that somebody wrote in groups, or that a mail broke in two.
std::string without_separators(std::string text) {
  for (auto at = text.find("=\r\n"); at != std::string::npos; at = text.find("=\r\n", at)) {
    text.erase(at, 3);
  }
  std::erase_if(text, [](char c) { return c == ' ' || c == '-'; });
  return text;
}

// How many of the numbers stand in the text, wherever among other digits.
std::size_t numbers_in(const std::string& text, const CardNumbers& numbers) {
  std::set<std::size_t> sizes;
  for (const auto& number : numbers) sizes.insert(number.size());
  std::size_t found = 0;
  for (const auto& form : {text, without_separators(text)}) {
    std::size_t digits = 0;  // that end here
    for (std::size_t at = 0; at < form.size(); ++at) {
      digits = is_digit(form[at]) ? digits + 1 : 0;
      for (const auto size : sizes) {
        found += digits >= size && numbers.contains(form.substr(at + 1 - size, size));
      }
    }
  }
  return found;
}

std::string everything_in_postgres() {
  std::string all;
  for (const auto& table : ask("SELECT format('%I.%I', table_schema, table_name) FROM "
                               "information_schema.tables WHERE table_schema IN ('public', "
                               "'assay_api')")) {
    for (const auto& row : ask("SELECT row_to_json(t)::text FROM " + table + " AS t")) {
      all += row + "\n";
    }
  }
  return all;
}

std::string everything_in(const std::string& topic) {
  std::string all;
  for (const auto& record : read_topic(kafka().address(), topic)) {
    all += record.key + "\n" + record.value + "\n";
    for (const auto& [name, value] : record.headers) all += name + ": " + value + "\n";
  }
  return all;
}

std::string grouped(const std::string& number, char separator) {
  std::string text;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (i > 0 && i % 4 == 0) text += separator;
    text += number[i];
  }
  return text;
}

TEST(no_card_number, stands_in_clear_in_anything_that_the_engine_writes) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("cards");
  deployment.produce(3'000, 11);
  CardNumbers numbers;
  for (const auto& record : read_topic(kafka().address(), deployment.topic())) {
    numbers.insert(nlohmann::json::parse(record.value).at("card_number").get<std::string>());
  }
  ASSERT_GT(numbers.size(), 100U);

  // Numbers in other shapes, in the wrong place, and in messages that are no payments.
  const std::string number = "4539578763621486";
  numbers.insert(number);
  std::vector<OutgoingRecord> odd;
  const auto add = [&](std::string value) { odd.push_back({std::move(value), number, -1}); };
  int count = 0;
  for (const auto& shape : {number, grouped(number, ' '), grouped(number, '-')}) {
    const auto id = "odd-" + std::to_string(++count);
    const auto odd_payment = [&](const nlohmann::json& more) {
      auto changed = more;
      changed["transaction_id"] = id + std::to_string(odd.size());
      changed["card_number"] = shape;
      return payment(changed);
    };
    add(odd_payment({{"amount", 5000}}));
    add(odd_payment({{"amount", "12.345678"}}));
    add(odd_payment({{"timestamp", 99'999'999'999}}));
    add(odd_payment({{shape, 1}}).insert(1, "\"" + shape + "\":2,"));
    add("card " + shape + " said no");
    add(odd_payment({}) + shape);
    add("{\"card_number\":\"" + shape);
  }
  produce_records(kafka().address(), deployment.topic(), odd);
  create_topic(kafka().address(), "cards.decisions", 1);
  // The desk's mails are refused, so that sinks write dead letters too.
  deployment.smtp().answer("rcpt:desk@example.com", "550 nobody here");

  const auto both =
      deployment.whole(deployment.postgres_sink() + deployment.smtp_sink() +
                           deployment.kafka_sink(kafka().address(), "cards.decisions") +
                           "  lite: { use: sqlite, config: { file: store.db } }\n"
                           "  folder: { use: mail_folder, config: { from: bank@example.com, desk: "
                           "desk@example.com, folder: letters } }\n",
                       R"(  main:
    store: { sink: db, required: true }
    lite: { sink: lite, required: true }
    tell: { sink: events, required: true }
    alert: { sink: mail, when: 'decision != "approve"', required: true }
    letter: { sink: folder, when: 'decision != "approve"', required: true }
  people:
    kind: holder
    store: { sink: db, required: true }
    lite: { sink: lite, required: true }
log: { level: debug }
)");
  deployment.configure(both);
  deployment.migrate("lite");
  const auto engine = deployment.start();
  const auto total = length_of_topic(kafka().address(), deployment.topic());
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == total; })) << deployment.words();
  const auto process = std::filesystem::path("/proc") / std::to_string(engine->process());
  const auto visible = contents(process / "cmdline") + contents(process / "environ");
  EXPECT_FALSE(visible.empty());
  EXPECT_EQ(engine->stop(), 0);

  const auto search = [&](const std::string& where, const std::string& text) {
    EXPECT_FALSE(text.empty()) << where << " has nothing to search";
    EXPECT_EQ(numbers_in(text, numbers), 0U) << where;
  };
  ASSERT_GT(numbers_in(odd.front().value, numbers), 0U) << "the search itself works";
  ASSERT_GT(numbers_in(grouped(number, '-'), numbers), 0U) << "the search itself works";
  search("the process list", visible);
  search("the log", deployment.words());
  search("PostgreSQL", everything_in_postgres());
  search("the decisions' topic", everything_in("cards.decisions"));
  const auto letters = everything_in(deployment.dead_letter_topic());
  search("the dead letters", letters);
  EXPECT_THAT(letters, ::testing::HasSubstr("nobody here"));
  for (const auto& file : std::filesystem::directory_iterator(deployment.folder())) {
    const auto name = file.path().filename().string();
    if (name.starts_with("store.db")) search(name, contents(file.path()));
  }
  std::string mails;
  for (const auto& mail : deployment.smtp().mails()) mails += contents(mail);
  search("the mails", mails);
  std::string written;
  for (const auto& file : std::filesystem::directory_iterator(deployment.folder() / "letters")) {
    written += contents(file.path());
  }
  search("the mail folder", written);
}

}  // namespace
}  // namespace assay::testing
