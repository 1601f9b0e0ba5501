// The HTTP endpoint: a small server in front of the pages, on loopback unless configured otherwise.
//
// Everything is bounded. A connection has so long to bring its next request and to take the answer,
// however busily it sends a byte now and then; there are so many connections, and the one that has
// been at it the longest gives way to a new one. Slow clients cost their place and nobody's answer.
//
// Thread: made and ended by control; the pages are asked on one thread of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "host/config/listen.hpp"
#include "host/observe/pages.hpp"

namespace assay::host {

struct EndpointLimits {
  std::chrono::milliseconds patience{5000};  // with a request, from its connection to its answer
  std::size_t connections = 64;
};

class Endpoint final {
 public:
  // The address is taken when this returns; an error says why it could not be.
  [[nodiscard]] static tl::expected<std::unique_ptr<Endpoint>, std::string> open(
      const Listen& listen, Pages::Source source, const EndpointLimits& limits = {});
  // Finishes the page that is being made; what has not been sent is not.
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  // "127.0.0.1:9464"
  [[nodiscard]] std::string address() const;

 private:
  class Server;
  explicit Endpoint(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace assay::host
