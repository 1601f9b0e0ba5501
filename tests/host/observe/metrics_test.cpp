#include "host/observe/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

#include "host/observe/process.hpp"
#include "tests/host/observe/a_status.hpp"

namespace assay::host {
namespace {

using testing::a_status;
using ::testing::HasSubstr;

std::uint64_t value_of(const std::string& text, const std::string& sample) {
  const auto at = text.find("\n" + sample + " ");
  if (at == std::string::npos) {
    ADD_FAILURE() << "no sample " << sample;
    return 0;
  }
  return std::stoull(text.substr(at + sample.size() + 2));
}

TEST(metrics, keep_the_counting_identity) {
  auto status = a_status();
  status.given_up = 7;
  const auto text = metrics_text(status, {}, "c0ffee");
  EXPECT_EQ(value_of(text, "assay_records_received_total"),
            value_of(text, R"(assay_records_completed_total{result="delivered"})") +
                value_of(text, R"(assay_records_completed_total{result="dead_lettered"})") +
                value_of(text, R"(assay_records_completed_total{result="duplicate"})") +
                value_of(text, R"(assay_records_completed_total{result="given_up"})") +
                value_of(text, "assay_records_in_flight"));
  EXPECT_EQ(value_of(text, "assay_records_received_total"), 117u);
}

TEST(metrics, name_rules_sinks_partitions_and_the_configuration) {
  auto status = a_status();
  status.rejects[static_cast<std::size_t>(core::DecodeError::not_json)] = 5;
  status.plugin_counters = {{"mail", "mails_sent", "Mails.", 7},
                            {"mail", "mails_sent", "Mails.", 2}};
  const auto text = metrics_text(status, {}, "c0ffee");
  for (const char* sample : {
           R"(,config_hash="c0ffee"} 1)",
           R"(assay_rule_hits_total{rule="large_amount",mode="live"} 4)",
           R"(assay_rule_hits_total{rule="trial",mode="shadow"} 0)",
           R"(assay_sink_records_total{sink="database",instance="0"} 90)",
           R"(assay_consumer_lag_records{topic="payments",partition="0"} 4)",
           R"(assay_records_rejected_total{reason="not_json"} 5)",
           R"(assay_decisions_total{decision="approve"} 80)",
           R"(assay_plugin_mails_sent_total{plugin="mail"} 9)",
       }) {
    EXPECT_THAT(text, HasSubstr(sample));
  }
}

TEST(metrics, say_whether_the_engine_is_ready) {
  auto status = a_status();
  EXPECT_EQ(value_of(metrics_text(status, {}, "c0ffee"), "assay_ready"), 1u);
  status.workers[0].trouble = "_ALL_BROKERS_DOWN: 1/1 brokers are down";
  EXPECT_EQ(value_of(metrics_text(status, {}, "c0ffee"), "assay_ready"), 0u);
}

// What Prometheus would refuse or misread: a sample outside its family, a family twice, a counter
// without _total, a name that is none.
TEST(metrics, are_well_formed) {
  auto status = a_status();
  status.plugin_counters = {
      {"a", "n", "N.", 1}, {"b", "m", "M.", 2}, {"c", "n", "N.", 3}, {"a", "n", "N.", 4}};
  std::istringstream lines(metrics_text(status, process_use(), "c0ffee"));
  const std::regex sample(R"re(([a-z_][a-z0-9_]*)(\{([a-z_]+="[^"]*",?)+\})? [0-9.e+-]+)re");
  std::set<std::string> families;
  std::set<std::string> names;  // with labels
  std::string family;
  std::string type;
  int samples = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(families.insert(family).second) << "twice: " << family;
      EXPECT_TRUE(line.ends_with('.')) << line;
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      type = line.substr(line.rfind(' ') + 1);
      EXPECT_EQ(line, "# TYPE " + family + " " + type);
      EXPECT_EQ(type == "counter", family.ends_with("_total")) << family;
      continue;
    }
    std::smatch parts;
    ASSERT_TRUE(std::regex_match(line, parts, sample)) << line;
    // A histogram's samples have names of their own behind the family's.
    const auto rest = parts[1].str().substr(std::min(parts[1].str().size(), family.size()));
    EXPECT_TRUE(parts[1].str().starts_with(family)) << line;
    EXPECT_EQ(type == "histogram", rest == "_bucket" || rest == "_sum" || rest == "_count") << line;
    EXPECT_TRUE(type == "histogram" || rest.empty()) << line;
    EXPECT_TRUE(names.insert(line.substr(0, line.rfind(' '))).second) << "twice: " << line;
    ++samples;
  }
  EXPECT_GT(samples, 60);
}

TEST(process_use, is_that_of_this_process) {
  const auto use = process_use();
  EXPECT_GT(use.resident_bytes, 1u << 20);
  EXPECT_GE(use.threads, 1u);
  EXPECT_GE(use.open_files, 3u);
  EXPECT_GE(use.most_files, use.open_files);
  EXPECT_GT(use.started, 1.6e9);
  EXPECT_LT(use.started, static_cast<double>(time(nullptr)) + 2);
}

}  // namespace
}  // namespace assay::host
