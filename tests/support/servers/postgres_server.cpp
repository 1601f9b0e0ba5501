#include "tests/support/servers/postgres_server.hpp"

namespace assay::testing {
namespace {

std::vector<std::string> as_arguments(const PostgresOptions& options) {
  std::vector<std::string> arguments{"--fsync", options.fsync ? "on" : "off"};
  if (options.tls) arguments.emplace_back("--tls");
  for (const std::string& setting : options.settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  return arguments;
}

}  // namespace

PostgresServer::PostgresServer(const PostgresOptions& options)
    : process_("postgres", as_arguments(options)) {}

}  // namespace assay::testing
