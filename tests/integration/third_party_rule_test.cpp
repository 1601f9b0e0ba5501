// A rule by somebody who has the installed headers and a compiler, and nothing of this tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kRule =
    R"cpp(// Flags a round amount: whole hundreds, at least as large as `from`.
#include <assay/rule.hpp>

          class RoundAmount {
           public:
            void bind(assay::Binder& binder) {
              from_ = binder.config("from", assay::Money::of(500));
              amount_ = binder.field<assay::Money>("amount");
              round_ =
                  binder.reason("round_amount", "{amount} is a round amount of at least {from}",
                                {assay::evidence<assay::Money>("amount")}, {{"from", from_}});
            }

            assay::Verdict evaluate(const assay::Row& tx) const {
              const auto amount = tx[amount_];
              if (!amount) return assay::inconclusive();
              const bool is_round = amount->units % assay::Money::of(100).units == 0;
              return is_round && *amount >= from_ ? assay::hit(round_, 0.4, *amount) : assay::no_hit();
            }

            static constexpr const char* schema =
                R"json({"type": "object", "additionalProperties": false,
    "properties": {"from": {"type": "string", "format": "decimal", "default": "500.00"}}})json";

           private:
            assay::Money from_;
            assay::Field<assay::Money> amount_;
            assay::Reason round_;
          };

          ASSAY_RULE(RoundAmount, "round_amount", "2.1.0")
    )cpp";

// The rule of the plugin ABI's design, as it is printed there.
constexpr const char* kVelocity =
    R"cpp(// Flags a card that is tried too often in a short time.
#include <assay/rule.hpp>

          namespace {

          class CardVelocity {
           public:
            void bind(assay::Binder& binder) {
              limit_ = binder.config("limit", 5);
              const auto window = binder.config("window", assay::minutes{10});
              attempts_ = binder.feature<std::int64_t>("count() by card over " + assay::to_string(window));
              tried_ = binder.reason("card_velocity",
                                     "{attempts} attempts on this card in {window}, limit {limit}",
                                     {"attempts"}, {{"window", window}, {"limit", limit_}});
            }

            assay::Verdict evaluate(const assay::Row& tx) const {
              const auto attempts = tx[attempts_];
              if (!attempts) return assay::inconclusive();
              return *attempts > limit_ ? assay::hit(tried_, 0.8, *attempts) : assay::no_hit();
            }

           private:
            std::int64_t limit_ = 0;
            assay::Feature<std::int64_t> attempts_;
            assay::Reason tried_;
          };

          }  // namespace

          ASSAY_RULE(CardVelocity, "card_velocity", "1.0.0")
    )cpp";

// A folder with `name`.so, made of the source with the installed headers and a compiler alone.
std::filesystem::path compiled(const Deployment& deployment, const std::string& name,
                               const char* source) {
  const auto& folder = deployment.folder();
  const auto installed = run_program({ASSAY_CMAKE, "--install", ASSAY_SDK_BUILD, "--component",
                                      "plugin-sdk", "--prefix", folder / "sdk"});
  EXPECT_EQ(installed.code, 0) << installed.words;
  deployment.write(name + ".cpp", source);
  std::filesystem::create_directory(folder / "strangers");
  const auto made = run_program({ASSAY_CXX, "-std=c++20", "-shared", "-fPIC",
                                 "-I" + (folder / "sdk/include").string(), folder / (name + ".cpp"),
                                 "-o", folder / "strangers" / (name + ".so")});
  EXPECT_EQ(made.code, 0) << made.words;
  return folder / "strangers";
}

