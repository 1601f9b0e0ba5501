// Sender, recipient and DATA in one go, and behind the content of the mail before, where a server
// says that it takes them so (RFC 2920), and what becomes of a mail of which one of them is
// refused.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "tests/plugins/sinks/mail/smtp_driver.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing::sinks {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PipeliningSmtpSink : public ::testing::Test {
 protected:
  void SetUp() override {
    server.answer("EHLO", "250-mail.example\r\n250 PIPELINING");
    server.start();
    sink = smtp_sink(server, "none");
  }
  SinkStatus write(const std::string& address) { return sink->write(told({address})).at(0); }
  // One after the other; "" stands for an empty one.
  void expect_mails_to(const std::vector<std::string>& addresses) {
    sink.reset();
    server.wait_for_ended_sessions(server.sessions());
    const auto mails = server.mails();
    ASSERT_EQ(mails.size(), addresses.size());
    for (std::size_t i = 0; i < mails.size(); ++i) {
      if (addresses[i].empty()) {
        EXPECT_EQ(mails[i], "");
      } else {
        EXPECT_THAT(mails[i], HasSubstr("To: " + addresses[i] + "\r\n"));
      }
    }
  }
  [[nodiscard]] std::vector<std::string> recipients_told() const {
    auto commands = server.commands();
    std::erase_if(commands, [](const auto& command) { return !command.starts_with("RCPT"); });
    return commands;
  }
  // The one after a refusal goes over the same session.
  void expect_that_the_session_goes_on() {
    server.answer("MAIL", "250 fine");
    server.answer("RCPT", "250 fine");
    server.answer("DATA", "354 go on");
    EXPECT_TRUE(write("b@example.org").delivered());
    EXPECT_EQ(server.sessions(), 1);
    sink.reset();
    server.wait_for_ended_sessions(1);
    EXPECT_NE(server.mails().back(), "");
  }

  ScriptedSmtp server;
  std::unique_ptr<SinkDriver> sink;
};

TEST_F(PipeliningSmtpSink, waits_for_no_answer_before_the_next_command) {
  EXPECT_TRUE(write("a@example.org").delivered());
  EXPECT_EQ(server.most_at_once(), 3);
}

TEST_F(PipeliningSmtpSink, tells_of_the_next_mail_along_with_a_content) {
  const auto statuses = sink->write(told({"a@example.org", "b@example.org", "c@example.org"}));
  for (const auto& status : statuses) EXPECT_TRUE(status.delivered()) << status.text;
  EXPECT_EQ(server.most_behind_a_mail(), 3);
  EXPECT_EQ(server.sessions(), 1);
  EXPECT_THAT(server.commands(), Not(Contains("RSET")));
  expect_mails_to({"a@example.org", "b@example.org", "c@example.org"});
}

TEST_F(PipeliningSmtpSink, tells_nothing_ahead_where_a_cap_decides_mail_by_mail) {
  sink = smtp_sink(server, "none", {{"cap.mails", "1"}, {"cap.window", "1h"}});
  const auto statuses = sink->write(told({"a@example.org", "a@example.org", "b@example.org"}));
  for (const auto& status : statuses) EXPECT_TRUE(status.delivered()) << status.text;
  EXPECT_EQ(server.most_behind_a_mail(), 0);
  expect_mails_to({"a@example.org", "b@example.org"});
}

TEST_F(PipeliningSmtpSink, goes_on_with_the_next_mail_where_a_content_is_refused) {
  server.answer("message", "554 spam");
  const auto statuses = sink->write(told({"a@example.org", "b@example.org"}));
  for (const auto& status : statuses) {
    expect_status(status, ASSAY_REJECTED, ASSAY_CLASS_DATA, "554");
  }
  EXPECT_EQ(server.sessions(), 1);
  EXPECT_EQ(std::ranges::count(server.commands(), "RSET"), 1) << "behind the last one only";
}

TEST_F(PipeliningSmtpSink, leaves_a_content_out_of_a_mail_that_was_told_of_and_is_refused) {
  server.answer("RCPT TO:<b@example.org>", "550 no such user");
  const auto statuses = sink->write(told({"a@example.org", "b@example.org", "c@example.org"}));
  EXPECT_TRUE(statuses.at(0).delivered()) << statuses.at(0).text;
  expect_status(statuses.at(1), ASSAY_REJECTED, ASSAY_CLASS_DATA, "550");
  EXPECT_TRUE(statuses.at(2).delivered()) << statuses.at(2).text;
  EXPECT_EQ(server.sessions(), 1);
  expect_mails_to({"a@example.org", "", "c@example.org"});
}

// The desk was told of, and its mail is not sent because the customer's was refused.
TEST_F(PipeliningSmtpSink, gives_nobody_the_content_of_another) {
  server.answer("message 1", "554 spam");
  const auto statuses =
      sink->write(decisions({decision_row(0, "a@example.org", {customer_hit(), analyst_hit()}),
                             decision_row(1, "b@example.org", {customer_hit()})}));
  expect_status(statuses.at(0), ASSAY_REJECTED, ASSAY_CLASS_DATA, "554");
  expect_status(statuses.at(1), ASSAY_REJECTED, ASSAY_CLASS_DATA, "554");
  EXPECT_EQ(server.sessions(), 2);
  const auto recipients = recipients_told();
  ASSERT_EQ(recipients.size(), 3U);
  EXPECT_EQ(recipients.at(1), "RCPT TO:<desk@bank.example>");
  EXPECT_EQ(recipients.at(2), "RCPT TO:<b@example.org>");
  expect_mails_to({"a@example.org", "b@example.org"});
}

