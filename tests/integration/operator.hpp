// Whoever runs an engine: has it read its configuration again, looks what has become of it, and
// what its process holds of the machine meanwhile.
//
// Thread: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/integration/onlooker.hpp"

namespace assay::testing {

class Operator {
 public:
  // A failure of the test where the engine does not say where it can be looked at.
  Operator(Engine& engine, const Deployment& deployment);

  // Throws where the engine does not answer.
  [[nodiscard]] nlohmann::json status() const;
  [[nodiscard]] std::uint64_t metric(const std::string& family) const;
  [[nodiscard]] bool is_ready() const { return onlooker_.is_ready(); }

  // What has become of it: "in force", or why it is refused.
  std::string reload();

 private:
  Engine* engine_;
  const Deployment* deployment_;
  Onlooker onlooker_;
};

struct Holdings {
  std::size_t files = 0;
  std::size_t threads = 0;
  std::size_t libraries = 0;
  std::size_t resident = 0;  // bytes
};
[[nodiscard]] Holdings holdings(const Engine& engine);

}  // namespace assay::testing
