// The settings of a sink with its password in a file, which a test rotates as a person would.
#pragma once

#include <stdexcept>
#include <string>

#include "host/config/config.hpp"
#include "tests/host/config/support.hpp"

namespace assay::tests {

class RotatedSecret final {
 public:
  explicit RotatedSecret(const std::string& password) { rotate(password); }

  void rotate(const std::string& password) const { folder_.write("password", password + "\n"); }
  void remove() const { std::filesystem::remove(folder_.path() + "/password"); }

  // As the engine reads it at a start.
  [[nodiscard]] host::SinkConfig config() const {
    const auto source = std::make_shared<const host::Source>(
        folder_.path() + "/assay.yaml", "user: assay\npassword: ${file:password}\n");
    host::Diagnostics diagnostics;
    host::SinkConfig config;
    config.id = "fake";
    config.config = parse_yaml(source, diagnostics);
    interpolate(config.config, host::process_environment(), diagnostics);
    if (diagnostics.has_errors()) throw std::invalid_argument(host::testing::brief(diagnostics));
    return config;
  }

 private:
  host::testing::TemporaryFolder folder_;
};

}  // namespace assay::tests
