#include "host/config/reader.hpp"

#include <gtest/gtest.h>

#include "host/config/merge.hpp"
#include "host/config/message_room.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using testing::environment_of;
using testing::TemporaryFolder;

constexpr auto kHour = 3'600 * second_ns;
constexpr auto kDay = 24 * kHour;

const std::string sinks_and_chain =
    "sinks: { pg: { use: postgres } }\n"
    "chains: { main: { store: { sink: pg, required: true } } }\n";

class Reader : public ::testing::Test {
 protected:
  Config read(const std::vector<std::string>& paths) {
    Diagnostics diagnostics;
    auto config = read_config(paths, diagnostics, environment_of({{"SECRET", "hunter2"}}));
    EXPECT_TRUE(config) << render(diagnostics, DiagnosticFormat::human);
    return config ? std::move(*config) : Config();
  }
  Config read(const std::string& text) {
    return read(std::vector{folder.write("assay.yaml", text)});
  }

  TemporaryFolder folder;
};

TEST_F(Reader, gives_defaults_for_all_that_is_not_said) {
  const Config config = read(sinks_and_chain);
  EXPECT_EQ(config.source.topic, "transactions");
  EXPECT_EQ(config.source.max_message, 65'536);
  EXPECT_TRUE(config.source.static_membership);
  EXPECT_EQ(config.time.ahead, 300 * second_ns);
  EXPECT_EQ(config.time.behind, std::nullopt);
  EXPECT_EQ(config.time.skew, 3'600 * second_ns);
  EXPECT_EQ(config.time.alignment, 10 * second_ns);
  EXPECT_EQ(config.state.dir, "");
  EXPECT_EQ(config.state.interval, 60 * second_ns);
  EXPECT_FALSE(config.holders);
  EXPECT_TRUE(config.fields.empty());
  EXPECT_EQ(config.decision.decline, 0.9);
  EXPECT_EQ(config.sinks.at(0).batch_rows, 5000);
  EXPECT_EQ(config.sinks.at(0).batch_age, 10'000'000);
}

TEST_F(Reader, reads_every_section) {
  folder.write("rules/burst.yaml",
               "rule: small_burst\nversion: 4\nowner: cards-fraud\nmode: shadow\nuse: velocity\n"
               "parameters: { window: 10m, limit: 4, small: 10.00 EUR }\nscore: 0.6\nweight: 2\n"
               "reason: \"{attempts} payments\"\non_error: closed\n");
  folder.write("secrets/kafka", "hunter2\n");
  const Config config = read(R"(
source:
  topic: payments
  group: fraud
  key: none
  implies: [card]
  key_is_pan: tokenise
  bootstrap: kafka:9092
  kafka: { security.protocol: SASL_SSL, sasl.password: "${file:secrets/kafka}" }
  member: none
  max_message: 128 KiB
  on_gap: continue
workers: 3
memory: 1 GiB
time: { behind: 30d, ahead: off, skew: 2h, alignment: off, zone: Europe/Berlin }
state: { dir: /var/lib/assay, interval: 5m }
dedupe: { horizon: 48h }
default_currency: EUR
schema:
  fields:
    id: { type: text, required: true, role: id }
    amount: { type: decimal, from: /payment/amount }
features: { exact_events: 128, retention: 90d, memory: 1 GiB, spent: sum(amount) by card over 1d }
holders: { file: holders.jsonl, key: customer, schema: { fields: { customer: { type: int64 } } } }
card: { key_file: card.key, key_id: k7 }
rules: [rules/*.yaml]
plugins: { path: [plugins, /opt/plugins], max_size: 8 MiB }
decision:
  combine: noisy_or
  review: 0.4
  decline: 0.8
  precedence: [allow, block]
  weights: { small_burst: 0.5 }
  actions: { small_burst: { burst: block } }
  on_error: review
sinks:
  pg: { use: postgres, config: { dsn: x }, parallel: by_partition, instances: 2, batch: { rows: 10, bytes: 1 MiB, age: 1s }, timeout: 5s }
  mail: { use: smtp }
chains:
  main:
    alert: { sink: mail, when: 'decision != "approve"', after: store, required: true }
    store: { sink: pg, required: true }
  people: { kind: holder, keep: { sink: pg } }
dead_letters: { mode: file, file: dead.jsonl, guard: { share: 2.5 %, count: 7 } }
log: { level: debug, format: json }
)");
  EXPECT_EQ(config.source.key, "none");
  EXPECT_EQ(config.source.implies, std::vector<std::string>{"card"});
  EXPECT_EQ(config.source.key_is_pan, SourceConfig::KeyIsPan::tokenise);
  EXPECT_EQ(config.source.kafka.at("sasl.password"), "hunter2");
  EXPECT_FALSE(config.source.static_membership);
  EXPECT_EQ(config.source.on_gap, SourceConfig::OnGap::proceed);
  EXPECT_EQ(config.workers, 3);
  EXPECT_EQ(config.memory, 1 << 30);
  EXPECT_EQ(config.time.behind, 30 * kDay);
  EXPECT_EQ(config.time.ahead, std::nullopt);
  EXPECT_EQ(config.time.skew, 2 * kHour);
  EXPECT_EQ(config.time.alignment, std::nullopt);
  EXPECT_EQ(config.state.dir, "/var/lib/assay");
  EXPECT_EQ(config.state.interval, 300 * second_ns);
  EXPECT_EQ(config.fields.at(0).role, "id");
  EXPECT_EQ(config.fields.at(0).from, "/id");
  EXPECT_EQ(config.fields.at(1).from, "/payment/amount");
  EXPECT_EQ(config.features.exact_events, 128);
  EXPECT_EQ(config.features.retention, 90 * kDay);
  EXPECT_EQ(config.features.memory, 1 << 30);
  ASSERT_EQ(config.features.named.size(), 1u) << "an option is no name";
  EXPECT_EQ(config.features.named[0].name, "spent");
  EXPECT_EQ(config.features.named[0].text.text, "sum(amount) by card over 1d");
  EXPECT_EQ(config.holders->file, folder.path() + "/holders.jsonl");
  EXPECT_EQ(config.holders->topic, "");
  EXPECT_EQ(config.card.key_file, folder.path() + "/card.key");
  EXPECT_EQ(config.plugins.path,
            (std::vector<std::string>{folder.path() + "/plugins", "/opt/plugins"}));
  const RuleConfig& rule = config.rules.at(0);
  EXPECT_EQ(rule.id, "small_burst");
  EXPECT_EQ(rule.version, 4);
  EXPECT_EQ(rule.mode, RuleConfig::Mode::shadow);
  EXPECT_EQ(rule.weight, 0.5);
  EXPECT_EQ(rule.score, 0.6);
  EXPECT_EQ(rule.on_error, OnError::closed);
  EXPECT_EQ(rule.parameters.find("small")->text, "10.00 EUR");
  EXPECT_EQ(rule.parameters.find("limit")->span.text(), folder.path() + "/rules/burst.yaml:6:35");
  EXPECT_EQ(config.decision.combine, DecisionConfig::Combine::noisy_or);
  EXPECT_EQ(config.decision.wins, DecisionConfig::Action::allow);
  EXPECT_EQ(config.decision.actions.at(0).action, DecisionConfig::Action::block);
  EXPECT_EQ(config.sinks.at(0).batch_bytes, 1 << 20);
  EXPECT_EQ(config.sinks.at(0).config.find("dsn")->text, "x");
  EXPECT_EQ(config.chains.at(0).steps.at(0).id, "store")
      << "a step stands behind what it waits for";
  EXPECT_EQ(config.chains.at(0).steps.at(1).when.text, "decision != \"approve\"");
  EXPECT_EQ(config.chains.at(1).kind, ChainConfig::Kind::holder);
  EXPECT_EQ(config.dead_letters.mode, DeadLettersConfig::Mode::file);
  EXPECT_EQ(config.dead_letters.guard.share, 25'000);
  EXPECT_EQ(config.dead_letters.guard.count, 7);
  EXPECT_EQ(config.dead_letters.guard.window, 60 * second_ns);
  EXPECT_EQ(config.log.level, LogConfig::Level::debug);
  EXPECT_EQ(config.canonical_json.find("hunter2"), std::string::npos);
  EXPECT_EQ(print_merged(config.merged).find("hunter2"), std::string::npos);
  EXPECT_NE(config.canonical_json.find("\"small_burst\""), std::string::npos);
}

// As docs and design print it.
TEST_F(Reader, reads_a_rule_without_code_whole) {
  folder.write("rules/burst.yaml", R"(rule: small_burst
version: 4
owner: cards-fraud
mode: live                                  # off | shadow | live
parameters: { window: 10m, limit: 4, small: 10.00 EUR }
features:
  attempts: count() by card over parameters.window where amount <= parameters.small
when: attempts > parameters.limit             # or, with a plugin:  use: velocity
min_history: { attempts: 7d }
score: 0.6
reason: "{attempts} payments of at most {parameters.small} in {parameters.window} on one card"
tests:
  - name: the fifth small payment in ten minutes hits
    events: [{ repeat: 5, every: 60s, card: c1, amount: 3.00 }]
    expect: { hits: [5] }
  - name: a payment exactly ten minutes old is outside the window
    events: [{ at: 0s, card: c1, amount: 3.00 }, { repeat: 4, start: 600s, every: 1s, card: c1, amount: 3.00 }]
    expect: { hits: [] }
)");
  const Config config = read("rules: [rules/*.yaml]\n" + sinks_and_chain);
  const RuleConfig& rule = config.rules.at(0);
  EXPECT_EQ(rule.use, "");
  EXPECT_EQ(rule.code, "small_burst");
  EXPECT_EQ(rule.when.text, "attempts > parameters.limit");
  EXPECT_EQ(rule.features.at(0).name, "attempts");
  EXPECT_EQ(rule.min_history.at(0).feature, "attempts");
  EXPECT_EQ(rule.min_history.at(0).least, 7 * kDay);
  EXPECT_EQ(rule.reason.text.substr(0, 10), "{attempts}");
  EXPECT_EQ(rule.tests.items.size(), 2u);
}

TEST_F(Reader, one_duration_of_history_is_for_every_feature) {
  const Config config =
      read("rules: { r: { version: 1, use: velocity, min_history: 12h } }\n" + sinks_and_chain);
  EXPECT_EQ(config.rules.at(0).min_history.at(0).feature, "");
  EXPECT_EQ(config.rules.at(0).min_history.at(0).least, 12 * kHour);
}

TEST_F(Reader, reads_bands_a_breaker_and_the_cap) {
  const Config config = read(sinks_and_chain +
                             "decision: { cap: { declines: 1000, window: 1h } }\n"
                             "rules:\n"
                             "  burst:\n"
                             "    version: 1\n"
                             "    use: velocity\n"
                             "    breaker: { share: 5 %, count: 200, demote: true }\n"
                             "    bands:\n"
                             "      seen: [{ score: 0.1 }, { above: 5, score: 0.3, code: raised, "
                             "reason: '{attempts}' }]\n");
  ASSERT_TRUE(config.decision.cap);
  EXPECT_EQ(config.decision.cap->declines, 1000);
  EXPECT_EQ(config.decision.cap->window, 3'600 * second_ns);
  const RuleConfig& rule = config.rules.at(0);
  ASSERT_TRUE(rule.breaker);
  EXPECT_EQ(rule.breaker->share, 50'000);
  EXPECT_EQ(rule.breaker->count, 200);
  EXPECT_EQ(rule.breaker->window, 600 * second_ns);
  EXPECT_TRUE(rule.breaker->demote);
  ASSERT_EQ(rule.bands.size(), 1u);
  EXPECT_EQ(rule.bands[0].reason, "seen");
  ASSERT_EQ(rule.bands[0].bands.size(), 2u);
  EXPECT_TRUE(rule.bands[0].bands[0].above.is_null());
  EXPECT_EQ(rule.bands[0].bands[1].above.text, "5");
  EXPECT_EQ(rule.bands[0].bands[1].score, 0.3);
  EXPECT_EQ(rule.bands[0].bands[1].code, "raised");
  EXPECT_EQ(rule.bands[0].bands[1].reason.text, "{attempts}");
}

TEST_F(Reader, a_batch_is_an_eighth_of_the_memory_at_most) {
  const Config little = read("memory: 16 MiB\n" + sinks_and_chain);
  EXPECT_EQ(little.sinks.at(0).batch_bytes, 2 << 20);
  const Config usual = read(sinks_and_chain);
  EXPECT_EQ(usual.sinks.at(0).batch_bytes, 8 << 20);
  const Config two = read(
      "memory: 16 MiB\nsinks: { pg: { use: postgres }, mail: { use: smtp } }\n"
      "chains: { main: { store: { sink: pg, required: true }, mail: { sink: mail } } }\n");
  EXPECT_EQ(two.sinks.at(0).batch_bytes, 1 << 20) << "each may have one in hand";
}

TEST_F(Reader, no_more_workers_are_chosen_than_have_room_for_the_longest_message) {
  const auto room = [&](const std::string& more) {
    return workers_with_room(read(more + sinks_and_chain));
  };
  EXPECT_EQ(room("memory: 16 MiB\n"), 4);
  EXPECT_EQ(room("memory: 16 MiB\nholders: {}\n"), 3) << "their topic is read beside";
  EXPECT_EQ(room("memory: 64 MiB\nsource: { max_message: 1 MiB }\n"), 1);
  EXPECT_EQ(room("source: { max_message: 1 MiB }\n"), 8);
}

TEST_F(Reader, an_overlay_changes_adds_and_removes_by_id) {
  folder.write("rules/a.yaml", "rule: a\nversion: 1\nuse: list\nparameters: { x: 1, y: 2 }\n");
  folder.write("rules/b.yaml", "rule: b\nversion: 1\nuse: list\n");
  const auto base = folder.write("base.yaml", "rules: [rules/*.yaml]\n" + sinks_and_chain);
  const auto site = folder.write("site.yaml",
                                 "rules: { a: { mode: shadow, parameters: { x: 7 } }, b: null }\n"
                                 "chains: { main: { mail: { sink: mail, after: store } } }\n"
                                 "sinks: { mail: { use: smtp } }\n");
  const Config config = read(std::vector{base, site});
  ASSERT_EQ(config.rules.size(), 1u);
  EXPECT_EQ(config.rules[0].mode, RuleConfig::Mode::shadow);
  EXPECT_EQ(config.rules[0].parameters.find("x")->text, "7");
  EXPECT_EQ(config.rules[0].parameters.find("y")->text, "2");
  EXPECT_EQ(config.chains.at(0).steps.size(), 2u);
  const std::string merged = print_merged(config.merged);
  EXPECT_NE(merged.find("x: 7  # " + site + ":1\n"), std::string::npos);
  EXPECT_NE(merged.find("y: 2  # " + folder.path() + "/rules/a.yaml:4\n"), std::string::npos);
}

TEST_F(Reader, includes_lie_below_the_file_that_names_them) {
  folder.write("parts/first.yaml", "workers: 1\nmemory: 16 MiB\nrules: [own.yaml]\n");
  folder.write("parts/own.yaml", "rule: own\nversion: 1\nuse: list\n");
  folder.write("parts/second.yaml", "memory: 32 MiB\n");
  const Config config =
      read("include: [parts/first.yaml, parts/second.yaml]\nworkers: 5\n" + sinks_and_chain);
  EXPECT_EQ(config.workers, 5);
  EXPECT_EQ(config.memory, 32 << 20);
  EXPECT_EQ(config.rules.at(0).id, "own") << "a pattern starts at the file in which it stands";
}

TEST_F(Reader, the_hash_knows_meaning_only) {
  const Config first =
      read("workers: 2\n" + sinks_and_chain + "source: { kafka: { sasl.password: one } }\n");
  const Config same = read("# a comment\n" + sinks_and_chain +
                           "workers:   2\nsource: { kafka: { sasl.password: two } }\n");
  const Config other = read("workers: 3\n" + sinks_and_chain);
  EXPECT_EQ(first.hash, same.hash);
  EXPECT_NE(first.hash, other.hash);
  EXPECT_EQ(first.hash.size(), 64u);
}

TEST_F(Reader, a_missing_file_is_named) {
  Diagnostics diagnostics;
  const std::vector<std::string> paths{folder.path() + "/none.yaml"};
  EXPECT_FALSE(read_config(paths, diagnostics));
  EXPECT_EQ(testing::brief(diagnostics),
            "error[AS1001] cannot read `" + paths[0] + "`: there is no such file\n");
}

TEST_F(Reader, a_folder_is_no_configuration) {
  Diagnostics diagnostics;
  const std::vector<std::string> paths{folder.path()};
  EXPECT_FALSE(read_config(paths, diagnostics));
  EXPECT_NE(testing::brief(diagnostics).find("it is not a regular file"), std::string::npos);
}

}  // namespace
}  // namespace assay::host
