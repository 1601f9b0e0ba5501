// The smtp sink against a real server, and against one that misbehaves on purpose.
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include "tests/plugins/sinks/mail/smtp_driver.hpp"

namespace assay::testing::sinks {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Security = SmtpOptions::Security;

SmtpOptions secured(Security security) {
  SmtpOptions options;
  options.security = security;
  return options;
}

std::vector<std::string> mails_of(const SmtpServer& server) {
  std::vector<std::string> found;
  for (const auto& path : server.mails()) {
    std::ifstream file(path, std::ios::binary);
    found.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return found;
}

class SmtpSink : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = SmtpServer::unavailable()) GTEST_SKIP() << *reason;
  }
};

TEST_F(SmtpSink, delivers_a_mail_to_the_customer) {
  SmtpServer server;
  const auto sink = smtp_sink(server, "none");
  EXPECT_TRUE(sink->write(told({"joao@example.org"})).at(0).delivered());
  const auto mails = mails_of(server);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_THAT(mails[0], AllOf(HasSubstr("X-Envelope-From: alerts@bank.example\r\n"),
                              HasSubstr("X-Envelope-To: joao@example.org\r\n"),
                              HasSubstr("Subject: We stopped a payment of 2500.00 EUR\r\n"),
                              HasSubstr("Content-Type: multipart/alternative")));
  EXPECT_EQ(sink->counted("mail_sent"), 1u);
}

TEST_F(SmtpSink, secures_the_session_and_logs_in) {
  for (const auto& [security, tls] :
       {std::pair{Security::kStartTls, "starttls"}, std::pair{Security::kTls, "tls"}}) {
    SmtpServer server({.security = security, .user = "bank", .password = "s3cret"});
    const auto sink = smtp_sink(server, tls, {{"user", "bank"}, {"password", "s3cret"}});
    const auto health = sink->health();
    EXPECT_TRUE(health.delivered()) << health.text;
    EXPECT_TRUE(sink->write(told({"a@example.org"})).at(0).delivered());
    ASSERT_THAT(mails_of(server), SizeIs(1));
    EXPECT_THAT(mails_of(server)[0], AllOf(HasSubstr(std::string("X-Transport: ") + tls),
                                           HasSubstr("X-Authenticated: bank")));
  }
}

TEST_F(SmtpSink, logs_in_by_login_where_that_is_asked_for) {
  SmtpServer server({.security = Security::kStartTls, .user = "bank", .password = "s3cret"});
  const auto sink =
      smtp_sink(server, "starttls", {{"user", "bank"}, {"password", "s3cret"}, {"auth", "login"}});
  EXPECT_TRUE(sink->health().delivered()) << sink->health().text;
}

TEST_F(SmtpSink, halts_on_a_wrong_password_and_keeps_it_to_itself) {
  SmtpServer server({.security = Security::kStartTls, .user = "bank", .password = "s3cret"});
  const auto sink = smtp_sink(server, "starttls", {{"user", "bank"}, {"password", "wr0ng"}});
  const auto status = sink->write(told({"a@example.org"})).at(0);
  expect_status(status, ASSAY_RETRY, ASSAY_CLASS_CONFIGURATION, "535");
  EXPECT_THAT(status.text, Not(HasSubstr("wr0ng")));
  EXPECT_THAT(sink->log(), Not(Contains(HasSubstr("wr0ng"))));
}

TEST_F(SmtpSink, takes_another_password_and_knows_what_it_has_sent) {
  SmtpServer server({.security = Security::kStartTls, .user = "bank", .password = "s3cret"});
  const auto settings = [&](const std::string& password) {
    return settings_for(server, "starttls", {{"user", "bank"}, {"password", password}});
  };
  const auto sink = smtp_sink(server, "starttls", {{"user", "bank"}, {"password", "s3cret"}});
  ASSERT_TRUE(sink->write(told({"a@example.org"})).at(0).delivered());
  ASSERT_TRUE(sink->renew(settings("wr0ng")));
  const auto both = told({"a@example.org", "b@example.org"});
  const auto refused = sink->write(both);
  expect_status(refused.at(1), ASSAY_RETRY, ASSAY_CLASS_CONFIGURATION, "535");
  ASSERT_TRUE(sink->renew(settings("s3cret")));
  for (const auto& status : sink->write(both)) EXPECT_TRUE(status.delivered()) << status.text;
  EXPECT_THAT(server.mails(), SizeIs(2));
}

