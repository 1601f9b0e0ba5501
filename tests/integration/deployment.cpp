#include "tests/integration/deployment.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"
#include "tests/plugins/sinks/sql/postgres_store.hpp"

namespace assay::testing {
namespace {

constexpr int kPartitions = 4;

std::string postgres_sink_text(const PostgresServer& server, const std::string& id,
                               const std::string& port, const std::string& more) {
  return "  " + id + ":\n    use: postgres\n" + more + "    config: { host: \"" + server.host() +
         "\", port: " + port + ", database: " + server.database() +
         ", user: assay_engine, password: \"${file:" + server.engine_password_file().string() +
         "}\" }\n";
}

}  // namespace

std::optional<std::string> servers_unavailable() {
  if (const auto why = KafkaServer::unavailable()) return why;
  if (const auto why = PostgresServer::unavailable()) return why;
  return SmtpServer::unavailable();
}

KafkaServer& kafka() {
  static KafkaServer server;
  return server;
}

PostgresServer& postgres() { return sinks::shared_postgres(); }

std::vector<std::string> ask(const std::string& query) {
  return sinks::ask_postgres(postgres().owner(), query);
}

std::int64_t ask_number(const std::string& query) {
  const auto answer = ask(query).at(0);
  return answer.empty() ? 0 : std::stoll(answer);
}

Deployment::Deployment(std::string name)
    : name_(std::move(name)), topic_(name_ + ".transactions"), holders_(name_ + ".holders") {
  std::filesystem::create_directory(folder() / "rules");
  // Any 32 bytes; a test's own.
  write("card.key", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
  write("rules/large.yaml", R"(rule: large
version: 3
owner: cards
mode: live
use: large_amount
parameters: { limits: { EUR: 1000.00 } }
score: 0.6
)");
  write("rules/place.yaml", R"(rule: place
version: 1
owner: cards
mode: live
use: unexpected_location
score: 0.4
)");
  write("rules/hour.yaml", R"(rule: hour
version: 2
owner: cards
mode: live
use: unusual_hour
parameters: { above: 400.00 }
score: 0.5
)");
}

void Deployment::read_topics_of(const Deployment& other) {
  topic_ = other.topic_;
  holders_ = other.holders_;
}

void Deployment::write(const std::string& file, const std::string& text) const {
  std::ofstream(folder() / file, std::ios::binary) << text;
}

std::string Deployment::whole(const std::string& sinks, const std::string& chains) const {
  return "source:\n  topic: " + topic_ + "\n  group: " + name_ +
         "\n  key: user_id\n  member: engine\n  bootstrap: " + broker_ +
         "\n  kafka: { session.timeout.ms: 6000, heartbeat.interval.ms: 500, "
         "reconnect.backoff.max.ms: 500 }\n"
         "default_currency: EUR\ntime: { zone: Europe/Berlin }\nholders: { topic: " +
         holders_ +
         " }\ncard: { key_file: card.key }\nrules: [rules/*.yaml]\nplugins: { path: "
         "[" ASSAY_RULES_FOLDER ", " ASSAY_SINKS_FOLDER +
         (more_plugins_.empty() ? "" : ", " + more_plugins_.string()) +
         "] }\nobserve: { listen: \"127.0.0.1:0\" }\ndecision: { review: 0.4, decline: 0.9 "
         "}\ndead_letters: { topic: " +
         dead_letter_topic() + " }\nsinks:\n" + sinks + "chains:\n" + chains;
}

std::string Deployment::postgres_sink() { return postgres_sink_at(postgres().port()); }

std::string Deployment::postgres_sink_at(const std::string& port, const std::string& more) {
  return postgres_sink_text(postgres(), "db", port, more);
}

std::string Deployment::postgres_sink_of(const PostgresServer& server, const std::string& id,
                                         const std::string& more) {
  return postgres_sink_text(server, id, server.port(), more);
}

std::string Deployment::smtp_sink() { return smtp_sink_at(smtp().port()); }

std::string Deployment::smtp_sink_at(std::uint16_t port, const std::string& more) {
  return "  mail:\n    use: smtp\n" + more +
         "    config: { from: \"Bank <bank@example.com>\", desk: desk@example.com, host: \"" +
         smtp().host() + "\", port: " + std::to_string(port) + ", tls: none }\n";
}

std::string Deployment::kafka_sink(const std::string& brokers, const std::string& topic) {
  return "  events:\n    use: kafka\n    config: { brokers: \"" + brokers + "\", topic: " + topic +
         " }\n";
}

void Deployment::configure_main_job(const std::string& more) {
  configure(more + whole(postgres_sink() + smtp_sink(), R"(  main:
    store: { sink: db, required: true }
    alert: { sink: mail, when: 'decision != "approve"', after: store, required: true }
)"));
}

void Deployment::migrate(const std::string& sink) const {
  const auto ran =
      run_assay({"db", "migrate", "-c", folder() / "assay.yaml", "--sink", sink, "--yes"});
  if (ran.code != 0) throw std::runtime_error("assay db migrate: " + ran.words);
}

SmtpServer& Deployment::smtp(const SmtpOptions& options) {
  if (!smtp_) smtp_ = std::make_unique<SmtpServer>(options);
  return *smtp_;
}

void Deployment::produce_more(std::int64_t first, std::int64_t count, std::int64_t frauds) const {
  constexpr std::int64_t kNobody = 1'000'000'000;  // beyond the bank's customers
  constexpr std::int64_t kCustomers = 1'000;
  std::vector<OutgoingRecord> records;
  for (auto i = first; i < first + count; ++i) {
    const auto user = kNobody + i % kCustomers;
    records.push_back({payment({{"transaction_id", "more-" + std::to_string(i)},
                                {"user_id", user},
                                {"amount", frauds > 0 && i % frauds == 0 ? 5'000 : 12}}),
                       std::to_string(user)});
  }
  produce_records(kafka().address(), topic_, records);
}

host::ProduceResult Deployment::produce(std::uint64_t transactions, std::uint64_t seed,
                                        double per_second, const std::stop_token& stop) const {
  host::ProduceOptions options;
  options.bank.transactions = transactions;
  options.bank.seed = seed;
  options.records_per_second = per_second;
  options.bootstrap = kafka().address();
  options.transactions_topic = topic_;
  options.holders_topic = holders_;
  options.labels_topic = labels_topic();
  options.partitions = kPartitions;
  auto result = host::produce(options, {}, stop);
  if (!result) throw std::runtime_error(result.error().message);
  return *result;
}

std::unique_ptr<Engine> Deployment::start(
    const std::map<std::string, std::string>& environment) const {
  return std::make_unique<Engine>(std::vector{folder() / "assay.yaml"}, folder() / "engine.log",
                                  environment);
}

std::int64_t Deployment::stored() const {
  return ask_number("SELECT coalesce(sum(next_offset), 0) FROM assay_cursors WHERE group_id = '" +
                    name_ + "' AND step = 'main.store'");
}

std::int64_t Deployment::committed() {
  if (!onlooker_) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char error[256];
    rd_kafka_conf_set(conf, "bootstrap.servers", kafka().address().c_str(), error, sizeof error);
    rd_kafka_conf_set(conf, "group.id", name_.c_str(), error, sizeof error);
    rd_kafka_conf_set(conf, "reconnect.backoff.max.ms", "500", error, sizeof error);
    onlooker_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error));
  }
  const host::PartitionListHandle list{rd_kafka_topic_partition_list_new(kPartitions)};
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition);
  }
  if (rd_kafka_committed(onlooker_.get(), list.get(), 30'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return -1;
  std::int64_t sum = 0;
  for (int i = 0; i < list->cnt; ++i) sum += std::max<std::int64_t>(list->elems[i].offset, 0);
  return sum;
}

}  // namespace assay::testing
