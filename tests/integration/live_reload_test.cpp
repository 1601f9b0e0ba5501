// Another configuration put in force while the engine runs, between real servers: under load, many
// times, good and bad ones; rules with history that come later.
//
// ASSAY_RELOADS says how often the configuration is read again under load.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/operator.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kStore = "  main:\n    store: { sink: db, required: true }\n";

int reloads_wanted() {
  const auto* text = std::getenv("ASSAY_RELOADS");
  if (text != nullptr) return std::atoi(text);
  return std::getenv("ASSAY_FAULTS_FULL") != nullptr ? 1'000 : 24;
}

std::string large_rule(int version, const std::string& limit) {
  return "rule: large\nversion: " + std::to_string(version) +
         "\nowner: cards\nmode: live\nuse: large_amount\nparameters: { limits: { EUR: " + limit +
         " } }\nscore: 0.6\n";
}

// One that is refused, in turn for another reason; and words that its refusal has.
std::string spoil(const Deployment& deployment, int turn) {
  const auto good = contents(deployment.folder() / "assay.yaml");
  const auto replaced = [&](const std::string& what, const std::string& by) {
    auto text = good;
    text.replace(text.find(what), what.size(), by);
    deployment.configure(text);
  };
  switch (turn % 5) {
    case 0:
      deployment.write(
          "rules/late.yaml",
          "rule: late\nversion: 1\nowner: t\nwhen: amont > 5.00\nscore: 0.1\nreason: r\n");
      return "amont";
    case 1:
      deployment.configure(good + "polcy: 1\n");
      return "polcy";
    case 2:
      deployment.write("rules/late.yaml", "rule: late\nversion: 1\nowner: t\nuse: nowhere\n");
      return "nowhere";
    case 3:
      replaced("topic: " + deployment.topic(), "topic: elsewhere");
      return "`source.topic` cannot change while the engine runs";
    default:
      replaced("use: postgres\n", "use: postgres\n    batch: { rows: 77 }\n");
      return "`sinks.db.batch.rows` cannot change while the engine runs";
  }
}

TEST(LiveReload, under_load_loses_nothing_leaks_nothing_and_says_why_it_refuses) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("reloads");
  deployment.write("rules/large.yaml", large_rule(1, "50.00"));
  // History by the topic's key and beside it: what is remembered goes along each time.
  deployment.write("rules/often.yaml", R"(rule: often
version: 1
owner: cards
features:
  times: count() by user_id over 1h
  shops: distinct(user_id) by merchant over 1h
when: times > 100000 || shops > 100000
score: 0.1
reason: "{times} in an hour"
)");
  const auto configuration = "workers: 2\n" + deployment.whole(Deployment::postgres_sink(), kStore);
  deployment.configure(configuration);
  ASSERT_EQ(deployment.produce(500, 3).produced, 500u);  // makes the topics
  const auto engine = deployment.start();
  Operator person(*engine, deployment);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 500; })) << deployment.words();

  std::uint64_t produced = 500;
  std::jthread bank([&](const std::stop_token& stop) {
    for (std::uint64_t seed = 4; !stop.stop_requested(); ++seed) {
      produced += deployment.produce(1'000, seed, 2'000).produced;
    }
  });
  Holdings warm;
  const int wanted = reloads_wanted();
  for (int i = 0; i < wanted && engine->running(); ++i) {
    if (i == 8) warm = holdings(*engine);
    if (i % 2 == 1) {
      const auto before = person.status()["config_hash"];
      const auto expected = spoil(deployment, i / 2);
      const auto answer = person.reload();
      EXPECT_THAT(answer, HasSubstr(expected)) << i;
      EXPECT_THAT(answer, HasSubstr("yaml:")) << "it names the place";
      EXPECT_EQ(person.status()["config_hash"], before);
      std::filesystem::remove(deployment.folder() / "rules/late.yaml");
      deployment.configure(configuration);
      continue;
    }
    // Limit and version go together, so what was judged under which can be told.
    const int version = 2 + i / 2 % 2;
    deployment.write("rules/large.yaml", large_rule(version, version == 2 ? "100.00" : "50.00"));
    EXPECT_EQ(person.reload(), "in force") << i;
    const auto received = [&] { return person.metric("assay_records_received_total"); };
    const auto before = received();
    EXPECT_TRUE(engine->until([&] { return received() >= before + 100; })) << "none to judge";
  }
  ASSERT_TRUE(engine->running()) << deployment.words();
  const auto end = holdings(*engine);
  bank.request_stop();
  bank.join();
  EXPECT_EQ(person.metric("assay_config_last_reload_successful"), wanted % 2 == 1 ? 1u : 0u);
  EXPECT_EQ(person.metric("assay_plugins_retired"), 0u);
  ASSERT_TRUE(engine->until([&] {
    return deployment.stored() == static_cast<std::int64_t>(produced);
  })) << deployment.stored()
      << " of " << produced << "\n"
      << deployment.words();
  EXPECT_EQ(engine->stop(), 0);

  EXPECT_EQ(end.libraries, warm.libraries);
  EXPECT_EQ(end.threads, warm.threads);
  EXPECT_LE(end.files, warm.files + 4);  // a peer's connection may come and go
  EXPECT_LE(end.resident, warm.resident + (48u << 20));

  const auto of_topic = " WHERE topic = '" + deployment.topic() + "'";
  const auto count = static_cast<std::int64_t>(produced);
  EXPECT_EQ(ask_number("SELECT count(*) FROM transactions" + of_topic), count);
  EXPECT_EQ(
      ask_number("SELECT count(DISTINCT (partition, record_offset)) FROM transactions" + of_topic),
      count);
  // Each decision says under which configuration it was taken, and that is in the table.
  EXPECT_EQ(ask_number("SELECT count(*) FROM transactions LEFT JOIN assay_configs ON hash = "
                       "config_hash" +
                       of_topic + " AND hash IS NULL"),
            0);
  EXPECT_EQ(ask_number("SELECT count(DISTINCT config_hash) FROM transactions" + of_topic), 3);
  const auto hits =
      "SELECT config_hash, hit ->> 'version' AS version, amount FROM "
      "fraud_transactions, jsonb_array_elements(reasons) AS hit" +
      of_topic + " AND hit ->> 'rule' = 'large'";
  EXPECT_EQ(ask_number("SELECT count(*) FROM (SELECT config_hash FROM (" + hits +
                       ") AS h GROUP BY config_hash HAVING count(DISTINCT version) > 1) AS mixed"),
            0);
  EXPECT_EQ(
      ask_number("SELECT count(*) FROM (" + hits + ") AS h WHERE version = '2' AND amount <= 100"),
      0);
  EXPECT_GT(ask_number("SELECT count(*) FROM (" + hits + ") AS h WHERE version = '2'"), 0);
}

