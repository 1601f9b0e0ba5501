// What is told of two configurations of which one lays something over the other.
#include "host/comparison/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/comparison/two_configurations.hpp"

namespace assay::host {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Kind = Change::Kind;
using Part = Change::Part;
using Weight = Consequence::Weight;

class ComparisonTest : public ::testing::Test {
 protected:
  void compare(const std::string& before, const std::string& after) {
    all_ = two_.compared(before, after);
  }
  // What a change from the base to `overlay` is.
  void overlay(const std::string& overlay) { compare("", overlay); }

  // The only change of that part; one of no name where it is not the only one.
  Change change(Part part) const {
    std::vector<Change> found;
    for (const auto& one : all_.changes) {
      if (one.part == part) found.push_back(one);
    }
    EXPECT_THAT(found, SizeIs(1));
    return found.size() == 1 ? found[0] : Change{};
  }
  static std::string words(const Change& change, Weight weight) {
    std::string all;
    for (const auto& one : change.consequences) {
      if (one.weight == weight) all += one.words + "\n";
    }
    return all;
  }
  // "path: before -> after", a line each.
  static std::string settings(const Change& change) {
    std::string all;
    for (const auto& one : change.differences) {
      all += one.path + ": " + one.before.value_or("none") + " -> " + one.after.value_or("none") +
             "\n";
    }
    return all;
  }

