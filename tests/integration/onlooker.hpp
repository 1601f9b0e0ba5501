// Somebody who looks at a running engine by its endpoint, as its operator and Prometheus do.
//
// The engine chooses the port and says it; `finds` waits for that.
//
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <string>

#include "host/observe/client.hpp"
#include "tests/integration/deployment.hpp"

namespace assay::testing {

class Onlooker {
 public:
  // False where the engine ends, or does not say where it can be looked at.
  [[nodiscard]] bool finds(Engine& engine, const Deployment& deployment);

  [[nodiscard]] host::Answer get(const std::string& path) const;
  [[nodiscard]] bool is_ready() const { return get("/readyz").status == 200; }

 private:
  host::ObserveConfig at_;
};

// The value of a sample without labels, or the sum over all of one family.
[[nodiscard]] std::uint64_t sum_of(const std::string& metrics, const std::string& family);

}  // namespace assay::testing
