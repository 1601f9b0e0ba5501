// The smtp sink, ready to write, before a server that a test made for it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/plugins/sinks/mail/mail_records.hpp"
#include "tests/plugins/sinks/mail/scripted_smtp.hpp"
#include "tests/support/servers/smtp_server.hpp"

namespace assay::testing::sinks {

// Another than the build has where a test is to see it broken.
inline std::string smtp_library() {
  const auto* other = std::getenv("ASSAY_SMTP_SINK");
  return other ? other : SMTP_PLUGIN;
}

inline Settings with_sender(const Settings& more) {
  Settings settings{{"from", "Example Bank <alerts@bank.example>"}, {"desk", "desk@bank.example"}};
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

inline Settings settings_for(const SmtpServer& server, std::string tls, const Settings& more) {
  Settings settings{
      {"host", server.host()}, {"port", std::to_string(server.port())}, {"tls", std::move(tls)}};
  if (!server.ca().empty()) settings.emplace_back("ca_file", server.ca().string());
  settings.insert(settings.end(), more.begin(), more.end());
  return with_sender(settings);
}

inline std::unique_ptr<SinkDriver> made_of(const Settings& settings) {
  auto sink = std::make_unique<SinkDriver>(smtp_library(), settings);
  EXPECT_TRUE(sink->create()) << sink->refusal().message;
  EXPECT_EQ(sink->bind(ASSAY_DECISION), ASSAY_OK) << sink->refusal().message;
  return sink;
}

inline std::unique_ptr<SinkDriver> smtp_sink(const Settings& more) {
  return made_of(with_sender(more));
}

inline std::unique_ptr<SinkDriver> smtp_sink(const SmtpServer& server, std::string tls,
                                             const Settings& more = {}) {
  return made_of(settings_for(server, std::move(tls), more));
}

inline std::unique_ptr<SinkDriver> smtp_sink(const ScriptedSmtp& server, std::string tls,
                                             Settings more = {}) {
  Settings settings{
      {"host", "127.0.0.1"}, {"port", std::to_string(server.port())}, {"tls", std::move(tls)}};
  settings.insert(settings.end(), more.begin(), more.end());
  return smtp_sink(settings);
}

inline RecordedBatch told(std::vector<std::string> addresses) {
  std::vector<RecordedRow> rows;
  for (auto& address : addresses) {
    rows.push_back(decision_row(static_cast<std::int64_t>(rows.size()), address, {customer_hit()}));
  }
  return decisions(std::move(rows));
}

inline void expect_status(const SinkStatus& status, std::uint16_t outcome,
                          std::uint16_t error_class, const std::string& code) {
  EXPECT_EQ(status.outcome, outcome) << status.text;
  EXPECT_EQ(status.error_class, error_class) << status.text;
  EXPECT_EQ(status.code, code) << status.text;
}

}  // namespace assay::testing::sinks
