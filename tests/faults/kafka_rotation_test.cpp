// Test 32: the engine's own password for Kafka is rotated while it runs, of all its clients: the
// workers' consumers, the reader of the account holders, the dead letters' producer.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/faults/bench.hpp"
#include "tests/faults/proxy.hpp"
#include "tests/integration/onlooker.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing::faults {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kBegin = 10'000;
constexpr std::int64_t kMore = 5'000;  // behind each rotation
constexpr std::int64_t kRecords = kBegin + 2 * kMore;

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
  // Like one that is there.
  static void add_holder(const Deployment& deployment) {
    constexpr std::int64_t kNobody = 987'654'321;
    const auto there = read_topic(kafka().address(), deployment.holders()).at(0);
    auto holder = nlohmann::json::parse(there.value);
    holder["user_id"] = kNobody;
    produce_records(kafka().address(), deployment.holders(),
                    {{holder.dump(), std::to_string(kNobody)}});
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
  create_topic(kafka().address(), deployment.dead_letter_topic(), 1);
  deployment.produce(static_cast<std::uint64_t>(kBegin), seed());
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

  // The broker first, so that all are refused and nothing goes on.
  kafka().set_password("engine", second);
  proxy_->reset();
  ASSERT_TRUE(says(engine, "Authentication failed"));
  deployment.produce_more(0, kMore);
  EXPECT_LE(deployment.stored(), kBegin) << "they came through without a password";
  put(deployment, second);
  ASSERT_TRUE(finished(engine, deployment, kBegin + kMore));

  // The file first, as it is usually done.
  put(deployment, third);
  kafka().set_password("engine", third);
  deployment.produce_more(kMore, kMore);
  proxy_->reset();
  ASSERT_TRUE(finished(engine, deployment, kRecords));

  // A holder is heard of, and a dead letter finds its way, with a password that neither client was
  // made of.
  const auto holders = [&] { return sum_of(onlooker_.get("/metrics").body, "assay_holders"); };
  const auto before = holders();
  add_holder(deployment);
  ASSERT_TRUE(engine.until([&] { return holders() == before + 1; }));
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
