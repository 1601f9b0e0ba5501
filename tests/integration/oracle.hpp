// What must have come of a topic, worked out from the topic itself and from nothing that the engine
// says: which transactions are to be stored, which rules hit, who gets a mail.
//
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/deployment.hpp"

namespace assay::testing {

using Place = std::pair<std::int32_t, std::int64_t>;  // partition, offset

struct ExpectedTransaction {
  std::string id{};
  Place place{};
  std::set<std::string> rules{};  // that hit, as far as they can be told without a clock
  std::string customer{};         // the holder's address
};

struct Expected {
  std::vector<ExpectedTransaction> transactions{};
  std::map<std::string, std::string> emails{};  // user_id: address
};

// Reads the topics.
Expected expected_of(const Deployment& deployment);

// `transactions` and `fraud_transactions` hold what was expected, each exactly once, reviews and
// declines with their reasons.
void expect_stored_once(const Deployment& deployment, const Expected& expected);
// Every review and decline of the table has its mails in the spool with the right recipients; a
// mail that is there twice has the same Message-ID and content.
void expect_mails(Deployment& deployment, const Expected& expected);
// Every transaction is in the decisions' topic.
void expect_decisions(const std::string& brokers, const std::string& topic,
                      const Expected& expected);

}  // namespace assay::testing
