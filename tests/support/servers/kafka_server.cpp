#include "tests/support/servers/kafka_server.hpp"

namespace assay::testing {
namespace {

std::vector<std::string> as_arguments(const KafkaOptions& options) {
  std::vector<std::string> arguments{"--partitions", std::to_string(options.partitions), "--heap",
                                     options.heap};
  for (const std::string& setting : options.settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  return arguments;
}

}  // namespace

KafkaServer::KafkaServer(const KafkaOptions& options) : process_("kafka", as_arguments(options)) {}

void KafkaServer::set_password(const std::string& user, const std::string& password) const {
  ServerProcess::carry_out("kafka", {"password", address(), user}, password);
}

// A clean stop takes seconds to save what is thrown away in the next line.
KafkaServer::~KafkaServer() { process_.kill(); }

}  // namespace assay::testing