TEST(third_party_rule, is_compiled_outside_the_tree_loads_and_its_hits_reach_table_and_mail) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("stranger");
  deployment.search_plugins_in(compiled(deployment, "round_amount", kRule));

  for (const auto* from : {"300", "500"}) {
    deployment.write(std::string("rules/from_") + from + ".yaml",
                     std::string("rule: from_") + from +
                         "\nversion: 1\nowner: t\nmode: live\nuse: round_amount\nparameters: { "
                         "from: " +
                         from + ".00 }\n");
  }
  create_topic(kafka().address(), deployment.topic(), 1);
  create_topic(kafka().address(), deployment.holders(), 1);
  produce_records(kafka().address(), deployment.topic(),
                  {{payment({{"transaction_id", "tx-400"}, {"amount", 400}}), "7", -1},
                   {payment({{"transaction_id", "tx-500"}, {"amount", 500}}), "7", -1},
                   {payment({{"transaction_id", "tx-450"}, {"amount", 450}}), "7", -1}});
  deployment.configure_main_job();
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == 3; })) << deployment.words();
  EXPECT_EQ(engine->stop(), 0);

  EXPECT_EQ(ask("SELECT transaction_id, hit ->> 'rule', hit ->> 'plugin', hit ->> 'words' FROM "
                "fraud_transactions, jsonb_array_elements(reasons) AS hit WHERE topic = '" +
                deployment.topic() + "' AND hit ->> 'answer' = 'hit' ORDER BY 1, 2"),
            (std::vector<std::string>{
                "tx-400|from_300|round_amount 2.1.0|400.00 is a round amount of at least 300.00",
                "tx-500|from_300|round_amount 2.1.0|500.00 is a round amount of at least 300.00",
                "tx-500|from_500|round_amount 2.1.0|500.00 is a round amount of at least 500.00"}));
  // A reason that was not written for customers is the desk's.
  const auto mails = deployment.smtp().mails();
  ASSERT_EQ(mails.size(), 2U);
  const auto mail = contents(mails[0]) + contents(mails[1]);
  EXPECT_THAT(mail, HasSubstr("X-Envelope-To: desk@example.com"));
  EXPECT_THAT(mail, HasSubstr("400.00 is a round amount of at least 300.00"));
  EXPECT_THAT(mail, HasSubstr("500.00 is a round amount of at least 500.00"));
}

TEST(third_party_rule, reads_windowed_history_that_the_engine_keeps) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("velocity");
  deployment.search_plugins_in(compiled(deployment, "card_velocity", kVelocity));
  deployment.write("rules/tries.yaml",
                   "rule: tries\nversion: 1\nowner: t\nmode: live\nuse: card_velocity\n");
  create_topic(kafka().address(), deployment.topic(), 1);
  create_topic(kafka().address(), deployment.holders(), 1);
  // Seven on one card a minute apart; one on another card; a ninth so late that
  // six of the seven are out of its ten minutes.
  std::vector<OutgoingRecord> records;
  const auto begin = now_seconds() - 3600;
  const auto add = [&](int number, const char* card, int minute) {
    records.push_back({payment({{"transaction_id", "tx-" + std::to_string(number)},
                                {"card_number", card},
                                {"timestamp", begin + std::int64_t{60} * minute}}),
                       "7", 0});
  };
  for (int i = 1; i <= 7; ++i) add(i, "4111111111111111", i);
  add(8, "5555555555554444", 8);
  add(9, "4111111111111111", 16);
  produce_records(kafka().address(), deployment.topic(), records);
  deployment.configure_main_job();
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == 9; })) << deployment.words();
  EXPECT_EQ(engine->stop(), 0);

  EXPECT_EQ(ask("SELECT transaction_id, hit ->> 'plugin', hit ->> 'words' FROM "
                "fraud_transactions, jsonb_array_elements(reasons) AS hit WHERE topic = '" +
                deployment.topic() +
                "' AND hit ->> 'answer' = 'hit' AND hit ->> 'rule' = 'tries' "
                "ORDER BY 1"),
            (std::vector<std::string>{
                "tx-6|card_velocity 1.0.0|6 attempts on this card in 10 minutes, limit 5",
                "tx-7|card_velocity 1.0.0|7 attempts on this card in 10 minutes, limit 5"}));
}

TEST(third_party_rule, whose_call_does_not_come_back_is_named_in_the_log) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("stuck");
  deployment.search_plugins_in(ASSAY_HOSTILE_PLUGINS);
  deployment.write("rules/stuck.yaml",
                   "rule: stuck\nversion: 1\nowner: t\nmode: live\nuse: hostile_rule\n"
                   "parameters: { deed: never_returns }\n");
  create_topic(kafka().address(), deployment.topic(), 1);
  create_topic(kafka().address(), deployment.holders(), 1);
  produce_records(kafka().address(), deployment.topic(), {{payment({}), "7", -1}});
  deployment.configure_main_job();
  const auto engine = deployment.start();
  EXPECT_TRUE(engine->until([&] {
    return deployment.words().find("it is in rule `stuck`, plugin hostile_rule 6.6.6") !=
           std::string::npos;
  })) << deployment.words();
  engine->kill();
}

}  // namespace
}  // namespace assay::testing
