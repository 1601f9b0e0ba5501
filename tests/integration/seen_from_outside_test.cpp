// A running engine between real servers, as its operator and Prometheus see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "tests/integration/deployment.hpp"
#include "tests/integration/onlooker.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr std::uint64_t kTransactions = 20'000;

class SeenFromOutside : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  }
  bool starts(Engine& engine, const Deployment& deployment) {
    return onlooker_.finds(engine, deployment);
  }
  host::Answer get(const std::string& path) const { return onlooker_.get(path); }
  bool is_ready() const { return onlooker_.is_ready(); }

  Onlooker onlooker_;
};

TEST_F(SeenFromOutside, counts_every_record_once_in_every_scrape) {
  Deployment deployment("seen");
  deployment.produce(kTransactions, 21);
  // Little memory, so that it cannot take the whole topic at once.
  deployment.configure_main_job("memory: 8MiB\n");
  const auto engine = deployment.start();
  ASSERT_TRUE(starts(*engine, deployment)) << deployment.words();

  int under_way = 0;
  std::string metrics;
  ASSERT_TRUE(engine->until([&] {
    metrics = get("/metrics").body;
    const auto in_flight = sum_of(metrics, "assay_records_in_flight");
    const auto completed = sum_of(metrics, "assay_records_completed_total");
    EXPECT_EQ(sum_of(metrics, "assay_records_received_total"), completed + in_flight);
    under_way += in_flight > 0;
    return completed == kTransactions;
  })) << deployment.words();
  EXPECT_GT(under_way, 0) << "it was never looked at while it worked";
  EXPECT_EQ(sum_of(metrics, "assay_decisions_total"), kTransactions);
  EXPECT_EQ(sum_of(metrics, "assay_records_in_flight"), 0u);
  EXPECT_EQ(sum_of(metrics, "assay_decision_duration_seconds_count"), kTransactions);
  EXPECT_EQ(sum_of(metrics, "assay_record_age_seconds_count"), kTransactions);
  // The ends of the logs are looked at once a second.
  EXPECT_TRUE(engine->until([&] {
    metrics = get("/metrics").body;
    return metrics.find("assay_consumer_lag_records{topic=\"" + deployment.topic()) !=
               std::string::npos &&
           sum_of(metrics, "assay_consumer_lag_records") == 0;
  })) << metrics;
  EXPECT_TRUE(is_ready()) << get("/readyz").body;

  // As the judge of the format, and of names, where it is there.
  const auto judged = run_program({ASSAY_PROMETHEUS, "promtool", "check", "metrics"}, metrics);
  constexpr int kSkipped = 77;
  EXPECT_TRUE(judged.code == 0 || judged.code == kSkipped) << judged.words;
  // No label is a card, a customer or a transaction: those are long numbers.
  const auto labels = std::regex_replace(metrics, std::regex("config_hash=\"[^\"]*\""), "");
  EXPECT_FALSE(std::regex_search(labels, std::regex("\"[^\"\n]*[0-9]{9}[^\"\n]*\""))) << labels;
  EXPECT_EQ(engine->stop(), 0);
}

TEST_F(SeenFromOutside, is_alive_and_not_ready_while_the_database_is_away) {
  Deployment deployment("outage");
  deployment.produce(100, 22);
  deployment.configure_main_job();
  const auto engine = deployment.start();
  ASSERT_TRUE(starts(*engine, deployment)) << deployment.words();
  ASSERT_TRUE(engine->until([&] { return is_ready(); })) << get("/readyz").body;

  postgres().stop();
  deployment.produce(100, 23);
  EXPECT_TRUE(engine->until([&] { return !is_ready(); }));
  const auto readiness = get("/readyz");
  EXPECT_EQ(readiness.status, 503);
  EXPECT_THAT(readiness.body, HasSubstr("\"sink db\""));
  EXPECT_THAT(readiness.body, HasSubstr("\"retries: "));
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(sum_of(get("/metrics").body, "assay_sink_retrying"), 1u);

  postgres().start_again();
  EXPECT_TRUE(engine->until([&] { return is_ready(); })) << get("/readyz").body;
  EXPECT_EQ(engine->stop(), 0);
}

TEST_F(SeenFromOutside, shows_the_configuration_without_its_secrets) {
  Deployment deployment("redacted");
  deployment.produce(10, 24);
  deployment.configure_main_job();
  const auto engine = deployment.start();
  ASSERT_TRUE(starts(*engine, deployment)) << deployment.words();
  const auto config = get("/config").body;
  EXPECT_EQ(Json::parse(config)["source"]["topic"], deployment.topic());
  const auto password = contents(postgres().engine_password_file());
  ASSERT_GT(password.size(), 8u);
  EXPECT_EQ(config.find(password.substr(0, 8)), std::string::npos);
  EXPECT_THAT(config, HasSubstr("***"));
  EXPECT_EQ(engine->stop(), 0);
}

}  // namespace
}  // namespace assay::testing
