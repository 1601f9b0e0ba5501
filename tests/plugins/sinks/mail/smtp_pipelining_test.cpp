// Sender, recipient and DATA in one go, where a server says that it takes them so (RFC 2920), and
// what becomes of a mail of which one of the three is refused.
#include <gmock/gmock.h>

#include "tests/plugins/sinks/mail/smtp_driver.hpp"

namespace assay::testing::sinks {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

class PipeliningSmtpSink : public ::testing::Test {
 protected:
  void SetUp() override {
    server.answer("EHLO", "250-mail.example\r\n250 PIPELINING");
    server.start();
    sink = smtp_sink(server, "none");
  }
  SinkStatus write(const std::string& address) { return sink->write(told({address})).at(0); }
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
