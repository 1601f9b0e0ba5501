#include "host/commands/dev_broker_command.hpp"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/commands/exit_code.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Example:
  assay dev-broker --topic transactions:8 --topic labels:1)";

int say(int exit_code, const std::string& message) {
  std::fprintf(stderr, "assay dev-broker: %s\n", message.c_str());
  return exit_code;
}

struct NewTopic {
  std::string name;
  int partitions = 0;
};

bool parse(std::string_view text, NewTopic& topic) {
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return false;
  topic.name = text.substr(0, colon);
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, topic.partitions);
  return read.ec == std::errc{} && read.ptr == end && topic.partitions > 0 &&
         topic.partitions <= 1000;
}

// A broker without its parent would stay for ever. False: the parent is gone already.
bool end_with_parent() {
  const auto parent = ::getppid();
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent && parent != 1;
}

struct Destroy {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(rd_kafka_mock_cluster_t* cluster) const {
    rd_kafka_mock_cluster_destroy(cluster);
  }
};

int serve(const std::vector<std::string>& topics) {
  if (!end_with_parent()) return say(ExitCode::failed, "whoever started it is gone");
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);

  char reason[512];
  auto* settings = rd_kafka_conf_new();
  // The client is only there to carry the cluster; it would complain that it has no broker.
  rd_kafka_conf_set_log_cb(settings, nullptr);
  const std::unique_ptr<rd_kafka_t, Destroy> client(
      rd_kafka_new(RD_KAFKA_PRODUCER, settings, reason, sizeof reason));
  if (!client) return say(ExitCode::bug, reason);
  const std::unique_ptr<rd_kafka_mock_cluster_t, Destroy> cluster(
      rd_kafka_mock_cluster_new(client.get(), 1));
  if (!cluster) return say(ExitCode::bug, "the mock cluster cannot be made");
  for (const auto& text : topics) {
    NewTopic topic;
    if (!parse(text, topic)) {
      return say(ExitCode::usage, "'" + text + "' is no topic; expected NAME:PARTITIONS");
    }
    const auto code =
        rd_kafka_mock_topic_create(cluster.get(), topic.name.c_str(), topic.partitions, 1);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return say(ExitCode::failed, topic.name + ": " + rd_kafka_err2str(code));
    }
  }
  std::puts(rd_kafka_mock_cluster_bootstraps(cluster.get()));
  if (std::fflush(stdout) != 0) return ExitCode::input_output;
  int signal = 0;
  sigwait(&set, &signal);
  return ExitCode::done;
}

}  // namespace

void add_dev_broker_command(CLI::App& app, int& exit_code) {
  auto topics = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand(
      "dev-broker", "A mock of Kafka for demonstrations and tests, which ends with its parent");
  command->add_option("--topic", *topics, "A topic and its partitions; may be repeated")
      ->required()
      ->allow_extra_args(false)
      ->type_name("NAME:PARTITIONS");
  command->footer(kExample);
  command->callback([topics, &exit_code] { exit_code = serve(*topics); });
}

}  // namespace assay::host
