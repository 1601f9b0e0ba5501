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

TEST(third_party_rule, is_compiled_outside_the_tree_loads_and_its_hits_reach_table_and_mail) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("stranger");
  const auto& folder = deployment.folder();
  const auto installed = run_program({ASSAY_CMAKE, "--install", ASSAY_SDK_BUILD, "--component",
                                      "plugin-sdk", "--prefix", folder / "sdk"});
  ASSERT_EQ(installed.code, 0) << installed.words;
  deployment.write("round_amount.cpp", kRule);
  std::filesystem::create_directory(folder / "strangers");
  const auto library = folder / "strangers" / "round_amount.so";
  const auto compiled = run_program({ASSAY_CXX, "-std=c++20", "-shared", "-fPIC",
                                     "-I" + (folder / "sdk/include").string(),
                                     folder / "round_amount.cpp", "-o", library});
  ASSERT_EQ(compiled.code, 0) << compiled.words;

  for (const auto* from : {"300", "500"}) {
    deployment.write(std::string("rules/from_") + from + ".yaml",
                     std::string("rule: from_") + from +
                         "\nversion: 1\nowner: t\nmode: live\nuse: round_amount\nparameters: { "
                         "from: " +
                         from + ".00 }\n");
  }
  deployment.search_plugins_in(folder / "strangers");
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

}  // namespace
}  // namespace assay::testing