TEST_F(PipeliningSmtpSink, sends_long_mails_as_well) {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "long.txt") << std::string(100'000, 'x') << "\n";
  sink = smtp_sink(server, "none", {{"customer.text", (folder.path() / "long.txt").string()}});
  for (const auto& status : sink->write(told({"a@example.org", "b@example.org"}))) {
    EXPECT_TRUE(status.delivered()) << status.text;
  }
  EXPECT_EQ(server.sessions(), 1);
  expect_mails_to({"a@example.org", "b@example.org"});
}

TEST_F(PipeliningSmtpSink, counts_whom_nobody_could_tell_when_their_record_is_done_with) {
  server.answer("RCPT", "421 closing");
  const auto batch = decisions(
      {decision_row(0, "a@example.org", {customer_hit()}), decision_row(1, "", {customer_hit()})});
  sink = made_of({{"from", "alerts@bank.example"},
                  {"host", "127.0.0.1"},
                  {"port", std::to_string(server.port())},
                  {"tls", "none"}});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(sink->write(batch).at(1).delivered());
  EXPECT_EQ(sink->counted("mail_no_recipient"), 0U);
  server.answer("RCPT", "250 fine");
  EXPECT_TRUE(sink->write(batch).at(1).delivered());
  EXPECT_EQ(sink->counted("mail_no_recipient"), 1U);
}

TEST_F(PipeliningSmtpSink, is_in_no_doubt_about_a_mail_that_was_only_told_of) {
  server.answer("message", "");
  const auto statuses = sink->write(told({"a@example.org", "b@example.org"}));
  EXPECT_EQ(statuses.at(0).flags, ASSAY_IN_DOUBT);
  EXPECT_EQ(statuses.at(1).flags, 0);
  EXPECT_EQ(statuses.at(1).outcome, ASSAY_RETRY);
}

TEST_F(PipeliningSmtpSink, takes_back_what_it_has_told_of_when_a_throttle_stops_it) {
  server.answer("message", "452 too much mail");
  for (const auto& status : sink->write(told({"a@example.org", "b@example.org"}))) {
    expect_status(status, ASSAY_RETRY, ASSAY_CLASS_TRANSIENT, "452");
  }
  server.answer("message", "250 taken");
  EXPECT_TRUE(write("c@example.org").delivered());
  EXPECT_EQ(server.sessions(), 2);
  server.wait_for_ended_sessions(1);
  for (const auto& mail : server.mails()) {
    EXPECT_THAT(mail, Not(HasSubstr("QUIT")));
    EXPECT_THAT(mail, Not(HasSubstr("To: b@example.org"))) << "the server has it from nobody";
  }
}

TEST_F(PipeliningSmtpSink, sends_what_it_has_told_of_over_another_session_where_that_one_ends) {
  ScriptedSmtp closing;
  closing.mails_per_session = 1;
  closing.answer("EHLO", "250-mail.example\r\n250 PIPELINING");
  closing.start();
  sink = smtp_sink(closing, "none");
  const auto statuses = sink->write(told({"a@example.org", "b@example.org"}));
  for (const auto& status : statuses) EXPECT_TRUE(status.delivered()) << status.text;
  sink.reset();
  closing.wait_for_ended_sessions(2);
  EXPECT_EQ(closing.mails().size(), 2U);
}

TEST_F(PipeliningSmtpSink, leaves_a_content_out_that_a_server_wants_for_nobody) {
  server.answer("RCPT", "550 no such user");
  expect_status(write("a@example.org"), ASSAY_REJECTED, ASSAY_CLASS_DATA, "550");
  EXPECT_THAT(server.mails(), ElementsAre("")) << "not a line of it went out";
  expect_that_the_session_goes_on();
}

TEST_F(PipeliningSmtpSink, tells_the_first_refusal_of_several) {
  server.answer("RCPT", "550 no such user");
  server.answer("DATA", "503 no valid recipients");
  expect_status(write("a@example.org"), ASSAY_REJECTED, ASSAY_CLASS_DATA, "550");
  EXPECT_TRUE(server.mails().empty());
  EXPECT_THAT(server.commands(), Contains("RSET"));
  expect_that_the_session_goes_on();
}

TEST_F(PipeliningSmtpSink, tells_a_refusal_although_the_connection_ends_behind_it) {
  server.answer("RCPT", "550 no such user");
  server.answer("DATA", "");
  expect_status(write("a@example.org"), ASSAY_REJECTED, ASSAY_CLASS_DATA, "550");
  server.answer("RCPT", "250 fine");
  server.answer("DATA", "354 go on");
  EXPECT_TRUE(write("b@example.org").delivered()) << "over another session";
}

TEST_F(PipeliningSmtpSink, halts_where_its_sender_is_refused) {
  server.answer("MAIL", "550 you may not");
  const auto status = write("a@example.org");
  EXPECT_EQ(status.error_class, ASSAY_CLASS_CONFIGURATION) << status.text;
  expect_that_the_session_goes_on();
}

TEST_F(PipeliningSmtpSink, is_in_no_doubt_where_the_connection_ends_before_the_content) {
  for (const std::string command : {"MAIL", "RCPT", "DATA"}) {
    server.answer(command, "");
    const auto status = write("a@example.org");
    EXPECT_EQ(status.outcome, ASSAY_RETRY) << command;
    EXPECT_EQ(status.flags, 0) << command;
    server.answer(command, command == "DATA" ? "354 go on" : "250 fine");
  }
}

TEST(ScriptedSmtpSink, waits_for_each_answer_where_the_server_does_not_speak_of_pipelining) {
  ScriptedSmtp server;
  server.start();
  EXPECT_TRUE(smtp_sink(server, "none")->write(told({"a@example.org"})).at(0).delivered());
  EXPECT_EQ(server.most_at_once(), 1);
}

}  // namespace
}  // namespace assay::testing::sinks
