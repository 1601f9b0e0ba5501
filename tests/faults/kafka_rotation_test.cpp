// Test 32: the engine's own password for Kafka is rotated while it runs, of all its clients: the
// workers' consumers, the reader of the account holders, the dead letters' producer.
#include <gmock/gmock.h>

#include "tests/faults/bench.hpp"
#include "tests/faults/proxy.hpp"
#include "tests/integration/onlooker.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing::faults {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kRecords = 60'000;

class RotatedKafkaPassword : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
    kafka().set_password("engine", first);
    proxy_.emplace(kafka().guarded_port(), kafka().guarded_proxy_port());
  }

  static void put(const Deployment& deployment, const std::string& password) {
    deployment.write("kafka.password.new", password + "\n");
    std::filesystem::rename(deployment.folder() / "kafka.password.new",
                            deployment.folder() / "kafka.password");
  }
  [[nodiscard]] static std::int64_t dead(const Deployment& deployment) {
    return length_of_topic(kafka().address(), deployment.dead_letter_topic());
  }

  const std::string first = "f1rst-of-kafka";
  const std::string second = "s3cond-of-kafka";
  const std::string third = "th1rd-of-kafka";
  std::optional<Proxy> proxy_;
  Onlooker onlooker_;
};

TEST_F(RotatedKafkaPassword, is_taken_by_every_client_and_costs_nothing) {
  auto& deployment = deploy("kafkarotation");
  deployment.reach_broker_at(proxy_->port());
  deployment.produce(static_cast<std::uint64_t>(kRecords), seed());
  deployment.configure("memory: 8MiB\n" +
                       store_only(deployment, postgres().port(), "    batch: { rows: 50 }\n"));
  deployment.write("guarded.yaml", R"(source:
  kafka:
    security.protocol: SASL_PLAINTEXT
    sasl.mechanisms: SCRAM-SHA-256
    sasl.username: engine
    sasl.password: ${file:kafka.password}
)");
  put(deployment, first);
  Engine engine({deployment.folder() / "assay.yaml", deployment.folder() / "guarded.yaml"},
                deployment.folder() / "engine.log");
  ASSERT_TRUE(onlooker_.finds(engine, deployment));
  ASSERT_TRUE(goes_on(engine, deployment));

  // The broker first, so that all are refused: what is fetched is used up, and nothing goes on.
  kafka().set_password("engine", second);
  proxy_->reset();
  ASSERT_TRUE(says(engine, "Authentication failed"));
  EXPECT_LT(deployment.stored(), kRecords) << "it was done too early to show anything";
  put(deployment, second);
  ASSERT_TRUE(goes_on(engine, deployment));

  // The file first, as it is usually done.
  put(deployment, third);
  kafka().set_password("engine", third);
  proxy_->reset();
  EXPECT_LT(deployment.stored(), kRecords) << "it was done too early to show anything";
  ASSERT_TRUE(finished(engine, deployment, kRecords));

  // A dead letter finds its way with a password that its producer was not made of, and a holder is
  // heard of.
  produce_records(kafka().address(), deployment.topic(), {{"no payment", "nobody"}});
  ASSERT_TRUE(engine.until([&] { return dead(deployment) == 1; }));
  ASSERT_TRUE(engine.until([&] { return deployment.committed() == kRecords + 1; }));
  EXPECT_THAT(engine.words(), HasSubstr("source.kafka: a secret has changed and is used from now"));
  for (const auto& password : {first, second, third}) {
    EXPECT_THAT(engine.words(), Not(HasSubstr(password)));
    for (const auto* page : {"/config", "/status", "/metrics", "/readyz"}) {
      EXPECT_THAT(onlooker_.get(page).body, Not(HasSubstr(password))) << page;
    }
  }
  EXPECT_EQ(engine.stop(), 0);
  Line line{.number = 32,
            .what = "the engine's own password for Kafka is rotated under load",
            .faults = "before and behind its file",
            .records = kRecords + 1};
  const auto where = " FROM transactions WHERE topic = '" + deployment.topic() + "'";
  const auto rows = ask_number("SELECT count(*)" + where);
  const auto different =
      ask_number("SELECT count(DISTINCT (partition, record_offset, transaction_id))" + where);
  line.dead_letters = dead(deployment);
  line.lost = kRecords - different;
  line.twice = rows - different;
  EXPECT_EQ(line.lost, 0);
  EXPECT_EQ(line.twice, 0);
  EXPECT_EQ(line.dead_letters, 1);
  line.remark = "the dead letter is the record that is none";
  conclude(std::move(line));
}

}  // namespace
}  // namespace assay::testing::faults