TEST_F(SmtpSink, halts_on_a_certificate_of_an_unknown_authority) {
  SmtpServer server(secured(Security::kStartTls));
  const auto sink = smtp_sink({{"host", "localhost"}, {"port", std::to_string(server.port())}});
  const auto status = sink->write(told({"a@example.org"})).at(0);
  expect_status(status, ASSAY_RETRY, ASSAY_CLASS_CONFIGURATION, "connection");
  EXPECT_THAT(status.text, HasSubstr("TLS failed"));
  EXPECT_THAT(server.mails(), IsEmpty());
}

TEST_F(SmtpSink, halts_on_a_certificate_of_another_host) {
  SmtpServer server(secured(Security::kTls));
  // The certificate is for localhost and 127.0.0.1; this is the same address by another name.
  const auto sink = smtp_sink({{"host", "127.1"},
                               {"port", std::to_string(server.port())},
                               {"tls", "tls"},
                               {"ca_file", server.ca().string()}});
  const auto status = sink->health();
  expect_status(status, ASSAY_RETRY, ASSAY_CLASS_CONFIGURATION, "connection");
  EXPECT_THAT(status.text, HasSubstr("TLS failed"));
}

TEST_F(SmtpSink, rejects_the_one_recipient_that_does_not_exist) {
  SmtpServer server;
  server.answer("rcpt:gone@example.org", "550 5.1.1 <gone@example.org> no such user");
  const auto sink = smtp_sink(server, "none");
  const auto statuses = sink->write(told({"a@example.org", "gone@example.org", "b@example.org"}));
  EXPECT_TRUE(statuses.at(0).delivered());
  expect_status(statuses.at(1), ASSAY_REJECTED, ASSAY_CLASS_DATA, "550");
  EXPECT_EQ(statuses.at(1).scope, ASSAY_SCOPE_RECORD);
  EXPECT_THAT(statuses.at(1).text, Not(HasSubstr("gone@example.org")));
  EXPECT_TRUE(statuses.at(2).delivered());
  EXPECT_THAT(server.mails(), SizeIs(2));
}

TEST_F(SmtpSink, lets_one_recipient_wait_without_holding_up_the_others) {
  SmtpServer server;
  server.answer("rcpt:later@example.org", "451 4.7.1 greylisted");
  const auto sink = smtp_sink(server, "none");
  const auto statuses = sink->write(told({"a@example.org", "later@example.org", "b@example.org"}));
  EXPECT_TRUE(statuses.at(0).delivered());
  expect_status(statuses.at(1), ASSAY_RETRY, ASSAY_CLASS_TRANSIENT, "451");
  EXPECT_TRUE(statuses.at(2).delivered());
}

TEST_F(SmtpSink, sends_no_mail_twice_when_the_whole_batch_comes_again) {
  SmtpServer server;
  server.answer("rcpt:later@example.org", "451 4.7.1 greylisted");
  const auto sink = smtp_sink(server, "none");
  const auto batch = told({"later@example.org", "b@example.org"});
  EXPECT_FALSE(sink->write(batch).at(0).delivered());
  server.answer_normally();
  for (const auto& status : sink->write(batch)) EXPECT_TRUE(status.delivered()) << status.text;
  EXPECT_THAT(server.mails(), SizeIs(2));
}

// Each row tells the desk of a hit that the customer may not know of.
RecordedBatch alerts(int count) {
  std::vector<RecordedRow> rows;
  for (int row = 0; row < count; ++row) {
    rows.push_back(decision_row(row, "joao@example.org", {analyst_hit()}));
  }
  return decisions(std::move(rows));
}

TEST_F(SmtpSink, caps_a_storm_of_alerts_to_one_recipient_and_finishes_every_record) {
  SmtpServer server;
  const auto sink = smtp_sink(server, "none", {{"cap.mails", "5"}, {"cap.window", "1h"}});
  auto storm = alerts(200);
  storm.rows.push_back(decision_row(200, "joao@example.org", {customer_hit()}));
  storm.next_offset = 201;
  const auto statuses = sink->write(storm, seconds{60});
  ASSERT_THAT(statuses, SizeIs(201));
  for (const auto& status : statuses) EXPECT_TRUE(status.delivered()) << status.text;
  EXPECT_THAT(statuses[4].text, Not(HasSubstr("not sent")));
  EXPECT_THAT(statuses[5].text,
              HasSubstr("was not sent: its recipient has had 5 mails in 1h (cap)"));

  const auto mails = mails_of(server);
  ASSERT_THAT(mails, SizeIs(6));
  EXPECT_THAT(mails, Contains(HasSubstr("X-Envelope-To: desk@bank.example\r\n")).Times(5));
  EXPECT_THAT(mails, Contains(HasSubstr("X-Envelope-To: joao@example.org\r\n")).Times(1));
  EXPECT_EQ(sink->counted("mail_sent"), 6u);
  EXPECT_EQ(sink->counted("mail_capped"), 195u);
}

