#include "plugins/sinks/mail/audience.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using assay::mail::addressees;
using assay::mail::Alert;
using assay::mail::Audience;
using assay::mail::Finding;
using assay::mail::Serves;

Finding hit(std::string customer_words) {
  Finding finding;
  finding.words = "for the analyst";
  finding.customer_words = std::move(customer_words);
  return finding;
}

Alert alert(std::string email, std::vector<Finding> hits) {
  Alert made;
  made.holder_email = std::move(email);
  made.hits = std::move(hits);
  return made;
}

// "customer:address desk:address", or "nobody" where somebody is missing.
std::string told(const Alert& alert, Serves serves, std::string_view desk) {
  const auto found = addressees(alert, serves, desk);
  std::string text;
  for (const auto& one : found.to) {
    if (!text.empty()) text += ' ';
    text += (one.audience == Audience::customer ? "customer:" : "desk:") + one.address;
  }
  if (found.no_recipient) text += "nobody";
  return text;
}

TEST(Addressees, tell_the_customer_a_reason_meant_for_him) {
  const auto one = alert("c@x", {hit("a large payment")});
  EXPECT_EQ(told(one, Serves::both, "desk@bank"), "customer:c@x");
  EXPECT_EQ(told(one, Serves::both, ""), "customer:c@x");
  EXPECT_EQ(told(one, Serves::customer, "desk@bank"), "customer:c@x");
  EXPECT_EQ(told(one, Serves::desk, "desk@bank"), "desk:desk@bank");
}

TEST(Addressees, never_tell_the_customer_a_reason_of_the_analyst) {
  const auto one = alert("c@x", {hit("")});
  EXPECT_EQ(told(one, Serves::both, "desk@bank"), "desk:desk@bank");
  EXPECT_EQ(told(one, Serves::customer, "desk@bank"), "");
  EXPECT_EQ(told(one, Serves::both, ""), "nobody");
}

TEST(Addressees, tell_both_where_there_are_reasons_of_both_kinds) {
  const auto one = alert("c@x", {hit("a large payment"), hit("")});
  EXPECT_EQ(told(one, Serves::both, "desk@bank"), "customer:c@x desk:desk@bank");
  EXPECT_EQ(told(one, Serves::customer, "desk@bank"), "customer:c@x");
}

TEST(Addressees, take_the_desk_for_a_customer_without_an_address) {
  for (const char* email : {"", "not an address", "c@x\r\nBcc: d@y"}) {
    const auto one = alert(email, {hit("a large payment")});
    EXPECT_EQ(told(one, Serves::both, "desk@bank"), "desk:desk@bank") << email;
    EXPECT_EQ(told(one, Serves::customer, "desk@bank"), "desk:desk@bank") << email;
    EXPECT_EQ(told(one, Serves::both, ""), "nobody") << email;
  }
}

TEST(Addressees, are_none_where_no_rule_hit) {
  EXPECT_EQ(told(alert("c@x", {}), Serves::both, "desk@bank"), "");
  EXPECT_EQ(told(alert("c@x", {}), Serves::desk, "desk@bank"), "");
}

}  // namespace
