#include "tests/integration/oracle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unordered_map>

#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

constexpr double kLargeAmount = 1000;

std::vector<std::string> columns(const std::string& row) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (true) {
    const auto bar = row.find('|', from);
    parts.push_back(row.substr(from, bar - from));
    if (bar == std::string::npos) return parts;
    from = bar + 1;
  }
}

Place place_of(const std::vector<std::string>& parts) {
  return {std::stoi(parts[0]), std::stoll(parts[1])};
}

// The value of a header of a mail, by its name with the colon.
std::string header_of(const std::string& mail, const std::string& name) {
  const auto at = mail.find("\r\n" + name + " ");
  if (at == std::string::npos) return {};
  const auto from = at + name.size() + 3;
  return mail.substr(from, mail.find("\r\n", from) - from);
}

// Without what the server put in front: a mail begins with its date.
std::string lasting_part(const std::string& mail) {
  return mail.substr(std::min(mail.find("Date: "), mail.size()));
}

}  // namespace

Expected expected_of(const Deployment& deployment) {
  Expected expected;
  std::unordered_map<std::string, std::string> cities;
  for (const auto& record : read_topic(kafka().address(), deployment.holders())) {
    const auto holder = nlohmann::json::parse(record.value);
    const auto user = holder.at("user_id").dump();
    cities[user] = holder.at("city").get<std::string>();
    expected.emails[user] = holder.at("email").get<std::string>();
  }
  for (const auto& record : read_topic(kafka().address(), deployment.topic())) {
    const auto message = nlohmann::json::parse(record.value);
    const auto user = message.at("user_id").dump();
    ExpectedTransaction transaction;
    transaction.id = message.at("transaction_id").get<std::string>();
    transaction.place = {record.partition, record.offset};
    if (message.at("amount").get<double>() > kLargeAmount) transaction.rules.insert("large");
    if (cities.contains(user) && message.at("location").get<std::string>() != cities[user]) {
      transaction.rules.insert("place");
    }
    if (expected.emails.contains(user)) transaction.customer = expected.emails[user];
    expected.transactions.push_back(std::move(transaction));
  }
  return expected;
}

void expect_stored_once(const Deployment& deployment, const Expected& expected) {
  std::map<Place, std::vector<std::string>> rows;
  std::set<Place> suspects;
  for (const auto& row :
       ask("SELECT partition, record_offset, transaction_id, decision FROM transactions WHERE "
           "topic = '" +
           deployment.topic() + "'")) {
    const auto parts = columns(row);
    rows[place_of(parts)].push_back(parts[2]);
    if (parts[3] != "approve") suspects.insert(place_of(parts));
  }
  std::map<Place, std::vector<std::set<std::string>>> frauds;
  for (const auto& row :
       ask("SELECT partition, record_offset, string_agg(hit ->> 'rule', '+') FROM "
           "fraud_transactions, jsonb_array_elements(reasons) AS hit WHERE topic = '" +
           deployment.topic() +
           "' AND hit ->> 'answer' = 'hit' AND hit ->> 'words' <> '' GROUP BY partition, "
           "record_offset, ctid, tableoid")) {
    const auto parts = columns(row);
    std::set<std::string> rules;
    std::istringstream names(parts[2]);
    for (std::string name; std::getline(names, name, '+');) rules.insert(name);
    frauds[place_of(parts)].push_back(rules);
  }

  std::size_t missing = 0;
  std::size_t repeated = 0;
  std::size_t misread = 0;
  std::size_t misjudged = 0;
  for (const auto& transaction : expected.transactions) {
    const auto found = rows.find(transaction.place);
    if (found == rows.end()) {
      ++missing;
      continue;
    }
    repeated += found->second.size() - 1;
    misread += found->second.front() != transaction.id;
    const auto fraud = frauds.find(transaction.place);
    auto rules = fraud == frauds.end() ? std::set<std::string>{} : fraud->second.front();
    rules.erase("hour");
    misjudged += rules != transaction.rules;
  }
  EXPECT_EQ(missing, 0U) << "transactions that are not stored";
  EXPECT_EQ(repeated, 0U) << "transactions that are stored again";
  EXPECT_EQ(misread, 0U) << "rows with another transaction's id";
  EXPECT_EQ(misjudged, 0U) << "transactions whose stored reasons are not those of the rules";
  EXPECT_EQ(rows.size(), expected.transactions.size());

  std::set<Place> stored_frauds;
  for (const auto& [place, found] : frauds) {
    EXPECT_EQ(found.size(), 1U) << "partition " << place.first << " offset " << place.second;
    stored_frauds.insert(place);
  }
  EXPECT_FALSE(suspects.empty());
  EXPECT_EQ(stored_frauds, suspects);
  EXPECT_EQ(ask_number("SELECT count(*) FROM fraud_transactions WHERE topic = '" +
                       deployment.topic() + "'"),
            static_cast<std::int64_t>(suspects.size()));
}