TEST_F(SmtpSink, counts_a_mail_that_comes_again_once_towards_the_cap) {
  SmtpServer server;
  const auto sink = smtp_sink(server, "none", {{"cap.mails", "2"}, {"cap.window", "1h"}});
  server.answer("rcpt:desk@bank.example", "451 4.7.1 greylisted");
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_FALSE(sink->write(alerts(1)).at(0).delivered());
  }
  server.answer_normally();
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_THAT(sink->write(alerts(1)).at(0).text, Not(HasSubstr("not sent")));
  }
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto statuses = sink->write(alerts(3));
    EXPECT_THAT(statuses.at(1).text, Not(HasSubstr("not sent")));
    EXPECT_THAT(statuses.at(2).text, HasSubstr("not sent"));
  }
  EXPECT_THAT(server.mails(), SizeIs(2));
  EXPECT_EQ(sink->counted("mail_capped"), 1u);
}

TEST_F(SmtpSink, sends_every_mail_where_no_cap_is_asked_for) {
  SmtpServer server;
  const auto sink = smtp_sink(server, "none");
  for (const auto& status : sink->write(alerts(30))) EXPECT_TRUE(status.delivered());
  EXPECT_THAT(server.mails(), SizeIs(30));
}

TEST_F(SmtpSink, stops_at_a_throttle_and_says_what_was_sent) {
  SmtpServer server;
  const auto sink = smtp_sink(server, "none");
  EXPECT_TRUE(sink->write(told({"a@example.org"})).at(0).delivered());
  server.answer("message", "454 Throttling failure: Maximum sending rate exceeded");
  const auto statuses = sink->write(told({"b@example.org", "c@example.org"}));
  for (const auto& status : statuses) {
    expect_status(status, ASSAY_RETRY, ASSAY_CLASS_TRANSIENT, "454");
  }
}

TEST_F(SmtpSink, rejects_content_that_the_server_refuses) {
  SmtpServer server;
  server.answer("message", "554 5.7.1 looks like spam");
  const auto sink = smtp_sink(server, "none");
  expect_status(sink->write(told({"a@example.org"})).at(0), ASSAY_REJECTED, ASSAY_CLASS_DATA,
                "554");
}

TEST_F(SmtpSink, halts_where_the_sender_is_refused) {
  SmtpServer server;
  server.answer("mail", "550 5.7.60 not allowed to send as this sender");
  const auto sink = smtp_sink(server, "none");
  expect_status(sink->write(told({"a@example.org"})).at(0), ASSAY_RETRY, ASSAY_CLASS_CONFIGURATION,
                "550");
}

TEST_F(SmtpSink, retries_while_the_server_is_down_and_delivers_when_it_is_back) {
  SmtpServer server;
  const auto sink = smtp_sink(server, "none");
  EXPECT_TRUE(sink->write(told({"a@example.org"})).at(0).delivered());
  server.kill();
  expect_status(sink->write(told({"b@example.org"})).at(0), ASSAY_RETRY, ASSAY_CLASS_TRANSIENT,
                "connection");
  EXPECT_FALSE(sink->health().delivered());
  server.start_again();
  EXPECT_TRUE(sink->write(told({"b@example.org"})).at(0).delivered());
  EXPECT_THAT(server.mails(), SizeIs(2));
}

TEST_F(SmtpSink, keeps_its_deadline_when_the_server_hangs) {
  for (const auto security : {Security::kPlain, Security::kTls}) {
    SmtpServer server(secured(security));
    server.answer("data", "hang");
    const auto sink = smtp_sink(server, security == Security::kTls ? "tls" : "none");
    const auto status = sink->write(told({"a@example.org"}), std::chrono::milliseconds{1500}).at(0);
    expect_status(status, ASSAY_RETRY, ASSAY_CLASS_TRANSIENT, "connection");
  }
}

TEST(ScriptedSmtpSink, says_nothing_in_clear_where_starttls_is_refused) {
  ScriptedSmtp server;
  server.answer("STARTTLS", "454 TLS not available");
  server.start();
  const auto sink = smtp_sink(server, "starttls", {{"user", "bank"}, {"password", "s3cret"}});
  const auto status = sink->write(told({"a@example.org"})).at(0);
  expect_status(status, ASSAY_RETRY, ASSAY_CLASS_CONFIGURATION, "454");
  server.wait_for_ended_sessions(1);
  EXPECT_EQ(server.commands(), (std::vector<std::string>{"EHLO bank.example", "STARTTLS", "QUIT"}));
}