  testing::TwoConfigurations two_;
  Comparison all_;
};

TEST_F(ComparisonTest, of_one_and_the_same_finds_nothing) {
  overlay("");
  EXPECT_THAT(all_.changes, IsEmpty());
  EXPECT_EQ(all_.before, all_.after);
  EXPECT_EQ(all_.features_kept, 1u);
}

TEST_F(ComparisonTest, initialises_no_plugin_twice) {
  overlay("rules: { large: { score: 0.4 } }");
  EXPECT_THAT(two_.before().plugins(), SizeIs(5));
  EXPECT_EQ(two_.before().plugins(), two_.after().plugins());
}

TEST_F(ComparisonTest, of_what_is_only_written_otherwise_finds_nothing) {
  overlay(
      "log: { level: info }\ntime: { skew: 60m }\ndecision: { weights: { large: 1.0 } }\n"
      "rules: { large: { mode: live, parameters: { limits: { EUR: 5000 } } }, burst: { code: burst "
      "} }\n"
      "schema: { fields: { note: { from: /note, required: false } } }\n"
      "chains: { main: { alert: { required: false } } }\n");
  EXPECT_THAT(all_.changes, IsEmpty());
  EXPECT_NE(all_.before, all_.after);
}

TEST_F(ComparisonTest, of_the_rules_tells_one_that_comes_and_one_that_goes) {
  const std::string more =
      "rules: { night: { version: 1, mode: shadow, when: amount > 5, reason: r } }";
  overlay(more);
  auto rule = change(Part::rules);
  EXPECT_EQ(rule.kind, Kind::added);
  EXPECT_EQ(rule.what, "night");
  EXPECT_THAT(words(rule, Weight::note), HasSubstr("in shadow"));

  compare(more, "");
  rule = change(Part::rules);
  EXPECT_EQ(rule.kind, Kind::removed);
  EXPECT_THAT(words(rule, Weight::note), HasSubstr("it decided nothing before"));

  compare("", "rules: { large: null }");
  EXPECT_THAT(words(change(Part::rules), Weight::note), HasSubstr("count in no decision"));
}

TEST_F(ComparisonTest, of_a_rule_warns_where_its_content_changes_and_its_version_does_not) {
  overlay("rules: { large: { parameters: { limits: { EUR: 4000, USD: 10 } } } }");
  const auto rule = change(Part::rules);
  EXPECT_EQ(rule.kind, Kind::changed);
  EXPECT_EQ(settings(rule),
            "parameters.limits.EUR: 5000 -> 4000\nparameters.limits.USD: none -> 10\n");
  EXPECT_THAT(words(rule, Weight::warning), HasSubstr("raise `version` to 4"));
}

TEST_F(ComparisonTest, of_a_rule_does_not_warn_where_its_version_rises) {
  overlay("rules: { large: { version: 4, score: 0.4 } }");
  const auto rule = change(Part::rules);
  EXPECT_EQ(settings(rule), "version: 3 -> 4\nscore: none -> 0.4\n");
  EXPECT_EQ(words(rule, Weight::warning), "");
  EXPECT_EQ(words(rule, Weight::note), "");
}

TEST_F(ComparisonTest, of_a_rule_tells_a_version_that_rises_for_nothing_or_falls) {
  overlay("rules: { large: { version: 4 } }");
  EXPECT_THAT(words(change(Part::rules), Weight::note), HasSubstr("nothing that it answers"));
  overlay("rules: { large: { version: 2, score: 0.4 } }");
  EXPECT_THAT(words(change(Part::rules), Weight::warning), HasSubstr("take 4"));
}

TEST_F(ComparisonTest, of_a_rule_asks_for_no_version_where_only_the_policy_about_it_changes) {
  overlay(
      "rules: { large: { mode: shadow, on_error: review, breaker: { share: 5 %, count: 9 } } }\n"
      "decision: { weights: { large: 2 } }");
  const auto rule = change(Part::rules);
  EXPECT_THAT(settings(rule), HasSubstr("mode: live -> shadow\n"));
  EXPECT_THAT(settings(rule), HasSubstr("weight: 1 -> 2\n"));
  EXPECT_THAT(settings(rule), HasSubstr("on_error: open -> review\n"));
  EXPECT_THAT(settings(rule), HasSubstr("breaker.share: none -> 5 %\n"));
  EXPECT_EQ(words(rule, Weight::warning), "");
  EXPECT_THAT(words(rule, Weight::note), HasSubstr("in shadow"));
}

TEST_F(ComparisonTest, of_a_rule_looks_into_the_files_that_it_names) {
  two_.folder().write("other/stolen.txt", "42\n");
  two_.folder().write("more/stolen.txt", "42\n43\n");
  const auto list = [&](const std::string& folder) {
    two_.folder().write(folder + "/list.yaml",
                        "rules: { stolen: { parameters: { file: stolen.txt } } }");
    return "include: [" + folder + "/list.yaml]\n";
  };
  compare(list("other"), list("more"));
  const auto rule = change(Part::rules);
  ASSERT_THAT(rule.differences, SizeIs(1));
  EXPECT_TRUE(rule.differences[0].contents_only);
  EXPECT_THAT(settings(rule), HasSubstr("parameters.file: stolen.txt (contents "));
  EXPECT_EQ(words(rule, Weight::warning), "");
  EXPECT_THAT(words(rule, Weight::note), HasSubstr("holds something else"));
}

TEST_F(ComparisonTest, of_history_tells_what_starts_cold_and_what_is_forgotten) {
  overlay(
      "state: { dir: s }\n"
      "rules: { burst: { version: 2, features: { recent: count() by user_id over 3h } } }");
  std::vector<Change> history;
  for (const auto& one : all_.changes) {
    if (one.part == Part::features) history.push_back(one);
  }
  ASSERT_THAT(history, SizeIs(2)) << "there were no snapshots before";
  EXPECT_EQ(history[0].kind, Kind::added);
  EXPECT_EQ(history[0].what, "count() by user_id over 3h");
  EXPECT_THAT(words(history[0], Weight::note), HasSubstr("read by rule `burst`"));
  EXPECT_THAT(words(history[0], Weight::note), HasSubstr("it is warm 3h of event time after"));
  EXPECT_EQ(history[1].kind, Kind::removed);
  EXPECT_EQ(history[1].what, "count() by user_id over 10m");
  EXPECT_EQ(all_.features_kept, 0u);
}

TEST_F(ComparisonTest, of_history_tells_of_snapshots_that_no_longer_fit) {
  const std::string state = "state: { dir: s }\n";
  compare(state, state + "dedupe: { horizon: 12h }");
  auto snapshots = change(Part::features);
  EXPECT_EQ(snapshots.what, "snapshots");
  EXPECT_THAT(words(snapshots, Weight::note), HasSubstr("the longest window (10m)"));
  // Tuning costs no history.
  compare(state, state + "rules: { large: { version: 4, score: 0.4 } }");
  for (const auto& one : all_.changes) EXPECT_NE(one.part, Part::features);
}

TEST_F(ComparisonTest, of_history_tells_its_limits) {
  overlay("features: { exact_events: 100, unused: count() by user_id over 1d }");
  EXPECT_EQ(settings(change(Part::features)),
            "exact_events: 4096 -> 100\nunused: none -> count() by user_id over 1d\n");
}

TEST_F(ComparisonTest, of_the_schema_tells_fields_that_come_go_or_are_read_otherwise) {
  overlay("schema: { fields: { shop: { type: text, required: true } } }");
  auto field = change(Part::schema);
  EXPECT_EQ(field.kind, Kind::added);
  EXPECT_EQ(field.what, "shop");
  EXPECT_THAT(words(field, Weight::warning), HasSubstr("without it becomes a dead letter"));

  overlay("schema: { fields: { note: null } }");
  EXPECT_EQ(change(Part::schema).kind, Kind::removed);

  overlay("schema: { fields: { note: { type: int64, from: /n } } }");
  field = change(Part::schema);
  EXPECT_EQ(settings(field), "type: text -> int64\nfrom: /note -> /n\n");
  EXPECT_THAT(words(field, Weight::warning), HasSubstr("as the new type"));
  EXPECT_THAT(words(field, Weight::note), HasSubstr("at the old place alone is without it"));
}

TEST_F(ComparisonTest, of_the_schema_knows_the_fields_of_holders) {
  const auto holders = [](const std::string& type) {
    return "holders: { schema: { fields: { user_id: { type: text }, rank: { type: " + type +
           " } } } }";
  };
  compare(holders("text"), holders("int64"));
  EXPECT_EQ(change(Part::schema).what, "holder.rank");
}

TEST_F(ComparisonTest, of_the_decision_tells_cut_offs_actions_and_caps) {
  overlay(
      "decision: { decline: 0.7, review: 0.6, cap: { declines: 5 }, actions: { stolen: "
      "{ on_block_list: block } } }");
  const auto decision = change(Part::decision);
  EXPECT_THAT(settings(decision), HasSubstr("decline: 0.9 -> 0.7\n"));
  EXPECT_THAT(settings(decision), HasSubstr("actions.stolen.on_block_list: none -> block\n"));
  EXPECT_THAT(settings(decision), HasSubstr("cap.declines: none -> 5\ncap.window: none -> 10m\n"));
  EXPECT_THAT(words(decision, Weight::note), HasSubstr("lower scores lead to a decline"));
  EXPECT_THAT(words(decision, Weight::note), HasSubstr("a review needs a higher score"));
}

TEST_F(ComparisonTest, of_the_policy_on_errors_is_told_once_and_not_of_each_rule) {
  overlay("decision: { on_error: closed }");
  ASSERT_THAT(all_.changes, SizeIs(1));
  EXPECT_THAT(words(change(Part::decision), Weight::note), HasSubstr("without an `on_error`"));
}

TEST_F(ComparisonTest, of_the_source_needs_a_restart_and_says_what_becomes_of_cursors) {
  overlay("source: { group: other }");
  auto source = change(Part::source);
  EXPECT_EQ(settings(source), "group: assay -> other\n");
  EXPECT_THAT(words(source, Weight::restart), HasSubstr("restart"));
  EXPECT_THAT(words(source, Weight::warning), HasSubstr("judged, stored and told once more"));

  overlay("source: { topic: payments }");
  EXPECT_THAT(words(change(Part::source), Weight::warning),
              HasSubstr("of `payments` there is none"));

  overlay("source: { bootstrap: other:9092 }");
  EXPECT_THAT(words(change(Part::source), Weight::warning), HasSubstr("another cluster"));

  overlay("source: { max_message: 32 KiB }");
  source = change(Part::source);
  EXPECT_EQ(settings(source), "max_message: 64 KiB -> 32 KiB\n");
  EXPECT_EQ(words(source, Weight::warning), "");
  EXPECT_NE(words(source, Weight::restart), "");
}

TEST_F(ComparisonTest, of_a_sink_warns_where_its_cursors_may_be_left_behind) {
  overlay("sinks: { db: { config: { file: y.db } } }");
  auto sink = change(Part::sinks);
  EXPECT_EQ(sink.what, "db");
  EXPECT_EQ(settings(sink), "config.file: x.db -> y.db\n");
  EXPECT_THAT(words(sink, Weight::warning), HasSubstr("what the group has committed"));

  overlay("sinks: { db: { batch: { rows: 7 } } }");
  EXPECT_EQ(words(change(Part::sinks), Weight::warning), "");
  overlay("sinks: { mail: { config: { folder: n } } }");
  EXPECT_EQ(words(change(Part::sinks), Weight::warning), "") << "it keeps none";
}

TEST_F(ComparisonTest, of_secrets_tells_that_they_are_others_and_nothing_more) {
  overlay(
      "source: { kafka: { sasl.password: hunter3 } }\n"
      "sinks: { pg: { config: { password: hunter3 } } }\n");
  EXPECT_EQ(settings(change(Part::source)), "kafka.sasl.password: *** -> ***\n");
  EXPECT_EQ(settings(change(Part::sinks)), "config.password: *** -> ***\n");
  EXPECT_EQ(words(change(Part::sinks), Weight::warning), "") << "it is the same database";
}

TEST_F(ComparisonTest, of_a_new_step_says_where_it_begins) {
  overlay(
      "sinks: { second: { use: sqlite, config: { file: z.db } } }\n"
      "chains: { main: { copy: { sink: second, required: true } } }");
  const auto step = change(Part::chains);
  EXPECT_EQ(step.what, "main.copy");
  EXPECT_EQ(step.kind, Kind::added);
  EXPECT_THAT(words(step, Weight::note), HasSubstr("it has no cursor yet"));
  EXPECT_THAT(words(step, Weight::note), HasSubstr("it is required"));
  EXPECT_EQ(change(Part::sinks).what, "second");

  overlay("chains: { main: { tell: { sink: mail } } }");
  EXPECT_THAT(words(change(Part::chains), Weight::note), Not(HasSubstr("cursor")));
  EXPECT_THAT(words(change(Part::chains), Weight::note), HasSubstr("it is optional"));

  overlay("chains: { main: { tell: { sink: mail, deferred: keep } } }");
  EXPECT_THAT(words(change(Part::chains), Weight::note), HasSubstr("it is deferred"));
}

TEST_F(ComparisonTest, of_a_step_that_goes_says_what_it_leaves) {
  overlay("chains: { main: { store: null } }");
  auto step = change(Part::chains);
  EXPECT_EQ(step.kind, Kind::removed);
  EXPECT_THAT(words(step, Weight::warning), HasSubstr("its cursor stays"));

  overlay("chains: { main: { alert: null } }");
  EXPECT_THAT(words(change(Part::chains), Weight::warning), HasSubstr("assay outbox ls"));
}

TEST_F(ComparisonTest, of_a_step_tells_what_is_required_wanted_and_where_it_goes) {
  overlay("chains: { main: { store: { required: false } } }");
  auto step = change(Part::chains);
  EXPECT_EQ(settings(step), "required: true -> false\n");
  EXPECT_THAT(words(step, Weight::note), HasSubstr("it is optional"));

  overlay("chains: { main: { alert: { when: 'decision == \"decline\"' } } }");
  EXPECT_THAT(words(change(Part::chains), Weight::note), HasSubstr("other records"));

  overlay("chains: { main: { store: { sink: pg } } }");
  step = change(Part::chains);
  EXPECT_EQ(settings(step), "sink: db -> pg\n");
  EXPECT_THAT(words(step, Weight::warning), HasSubstr("its cursor is kept by the sink"));

  overlay("chains: { main: { alert: { deferred: null } } }");
  EXPECT_THAT(words(change(Part::chains), Weight::warning), HasSubstr("delivered by nobody"));
  compare("chains: { main: { alert: { deferred: null } } }", "");
  EXPECT_THAT(words(change(Part::chains), Weight::note), HasSubstr("it is deferred"));
}

// One of each section that has no words of its own: nothing is passed over in silence.
class EngineSettings : public ComparisonTest,
                       public ::testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(EngineSettings, are_compared) {
  overlay(GetParam().first);
  EXPECT_THAT(settings(change(Part::engine)), HasSubstr(GetParam().second));
}

INSTANTIATE_TEST_SUITE_P(
    of_every_section, EngineSettings,
    ::testing::Values(std::pair{"workers: 3", "workers: 0 -> 3"},
                      std::pair{"memory: 1 GiB", "memory: 512 MiB -> 1 GiB"},
                      std::pair{"time: { ahead: off }", "ahead: 5m -> off"},
                      std::pair{"state: { dir: s }", "dir: none -> s"},
                      std::pair{"dedupe: { horizon: 1h }", "horizon: 24h -> 1h"},
                      std::pair{"default_currency: USD", "default_currency: EUR -> USD"},
                      std::pair{"card: { key_id: k2 }", "key_id: none -> k2"},
                      std::pair{"plugins: { max_size: 99 MiB }", "max_size: 64 MiB -> 99 MiB"},
                      std::pair{"dead_letters: { topic: t }", "topic: assay.dead_letters -> t"},
                      std::pair{"outbox: { keep: 1d }", "keep: 7d -> 1d"},
                      std::pair{"observe: { listen: off }", "listen: 127.0.0.1:9464 -> off"},
                      std::pair{"log: { level: debug }", "level: info -> debug"}),
    [](const auto& one) {
      const std::string text = one.param.first;
      return text.substr(0, text.find(':'));
    });

TEST_F(ComparisonTest, of_holders_warns_of_their_topic_and_of_none) {
  const std::string holders = "holders: { schema: { fields: { user_id: { type: text } } }, topic: ";
  compare(holders + "a }", holders + "b }");
  auto engine = change(Part::engine);
  EXPECT_EQ(settings(engine), "topic: a -> b\n");
  EXPECT_THAT(words(engine, Weight::warning), HasSubstr("start of its log"));
  compare(holders + "a }", "");
  EXPECT_EQ(settings(change(Part::engine)), "topic: a -> none\nkey: user_id -> none\n");
}

}  // namespace
}  // namespace assay::host
