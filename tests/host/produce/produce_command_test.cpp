#include "host/produce/produce_command.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>

namespace assay::host {
namespace {

struct Outcome {
  int exit_code;
  std::string out;
  std::string err;
};

// Usage errors that CLI11 itself finds count as 2, as in the program.
Outcome produce(const std::string& arguments) {
  CLI::App app{"assay"};
  int exit_code = -1;
  add_produce_command(app, exit_code);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  try {
    app.parse("produce " + arguments);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help("", CLI::AppFormatMode::All).c_str(), stdout);
    exit_code = 0;
  } catch (const CLI::ParseError& error) {
    std::fputs(error.what(), stderr);
    exit_code = 2;
  }
  std::fflush(stdout);
  std::fflush(stderr);
  return {exit_code, ::testing::internal::GetCapturedStdout(),
          ::testing::internal::GetCapturedStderr()};
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(ProduceCommand, prints_json_lines_and_nothing_else) {
  const Outcome outcome = produce("--stdout --count 7 --seed 3");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(lines_of(outcome.out), 7u);
  EXPECT_EQ(outcome.out.rfind("{\"transaction_id\":", 0), 0u) << outcome.out;
  EXPECT_EQ(outcome.err, "");
}

TEST(ProduceCommand, refuses_numbers_that_are_none) {
  for (const char* words : {"--stdout --count -1", "--stdout --rate nan", "--stdout --rate inf",
                            "--stdout --fraud-rate nan"}) {
    EXPECT_EQ(produce(words).exit_code, 2) << words;
  }
}

TEST(ProduceCommand, prints_holders_or_labels_on_request) {
  const Outcome holders = produce("--stdout holders --customers 4 --count 1");
  EXPECT_EQ(lines_of(holders.out), 4u);
  EXPECT_EQ(holders.out.rfind("{\"user_id\":", 0), 0u);
  const Outcome labels = produce("--stdout labels --count 2000 --fraud-rate 0.02");
  EXPECT_GT(lines_of(labels.out), 20u);
  EXPECT_NE(labels.out.find("\"fraud\":true"), std::string::npos);
}

TEST(ProduceCommand, help_shows_an_example) {
  const Outcome outcome = produce("--help");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_NE(outcome.out.find("assay produce --bootstrap localhost:9092"), std::string::npos);
}

TEST(ProduceCommand, wrong_values_are_usage_errors_that_say_what_was_expected) {
  EXPECT_EQ(produce("--fraud-rate 0.9").exit_code, 2);
  EXPECT_EQ(produce("--clock sundial").exit_code, 2);
  EXPECT_EQ(produce("--keyed maybe").exit_code, 2);
  const Outcome start = produce("--stdout --start yesterday");
  EXPECT_EQ(start.exit_code, 2);
  EXPECT_NE(start.err.find("expected 2026-01-05"), std::string::npos) << start.err;
  const Outcome live = produce("--clock live");
  EXPECT_EQ(live.exit_code, 2);
  EXPECT_NE(live.err.find("--rate"), std::string::npos) << live.err;
}

TEST(ProduceCommand, a_secret_on_the_command_line_is_refused_without_repeating_it) {
  const Outcome outcome = produce("-X sasl.password=hunter2 --count 1");
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("--properties-file"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("hunter2"), std::string::npos) << outcome.err;
}

TEST(ProduceCommand, an_unknown_property_is_named) {
  const Outcome outcome = produce("-X no.such=1 --count 1");
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("'no.such'"), std::string::npos) << outcome.err;
}

TEST(ProduceCommand, a_missing_properties_file_is_an_input_error) {
  const Outcome outcome = produce("--properties-file no_such_file --count 1");
  EXPECT_EQ(outcome.exit_code, 74);
  EXPECT_NE(outcome.err.find("no_such_file"), std::string::npos) << outcome.err;
}

TEST(ProduceCommand, start_times_are_read_in_three_forms) {
  EXPECT_EQ(parse_start_time("2026-01-05"), 1'767'571'200);
  EXPECT_EQ(parse_start_time("2026-01-05T08:30:15Z"), 1'767'571'200 + 8 * 3600 + 30 * 60 + 15);
  EXPECT_EQ(parse_start_time("1767571200"), 1'767'571'200);
  for (const char* wrong : {"", "2026-02-30", "2026-01-05T25:00:00Z", "2026-01-05T08:30:15",
                            "2026-01-05 08:30", "-5", "99999999999", "1969-01-01"}) {
    EXPECT_FALSE(parse_start_time(wrong)) << wrong;
  }
}

TEST(ProduceCommand, property_files_are_read_as_librdkafka_writes_them) {
  const auto read = parse_properties(
      "# cloud\n\n security.protocol = SASL_SSL\r\nsasl.password=a=b \n", "cloud.properties");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 2u);
  EXPECT_EQ(read->at("security.protocol"), "SASL_SSL");
  EXPECT_EQ(read->at("sasl.password"), "a=b");
}

TEST(ProduceCommand, a_bad_line_of_a_property_file_is_named_but_not_shown) {
  const auto read = parse_properties("a=1\nsecretvalue\n", "cloud.properties");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), "cloud.properties:2: expected name=value");
}

TEST(ProduceCommand, knows_secret_properties) {
  EXPECT_TRUE(is_secret_property("sasl.password"));
  EXPECT_TRUE(is_secret_property("ssl.key.password"));
  EXPECT_TRUE(is_secret_property("sasl.oauthbearer.client.secret"));
  EXPECT_TRUE(is_secret_property("ssl.key.pem"));
  EXPECT_FALSE(is_secret_property("linger.ms"));
}

}  // namespace
}  // namespace assay::host