TEST(ScriptedSmtpSink, keeps_its_deadline_when_the_server_drips) {
  ScriptedSmtp server;
  server.drip = 50;
  server.answer("", "220 " + std::string(100, '.'));
  server.start();
  const auto sink = smtp_sink(server, "none");
  const auto status = sink->write(told({"a@example.org"}), std::chrono::milliseconds{500}).at(0);
  expect_status(status, ASSAY_RETRY, ASSAY_CLASS_TRANSIENT, "connection");
  server.wait_for_ended_sessions(1);
  EXPECT_EQ(server.replies(), 0) << "it waited until the greeting was over";
}

TEST(ScriptedSmtpSink, leaves_it_to_the_host_to_repeat_a_mail_whose_answer_did_not_come) {
  ScriptedSmtp server;
  server.start();
  const auto sink = smtp_sink(server, "none");
  EXPECT_TRUE(sink->write(told({"a@example.org"})).at(0).delivered());
  server.answer("message", "");
  const auto status = sink->write(told({"b@example.org"})).at(0);
  expect_status(status, ASSAY_RETRY, ASSAY_CLASS_TRANSIENT, "connection");
  server.wait_for_ended_sessions(1);
  const auto commands = server.commands();
  EXPECT_EQ(std::count(commands.begin(), commands.end(), "DATA"), 2) << "it was sent again at once";
}

TEST(ScriptedSmtpSink, uses_one_session_for_many_batches) {
  ScriptedSmtp server;
  server.start();
  const auto sink = smtp_sink(server, "none");
  for (int i = 0; i < 3; ++i) {
    for (const auto& status : sink->write(told({"a@example.org", "b@example.org"}))) {
      EXPECT_TRUE(status.delivered()) << status.text;
    }
    sink->health();
  }
  EXPECT_EQ(server.sessions(), 1);
}

TEST(ScriptedSmtpSink, connects_anew_when_the_server_closed_the_session_in_between) {
  ScriptedSmtp server;
  server.mails_per_session = 1;
  server.start();
  const auto sink = smtp_sink(server, "none");
  auto batch = told({"a@example.org", "b@example.org", "c@example.org"});
  for (const auto& status : sink->write(batch)) EXPECT_TRUE(status.delivered()) << status.text;
  server.wait_for_ended_sessions(3);
  EXPECT_THAT(server.mails(), SizeIs(3));
}

TEST(ScriptedSmtpSink, survives_a_closed_connection_without_a_signal) {
  // Our own death by SIGPIPE would be the failure.
  std::signal(SIGPIPE, SIG_DFL);
  ScriptedSmtp server;
  server.answer("MAIL", "");
  server.start();
  const auto sink = smtp_sink(server, "none");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(sink->write(told({"a@example.org"})).at(0).delivered());
}

TEST(ScriptedSmtpSink, ends_a_refused_mail_before_the_next_one) {
  ScriptedSmtp server;
  server.answer("RCPT", "550 no");
  server.start();
  const auto sink = smtp_sink(server, "none");
  for (const auto& status : sink->write(told({"a@example.org", "b@example.org"}))) {
    expect_status(status, ASSAY_REJECTED, ASSAY_CLASS_DATA, "550");
  }
  const std::vector<std::string> expected{"EHLO bank.example",
                                          "MAIL FROM:<alerts@bank.example>",
                                          "RCPT TO:<a@example.org>",
                                          "RSET",
                                          "MAIL FROM:<alerts@bank.example>",
                                          "RCPT TO:<b@example.org>",
                                          "RSET"};
  EXPECT_EQ(server.commands(), expected);
}

TEST(ScriptedSmtpSink, waits_where_the_greeting_says_later_and_halts_where_it_says_never) {
  for (const auto& [greeting, error_class] :
       {std::pair{"421 too busy", ASSAY_CLASS_TRANSIENT},
        std::pair{"554 no mail service here", ASSAY_CLASS_CONFIGURATION}}) {
    ScriptedSmtp server;
    server.answer("", greeting);
    server.start();
    const auto sink = smtp_sink(server, "none");
    expect_status(sink->health(), ASSAY_RETRY, static_cast<std::uint16_t>(error_class),
                  std::string(greeting).substr(0, 3));
  }
}

TEST(ScriptedSmtpSink, returns_soon_when_it_is_interrupted) {
  ScriptedSmtp server;
  server.answer("DATA", "354-and more to come");  // never ends
  server.start();
  const auto sink = smtp_sink(server, "none", {{"timeout", "300s"}});
  std::thread stopper([&] {
    server.wait_for_commands("DATA", 1);
    sink->interrupt();
  });
  const auto status = sink->write(told({"a@example.org"}), seconds{300}).at(0);
  stopper.join();
  expect_status(status, ASSAY_RETRY, ASSAY_CLASS_TRANSIENT, "connection");
}