void expect_mails(Deployment& deployment, const Expected& expected) {
  std::unordered_map<std::string, const ExpectedTransaction*> by_id;
  for (const auto& one : expected.transactions) by_id[one.id] = &one;

  using Addressed = std::pair<std::string, std::string>;  // transaction, recipient
  std::set<Addressed> due;
  for (const auto& row :
       ask("SELECT transaction_id, string_agg(hit ->> 'rule', '+') FROM fraud_transactions, "
           "jsonb_array_elements(reasons) AS hit WHERE topic = '" +
           deployment.topic() + "' AND hit ->> 'answer' = 'hit' GROUP BY 1")) {
    const auto parts = columns(row);
    // The customer may hear of amount and place; the hour is the desk's.
    const bool for_customer =
        parts[1].find("large") != std::string::npos || parts[1].find("place") != std::string::npos;
    const auto known = by_id.find(parts[0]);
    ASSERT_NE(known, by_id.end());
    if (for_customer) due.emplace(parts[0], known->second->customer);
    if (parts[1].find("hour") != std::string::npos) due.emplace(parts[0], "desk@example.com");
  }
  ASSERT_FALSE(due.empty());

  std::set<Addressed> sent;
  std::map<std::string, std::string> by_message_id;
  std::size_t changed = 0;
  for (const auto& path : deployment.smtp().mails()) {
    const auto mail = "\r\n" + contents(path);
    sent.emplace(header_of(mail, "X-Assay-Transaction:"), header_of(mail, "X-Envelope-To:"));
    const auto id = header_of(mail, "Message-ID:");
    EXPECT_FALSE(id.empty());
    const auto [known, first] = by_message_id.emplace(id, lasting_part(mail));
    if (first || known->second == lasting_part(mail)) continue;
    if (++changed == 1) ADD_FAILURE() << known->second << "\nand then\n" << mail;
  }
  EXPECT_EQ(changed, 0U) << "mails that came again with other content";
  EXPECT_EQ(by_message_id.size(), due.size());
  std::vector<Addressed> missing;
  std::set_difference(due.begin(), due.end(), sent.begin(), sent.end(),
                      std::back_inserter(missing));
  std::vector<Addressed> unexpected;
  std::set_difference(sent.begin(), sent.end(), due.begin(), due.end(),
                      std::back_inserter(unexpected));
  const auto first = [](const std::vector<Addressed>& some) {
    return some.empty() ? "" : "first: " + some.front().first + " to " + some.front().second;
  };
  EXPECT_EQ(missing.size(), 0U) << first(missing);
  EXPECT_EQ(unexpected.size(), 0U) << first(unexpected);
}

void expect_decisions(const std::string& brokers, const std::string& topic,
                      const Expected& expected) {
  std::set<std::string> decided;
  for (const auto& record : read_topic(brokers, topic)) {
    decided.insert(nlohmann::json::parse(record.value)
                       .at("transaction")
                       .at("transaction_id")
                       .get<std::string>());
  }
  std::size_t missing = 0;
  for (const auto& transaction : expected.transactions)
    missing += !decided.contains(transaction.id);
  EXPECT_EQ(missing, 0U) << "transactions without a decision in the topic";
  EXPECT_EQ(decided.size(), expected.transactions.size());
}

}  // namespace assay::testing
