#include "tests/support/servers/smtp_server.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/MailMessage.h>
#include <Poco/Net/MailRecipient.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SMTPClientSession.h>
#include <Poco/Net/SecureSMTPClientSession.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace assay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Poco::Net::Context::Ptr trusting(const SmtpServer& server) {
  return new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", "", server.ca().string(),
                                Poco::Net::Context::VERIFY_STRICT);
}

void send_mail(Poco::Net::SMTPClientSession& session) {
  Poco::Net::MailMessage message;
  message.setSender("bank@example.com");
  message.addRecipient({Poco::Net::MailRecipient::PRIMARY_RECIPIENT, "ada@example.com"});
  message.setSubject("Please look");
  message.setContent("Is this you?\r\n.\r\nSay so.\r\n");
  session.sendMessage(message);
}

void send(Poco::Net::SMTPClientSession& session) {
  session.setTimeout({30, 0});
  session.login();
  send_mail(session);
  session.close();
}

void send(const SmtpServer& server) {
  Poco::Net::SMTPClientSession session(server.host(), server.port());
  send(session);
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

int code_of(const SmtpServer& server) {
  try {
    send(server);
  } catch (const Poco::Net::SMTPException& refusal) {
    return refusal.code();
  }
  return 0;
}

TEST(smtp_server, keeps_an_accepted_mail_with_its_envelope) {
  if (const auto reason = SmtpServer::unavailable()) GTEST_SKIP() << *reason;
  const SmtpServer server;
  send(server);
  ASSERT_THAT(server.mails(), SizeIs(1));
  EXPECT_THAT(text_of(server.mails()[0]),
              AllOf(HasSubstr("X-Envelope-From: bank@example.com"),
                    HasSubstr("X-Envelope-To: ada@example.com"), HasSubstr("X-Transport: plain"),
                    HasSubstr("Subject: Please look"), HasSubstr("\r\n.\r\nSay so.")));
}

TEST(smtp_server, takes_mail_over_starttls_from_the_user_it_knows_only) {
  if (const auto reason = SmtpServer::unavailable()) GTEST_SKIP() << *reason;
  const SmtpServer server({.security = SmtpOptions::Security::kStartTls,
                           .refuse_starttls = false,
                           .user = "engine",
                           .password = "sesame"});
  EXPECT_EQ(code_of(server), 530) << "in clear";
  const auto log_in = [&server](const std::string& password) {
    Poco::Net::SecureSMTPClientSession session(server.host(), server.port());
    session.login();
    ASSERT_TRUE(session.startTLS(trusting(server)));
    session.login(Poco::Net::SMTPClientSession::AUTH_PLAIN, "engine", password);
    send_mail(session);
    session.close();
  };
  EXPECT_THROW(log_in("guess"), Poco::Net::SMTPException);
  EXPECT_THAT(server.mails(), SizeIs(0));
  log_in("sesame");
  ASSERT_THAT(server.mails(), SizeIs(1));
  EXPECT_THAT(text_of(server.mails()[0]),
              AllOf(HasSubstr("X-Transport: starttls"), HasSubstr("X-Authenticated: engine")));
}

TEST(smtp_server, takes_mail_over_tls_from_the_first_byte) {
  if (const auto reason = SmtpServer::unavailable()) GTEST_SKIP() << *reason;
  const SmtpServer server({.security = SmtpOptions::Security::kTls,
                           .refuse_starttls = false,
                           .user = {},
                           .password = {}});
  Poco::Net::SecureStreamSocket socket(trusting(server));
  socket.setPeerHostName(server.host());
  socket.connect(Poco::Net::SocketAddress("127.0.0.1", server.port()));
  Poco::Net::SMTPClientSession session(socket);
  send(session);
  ASSERT_THAT(server.mails(), SizeIs(1));
  EXPECT_THAT(text_of(server.mails()[0]), HasSubstr("X-Transport: tls"));
}

TEST(smtp_server, can_offer_starttls_and_then_refuse_it) {
  if (const auto reason = SmtpServer::unavailable()) GTEST_SKIP() << *reason;
  const SmtpServer server({.security = SmtpOptions::Security::kStartTls,
                           .refuse_starttls = true,
                           .user = {},
                           .password = {}});
  Poco::Net::SecureSMTPClientSession session(server.host(), server.port());
  session.login();
  EXPECT_FALSE(session.startTLS(trusting(server)));
}

TEST(smtp_server, answers_as_it_was_told_until_it_is_told_otherwise) {
  if (const auto reason = SmtpServer::unavailable()) GTEST_SKIP() << *reason;
  SmtpServer server;
  server.answer("rcpt:ada@example.com", "550 5.1.1 no such user");
  EXPECT_EQ(code_of(server), 550);
  server.answer_normally();
  server.answer("message", "451 4.3.0 later");
  EXPECT_EQ(code_of(server), 451);
  server.kill();
  server.start_again();
  EXPECT_EQ(code_of(server), 451);
  server.answer_normally();
  server.answer("content", "421 4.3.2 closing");
  EXPECT_EQ(code_of(server), 421);
  EXPECT_THAT(server.mails(), SizeIs(0));
  server.answer_normally();
  server.answer("message", "drop");
  EXPECT_THROW(send(server), Poco::Exception);
  EXPECT_THAT(server.mails(), SizeIs(1)) << "kept, but the sender cannot know";
  server.answer_normally();
  send(server);
  EXPECT_THAT(server.mails(), SizeIs(2));
}

}  // namespace
}  // namespace assay::testing
