#include "plugins/sinks/smtp/smtp_class.hpp"

#include <gtest/gtest.h>

namespace {

using assay::smtp::ReplyClass;
using assay::smtp::smtp_class;
using assay::smtp::Stage;

constexpr Stage stages[] = {Stage::session, Stage::sender, Stage::recipient, Stage::message};

TEST(SmtpClass, takes_every_4xx_for_an_outage) {
  for (const auto stage : stages) {
    for (const int code : {421, 432, 450, 451, 452, 454, 499}) {
      EXPECT_EQ(smtp_class(code, stage), ReplyClass::transient) << code;
    }
  }
}

TEST(SmtpClass, halts_on_credentials_at_every_stage) {
  for (const auto stage : stages) {
    for (const int code : {530, 534, 535, 538}) {
      EXPECT_EQ(smtp_class(code, stage), ReplyClass::configuration) << code;
    }
  }
}

TEST(SmtpClass, blames_the_mail_only_where_recipient_or_content_were_refused) {
  for (const int code : {550, 551, 552, 553, 554}) {
    EXPECT_EQ(smtp_class(code, Stage::recipient), ReplyClass::data) << code;
    EXPECT_EQ(smtp_class(code, Stage::message), ReplyClass::data) << code;
    EXPECT_EQ(smtp_class(code, Stage::sender), ReplyClass::configuration) << code;
    EXPECT_EQ(smtp_class(code, Stage::session), ReplyClass::configuration) << code;
  }
  EXPECT_EQ(smtp_class(556, Stage::recipient), ReplyClass::data);
  EXPECT_EQ(smtp_class(556, Stage::message), ReplyClass::configuration);
}

TEST(SmtpClass, never_makes_a_dead_letter_of_a_code_it_does_not_know) {
  for (const auto stage : stages) {
    for (const int code : {500, 501, 502, 503, 504, 521, 555, 571, 599, 0, 100, 600}) {
      EXPECT_EQ(smtp_class(code, stage), ReplyClass::configuration) << code;
    }
  }
}

TEST(SmtpClass, accepts_2xx_and_3xx) {
  for (const int code : {220, 250, 251, 334, 354}) {
    EXPECT_EQ(smtp_class(code, Stage::message), ReplyClass::accepted) << code;
  }
}

}  // namespace