constexpr std::int64_t kUsers = 12;
constexpr std::int64_t kWindow = 600;  // seconds
constexpr std::int64_t kApart = 7;     // seconds between two payments

const char* const kVelocity = R"(rule: velocity
version: 1
owner: cards
mode: live
features:
  paid: count() by user_id over 10m
min_history: 10m
when: paid > 6
score: 0.5
reason: "{paid} payments in 10 minutes"
)";

// The next `count` payments of everybody in turn.
void pay(const Deployment& deployment, std::int64_t& number, std::int64_t count) {
  const auto start = noon_seconds() - 86'400;
  std::vector<OutgoingRecord> records;
  for (const auto end = number + count; number < end; ++number) {
    const auto user = number * number % kUsers;
    records.push_back({payment({{"transaction_id", std::to_string(number)},
                                {"timestamp", start + number * kApart},
                                {"user_id", user}}),
                       std::to_string(user), 0});
  }
  produce_records(kafka().address(), deployment.topic(), records);
}

std::vector<std::string> hits_from(const Deployment& deployment, std::int64_t offset) {
  return ask(
      "SELECT record_offset, hit ->> 'words' FROM fraud_transactions, "
      "jsonb_array_elements(reasons) AS hit WHERE topic = '" +
      deployment.topic() +
      "' AND hit ->> 'rule' = 'velocity' AND hit ->> 'answer' = 'hit' AND record_offset >= " +
      std::to_string(offset) + " ORDER BY 1");
}

TEST(LiveReload, a_velocity_rule_that_comes_later_is_silent_and_then_as_if_always_there) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment always("always");
  Deployment later("later");
  create_topic(kafka().address(), always.topic(), 1);
  create_topic(kafka().address(), always.holders(), 1);
  later.read_topics_of(always);
  for (auto* one : {&always, &later}) {
    for (const auto* rule : {"large", "place", "hour"}) {
      std::filesystem::remove(one->folder() / ("rules/" + std::string(rule) + ".yaml"));
    }
    one->write("rules/known.yaml", R"(rule: known
version: 1
owner: cards
features: { spent: sum(amount) by user_id over 1h }
when: spent > 1000000.00
score: 0.1
reason: "{spent} in an hour"
)");
    one->configure("state: { dir: " + (one->folder() / "state").string() + " }\n" +
                   one->whole(Deployment::postgres_sink(), kStore));
  }
  always.write("rules/velocity.yaml", kVelocity);

  std::int64_t number = 0;
  pay(always, number, 400);
  auto engine = later.start();
  {
    Operator person(*engine, later);
    ASSERT_TRUE(engine->until([&] { return later.stored() == number; })) << later.words();
    later.write("rules/velocity.yaml", kVelocity);
    ASSERT_EQ(person.reload(), "in force");
    EXPECT_EQ(person.status()["configuration"]["changes"], "1 rule added, 1 feature new");
  }
  const auto swapped = number;
  // The first one that is ten minutes behind the last one before.
  const auto warm = swapped - 1 + (kWindow + kApart - 1) / kApart;
  pay(always, number, 60);
  ASSERT_TRUE(engine->until([&] { return later.stored() == number; })) << later.words();
  EXPECT_TRUE(hits_from(later, 0).empty()) << "it has not seen ten minutes yet";

  // What it has begun to remember outlives the process.
  EXPECT_EQ(engine->stop(), 0);
  engine = later.start();
  pay(always, number, 340);
  ASSERT_TRUE(engine->until([&] { return later.stored() == number; })) << later.words();
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_THAT(later.words(), HasSubstr("restored from the snapshot at offset 460"));
  EXPECT_THAT(later.words(), Not(HasSubstr("passed over")));

  const auto all = hits_from(later, 0);
  const auto found = hits_from(later, warm);
  ask("TRUNCATE transactions, fraud_transactions, shadow_hits");
  engine = always.start();
  ASSERT_TRUE(engine->until([&] { return always.stored() == number; })) << always.words();
  EXPECT_EQ(engine->stop(), 0);
  const auto expected = hits_from(always, warm);
  EXPECT_GT(expected.size(), 50u) << "or it judges too little";
  EXPECT_EQ(found, expected);
  EXPECT_EQ(all, expected) << "no alert from part of a history";
}

}  // namespace
}  // namespace assay::testing