TEST(ScriptedSmtpSink, is_not_brought_back_by_a_kept_session_when_interrupted) {
  ScriptedSmtp server;
  server.start();
  const auto sink = smtp_sink(server, "none", {{"timeout", "300s"}});
  EXPECT_TRUE(sink->write(told({"a@example.org"})).at(0).delivered());
  server.answer("MAIL", "250-and more to come");
  std::thread stopper([&] {
    server.wait_for_commands("MAIL FROM:<alerts@bank.example>", 2);
    sink->interrupt();
  });
  const auto status = sink->write(told({"b@example.org"}), seconds{300}).at(0);
  stopper.join();
  expect_status(status, ASSAY_RETRY, ASSAY_CLASS_TRANSIENT, "connection");
  EXPECT_EQ(server.sessions(), 1);
}

// As many rows as a batch has by default, which is more than the sink remembers for good.
TEST(ScriptedSmtpSink, sends_no_mail_twice_when_a_whole_batch_of_the_usual_size_comes_again) {
  constexpr std::size_t kRows = 5'000;
  ScriptedSmtp server;
  server.start();
  const auto sink = smtp_sink(server, "none");
  const auto batch = told(std::vector<std::string>(kRows, "a@example.org"));
  for (int attempt = 0; attempt < 3; ++attempt) {
    for (const auto& status : sink->write(batch, seconds{300})) {
      ASSERT_TRUE(status.delivered()) << status.text;
    }
    ASSERT_EQ(server.mails().size(), kRows) << "attempt " << attempt;
  }
}

// The server loses the session at the second try, before it has come to what it had taken.
TEST(ScriptedSmtpSink, sends_no_mail_twice_when_a_try_in_between_did_not_get_far) {
  constexpr std::size_t kRows = 5'000;
  ScriptedSmtp server;
  server.start();
  const auto sink = smtp_sink(server, "none");
  auto batch = told(std::vector<std::string>(kRows, "a@example.org"));
  for (const auto& status : sink->write(batch, seconds{300})) ASSERT_TRUE(status.delivered());
  batch.rows.insert(batch.rows.begin(), decision_row(kRows, "b@example.org", {customer_hit()}));
  batch.next_offset = kRows + 1;
  server.answer("MAIL", "421 4.3.2 not now");
  EXPECT_FALSE(sink->write(batch, seconds{300}).at(0).delivered());
  server.answer("MAIL", "250 fine");
  for (const auto& status : sink->write(batch, seconds{300})) ASSERT_TRUE(status.delivered());
  EXPECT_EQ(server.mails().size(), kRows + 1);
}

struct Wrong {
  Settings settings;
  const char* words;
};

class SmtpRefuses : public ::testing::TestWithParam<Wrong> {};

TEST_P(SmtpRefuses, a_configuration_that_cannot_work) {
  Settings settings{{"from", "a@bank.example"}};
  settings.insert(settings.end(), GetParam().settings.begin(), GetParam().settings.end());
  SinkDriver sink(smtp_library(), settings);
  EXPECT_FALSE(sink.create());
  EXPECT_THAT(sink.refusal().message, HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Keys, SmtpRefuses,
    ::testing::Values(Wrong{{}, "host is missing"},
                      Wrong{{{"host", "mail.example.org"}, {"tls", "none"}}, "this machine only"},
                      Wrong{{{"host", "127.example.org"}, {"tls", "none"}}, "this machine only"},
                      Wrong{{{"host", "localhost"}, {"tls", "maybe"}}, "starttls, tls or none"},
                      Wrong{{{"host", "localhost"}, {"port", "70000"}}, "port is between"},
                      Wrong{{{"host", "localhost"}, {"user", "bank"}}, "belong together"},
                      Wrong{{{"host", "localhost"}, {"auth", "magic"}}, "auth is auto"},
                      Wrong{{{"host", "localhost"}, {"ca_file", "/nowhere"}}, "cannot read"},
                      Wrong{{{"host", "localhost"}, {"timeout", "0s"}}, "timeout"},
                      Wrong{{{"host", "localhost"}, {"cap.mails", "5"}}, "needs a window"},
                      Wrong{{{"host", "localhost"}, {"cap.window", "10m"}}, "needs mails"},
                      Wrong{{{"host", "localhost"}, {"cap.mails", "0"}, {"cap.window", "10m"}},
                            "at least 1"}));

}  // namespace
}  // namespace assay::testing::sinks
