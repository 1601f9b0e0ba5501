// The HTTP endpoint: a small server in front of the pages, on loopback unless configured otherwise.
//
// Requests are bounded before they are read: Poco refuses long lines and many headers, a body is
// never read, a connection that says nothing is closed after two seconds.
//
// Thread: made and ended by control; the pages are asked on threads of the server's own.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "host/config/listen.hpp"
#include "host/observe/pages.hpp"

namespace assay::host {

class Endpoint final {
 public:
  // The address is taken when this returns; an error says why it could not be.
  [[nodiscard]] static tl::expected<std::unique_ptr<Endpoint>, std::string> open(
      const Listen& listen, Pages::Source source);
  // Finishes what is being answered.
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  // "127.0.0.1:9464"
  [[nodiscard]] std::string address() const;

 private:
  struct Server;
  explicit Endpoint(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace assay::host
