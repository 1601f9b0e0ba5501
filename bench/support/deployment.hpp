// A configuration as a bench writes it, read and assembled like any other: rules (four shipped ones
// where the bench names none), ten thousand holders from a file, and the sinks that the bench names
// (`bench_sink` is one of its own).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "host/application/assembly.hpp"

namespace assay::bench {

struct DeploymentOptions {
  std::filesystem::path folder;  // for its files; one deployment at a time
  std::string bootstrap = "127.0.0.1:9";
  std::string topic = "transactions";
  std::string group = "bench";
  std::string member = "none";  // prefix of the static id
  std::string sinks = {};       // YAML: the sections `sinks` and `chains`
  std::string keys = {};        // YAML: further keys of the section `source`
  std::string rules = {};       // YAML: the section `rules`, with what these rules read
};

// Rules of which some read what is remembered of a customer, and that hit nobody. `more` are
// further ones, a line for each.
std::string rules_with_history(const std::string& more = {});

// The configuration of those options, written into their folder; answers its path.
std::string write_configuration(const DeploymentOptions& options);

class Deployment final {
 public:
  // Ends the program, with the faults on standard error, where anything is refused.
  explicit Deployment(const std::string& configuration);

  host::Assembly& assembly() { return *assembly_; }

 private:
  host::Config config_;
  std::unique_ptr<host::Assembly> assembly_;
};

}  // namespace assay::bench
