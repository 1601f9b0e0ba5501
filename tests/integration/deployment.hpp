// One installation of the engine for one test: its folder with configuration, rules and keys, and
// the servers it talks to. Kafka and PostgreSQL are shared by the tests of a program, so each
// deployment has topics and a consumer group of its own.
//
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "host/kafka/handles.hpp"
#include "host/produce/producer.hpp"
#include "tests/integration/engine.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/postgres_server.hpp"
#include "tests/support/servers/smtp_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {

// Why the servers cannot run on this machine; nothing when they can.
std::optional<std::string> servers_unavailable();
KafkaServer& kafka();
// Tables migrated; the engine's role has what `assay db migrate` grants and no more.
PostgresServer& postgres();

std::vector<std::string> ask(const std::string& query);
std::int64_t ask_number(const std::string& query);

class Deployment {
 public:
  // `name` becomes part of the topics' and the group's names.
  explicit Deployment(std::string name);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] const std::string& topic() const { return topic_; }
  [[nodiscard]] const std::string& holders() const { return holders_; }
  [[nodiscard]] std::string labels_topic() const { return name_ + ".labels"; }
  [[nodiscard]] std::string dead_letter_topic() const { return name_ + ".dead"; }
  [[nodiscard]] std::string group() const { return name_; }
  // Reads what another deployment has produced.
  void read_topics_of(const Deployment& other);
  // The engine reaches the broker there; everybody else at its own address.
  void reach_broker_at(std::uint16_t port) { broker_ = "127.0.0.1:" + std::to_string(port); }
  // Beside our own folders.
  void search_plugins_in(const std::filesystem::path& folder) { more_plugins_ = folder; }

  void write(const std::string& file, const std::string& text) const;

  // Parts of a configuration; `whole` puts source, rules, keys and policy around the rest.
  [[nodiscard]] std::string whole(const std::string& sinks, const std::string& chains) const;
  [[nodiscard]] static std::string postgres_sink();
  // The same server behind something on another port of loopback; `more` are keys of the sink.
  [[nodiscard]] static std::string postgres_sink_at(const std::string& port,
                                                    const std::string& more = {});
  // Another server, by another id.
  [[nodiscard]] static std::string postgres_sink_of(const PostgresServer& server,
                                                    const std::string& id,
                                                    const std::string& more = {});
  [[nodiscard]] std::string smtp_sink();
  [[nodiscard]] std::string smtp_sink_at(std::uint16_t port, const std::string& more = {});
  [[nodiscard]] static std::string kafka_sink(const std::string& brokers, const std::string& topic);
  // Writes the file that start() reads.
  void configure(const std::string& text) const { write("assay.yaml", text); }
  // Store and mails, both required: the main job. `more` are further keys.
  void configure_main_job(const std::string& more = {});

  // `assay db migrate` for one sink of the configuration.
  void migrate(const std::string& sink) const;

  // The options are those of the first call.
  SmtpServer& smtp(const SmtpOptions& options = {});

  // Simulates a bank into the deployment's topics; four partitions. So many transactions a second,
  // or as fast as the broker takes them.
  host::ProduceResult produce(std::uint64_t transactions, std::uint64_t seed, double per_second = 0,
                              const std::stop_token& stop = {}) const;

  // Payments of customers whom nobody knows, numbered from `first` on: more for a topic that the
  // bank has begun. One of `frauds` is large, none where that is 0.
  void produce_more(std::int64_t first, std::int64_t count, std::int64_t frauds = 100) const;

  [[nodiscard]] std::unique_ptr<Engine> start(
      const std::map<std::string, std::string>& environment = {}) const;
  // What every engine of this deployment has said.
  [[nodiscard]] std::string words() const { return contents(folder() / "engine.log"); }

  // Of the step `main.store`: how many records it has passed in all partitions.
  [[nodiscard]] std::int64_t stored() const;
  // What the group has committed to Kafka, over all partitions.
  [[nodiscard]] std::int64_t committed();

 private:
  std::string name_;
  std::string topic_;
  std::string holders_;
  std::string broker_ = kafka().address();
  std::filesystem::path more_plugins_;
  TemporaryFolder folder_;
  std::unique_ptr<SmtpServer> smtp_;
  host::KafkaHandle onlooker_;  // asks for what the group has committed
};

}  // namespace assay::testing
