// What a running engine takes, and what it refuses for a restart, each at its place.
#include "host/reload/live_changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "host/reload/changes_in_words.hpp"
#include "tests/host/comparison/two_configurations.hpp"

namespace assay::host {
namespace {

using ::testing::HasSubstr;

// By this process, from files.
std::uintmax_t bytes_read() {
  std::ifstream counters("/proc/self/io");
  std::string name;
  std::uintmax_t bytes = 0;
  counters >> name >> bytes;
  return bytes;
}

class LiveChanges : public ::testing::Test {
 protected:
  // What is said of `overlay` laid over what runs; empty where it is taken.
  std::string refusal_of(const std::string& overlay) {
    (void)both_.compared("", overlay);
    Diagnostics diagnostics;
    const bool taken = is_live(both_.before(), both_.after(), diagnostics);
    EXPECT_EQ(taken, !diagnostics.has_errors());
    for (const auto& one : diagnostics.all()) EXPECT_EQ(one.code, Code::needs_restart);
    return render(diagnostics, DiagnosticFormat::human);
  }
  std::string words_of(const std::string& overlay) {
    (void)both_.compared("", overlay);
    return changes_in_words(both_.before(), both_.after());
  }

  testing::TwoConfigurations both_;
};

TEST_F(LiveChanges, take_what_rules_and_policy_say) {
  EXPECT_EQ(refusal_of(""), "");
  EXPECT_EQ(refusal_of("rules: { large: { version: 4, parameters: { limits: { EUR: 7 } } } }"), "");
  EXPECT_EQ(refusal_of("rules: { burst: null }"), "");
  EXPECT_EQ(refusal_of("rules: { more: { version: 1, when: amount > 3.00, reason: m } }"), "");
  EXPECT_EQ(refusal_of("features: { often: count() by user_id over 5m }"), "");
  EXPECT_EQ(refusal_of("decision: { review: 0.3, weights: { large: 0.5 } }"), "");
  EXPECT_EQ(refusal_of("plugins: { max_retired: 7 }"), "");
}

TEST_F(LiveChanges, refuse_what_is_settled_at_the_start_with_each_key_at_its_place) {
  const auto refusal = refusal_of("source: { topic: other }\nworkers: 3\nmemory: 1 GiB\n");
  EXPECT_THAT(refusal, HasSubstr("`source.topic` cannot change while the engine runs"));
  EXPECT_THAT(refusal, HasSubstr("`workers` cannot change while the engine runs"));
  EXPECT_THAT(refusal, HasSubstr("`memory` cannot change while the engine runs"));
  EXPECT_THAT(refusal, HasSubstr("new.yaml:1:11"));
  EXPECT_THAT(refusal, HasSubstr("new.yaml:2:1"));
  EXPECT_THAT(refusal, HasSubstr("restart the engine"));
}

TEST_F(LiveChanges, refuse_other_sinks_steps_fields_and_limits_of_history) {
  EXPECT_THAT(refusal_of("sinks: { db: { config: { file: y.db } } }"),
              HasSubstr("`sinks.db.config.file`"));
  EXPECT_THAT(refusal_of("sinks: { db: { batch: { rows: 7 } } }"),
              HasSubstr("`sinks.db.batch.rows`"));
  EXPECT_THAT(refusal_of("chains: { main: { alert: null } }"),
              HasSubstr("`chains.main.alert` cannot be removed"));
  EXPECT_THAT(refusal_of("schema: { fields: { place: { type: text } } }"),
              HasSubstr("`schema.fields.place` cannot be added"));
  EXPECT_THAT(refusal_of("features: { exact_events: 100 }"), HasSubstr("exact_events"));
  EXPECT_THAT(refusal_of("decision: { cap: { declines: 5 } }"), HasSubstr("cap"));
  EXPECT_THAT(refusal_of("source: { kafka: { sasl.password: other-one } }"), HasSubstr("***"))
      << "and no secret is shown";
}

// It is what the engine writes, and may be as large as a disk.
TEST_F(LiveChanges, read_no_file_of_a_sink) {
  constexpr std::uintmax_t kLarge = 256 << 20;
  both_.folder().write("x.db", "");
  std::filesystem::resize_file(both_.folder().path() + "/x.db", kLarge);
  (void)both_.compared("", "");
  const auto before = bytes_read();
  Diagnostics diagnostics;
  EXPECT_TRUE(is_live(both_.before(), both_.after(), diagnostics));
  EXPECT_EQ(changes_in_words(both_.before(), both_.after()), "nothing changed");
  EXPECT_LT(bytes_read() - before, kLarge / 8);
}

TEST_F(LiveChanges, are_told_on_one_line) {
  EXPECT_EQ(words_of(""), "nothing changed");
  EXPECT_EQ(
      words_of("rules: { burst: null, large: { version: 4, score: 0.2 }, more: { version: 1, "
               "when: often > 3, reason: m, features: { often: count() by user_id over 5m } } "
               "}\ndecision: { review: 0.3 }"),
      "1 rule added, 1 rule changed, 1 rule removed, 1 feature new, the policy changed");
  EXPECT_EQ(words_of("plugins: { isolation: process }"), "`plugins.isolation` changed");
}

}  // namespace
}  // namespace assay::host
