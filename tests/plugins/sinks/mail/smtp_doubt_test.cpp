// Of which mails the smtp sink says that they may have been delivered although nobody answered.
#include "tests/plugins/sinks/mail/smtp_driver.hpp"

namespace assay::testing::sinks {
namespace {

TEST(ScriptedSmtpSink, is_in_doubt_about_the_one_mail_whose_answer_did_not_come) {
  ScriptedSmtp server;
  server.answer("message", "");
  server.start();
  const auto sink = smtp_sink(server, "none");
  const auto statuses = sink->write(told({"a@example.org", "b@example.org"}));
  EXPECT_EQ(statuses.at(0).flags, ASSAY_IN_DOUBT);
  EXPECT_EQ(statuses.at(0).scope, ASSAY_SCOPE_RECORD) << "else it would speak for the other";
  EXPECT_EQ(statuses.at(1).flags, 0) << "it was not begun";
  EXPECT_EQ(statuses.at(1).scope, ASSAY_SCOPE_SINK);
  for (const auto& status : statuses) {
    expect_status(status, ASSAY_RETRY, ASSAY_CLASS_TRANSIENT, "connection");
  }
  const auto alone = sink->write(told({"a@example.org"})).at(0);
  EXPECT_EQ(alone.flags, ASSAY_IN_DOUBT);
  EXPECT_EQ(alone.scope, ASSAY_SCOPE_SINK) << "nobody else tells that the server is away";
}

TEST(ScriptedSmtpSink, is_in_doubt_about_the_last_mail_when_the_ones_before_were_taken) {
  ScriptedSmtp server;
  server.start();
  const auto sink = smtp_sink(server, "none");
  EXPECT_TRUE(sink->write(told({"a@example.org"})).at(0).delivered());
  server.answer("message", "");
  const auto statuses = sink->write(told({"a@example.org", "b@example.org"}));
  EXPECT_TRUE(statuses.at(0).delivered()) << "it was taken before";
  EXPECT_EQ(statuses.at(1).flags, ASSAY_IN_DOUBT);
}

TEST(ScriptedSmtpSink, is_in_no_doubt_where_the_server_refuses_or_hears_no_dot) {
  for (const std::string stage : {"MAIL", "RCPT", "DATA", "message"}) {
    ScriptedSmtp server;
    server.answer(stage, stage == "message" ? "421 closing" : "");
    server.start();
    const auto sink = smtp_sink(server, "none");
    const auto status = sink->write(told({"a@example.org"})).at(0);
    EXPECT_EQ(status.outcome, ASSAY_RETRY) << stage;
    EXPECT_EQ(status.flags, 0) << stage;
  }
}

}  // namespace
}  // namespace assay::testing::sinks
