#include "host/observe/endpoint.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <utility>

namespace assay::host {
namespace {

namespace net = Poco::Net;

constexpr int kThreads = 8;                                // so many may be slow at once
constexpr int kWaiting = 16;                               // connections beyond these are closed
constexpr Poco::Timespan::TimeDiff kPatience = 2'000'000;  // microseconds

class Handler final : public net::HTTPRequestHandler {
 public:
  explicit Handler(Pages& pages) : pages_(&pages) {}

  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    const auto answer =
        pages_->answer({request.getMethod(), request.getURI(), request.get("Authorization", "")});
    response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(answer.status));
    response.setReason(net::HTTPResponse::getReasonForStatus(response.getStatus()));
    response.setContentType(answer.type);
    response.setContentLength(static_cast<std::streamsize>(answer.body.size()));
    response.set("Cache-Control", "no-store");
    if (answer.status == 405) response.set("Allow", "GET, HEAD");
    if (answer.status == 401) response.set("WWW-Authenticate", "Bearer");
    // A body that nobody reads must not be taken for the next request.
    if (request.hasContentLength() || request.getChunkedTransferEncoding()) {
      response.setKeepAlive(false);
    }
    auto& out = response.send();
    if (request.getMethod() != net::HTTPRequest::HTTP_HEAD) out << answer.body;
  }

 private:
  Pages* pages_;
};

class Factory final : public net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(Pages::Source source) : pages_(std::move(source)) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return new Handler(pages_);  // the server deletes it
  }

 private:
  Pages pages_;
};

net::HTTPServerParams::Ptr parameters() {
  net::HTTPServerParams::Ptr params = new net::HTTPServerParams;
  params->setMaxThreads(kThreads);
  params->setMaxQueued(kWaiting);
  params->setTimeout(Poco::Timespan(kPatience));
  params->setKeepAliveTimeout(Poco::Timespan(kPatience));
  return params;
}

}  // namespace

struct Endpoint::Server {
  Server(const net::ServerSocket& listening, Pages::Source source)
      : socket(listening), http(new Factory(std::move(source)), threads, socket, parameters()) {}

  net::ServerSocket socket;
  Poco::ThreadPool threads{"observe", 2, kThreads + 1};
  net::HTTPServer http;
};

Endpoint::Endpoint(std::unique_ptr<Server> server) : server_(std::move(server)) {}

tl::expected<std::unique_ptr<Endpoint>, std::string> Endpoint::open(const Listen& listen,
                                                                    Pages::Source source) {
  try {
    net::ServerSocket socket;
    // An address in TIME_WAIT may be taken, one that another process listens at may not.
    socket.bind(net::SocketAddress(listen.host, listen.port), true, false);
    socket.listen();
    auto server = std::make_unique<Server>(socket, std::move(source));
    server->http.start();
    return std::unique_ptr<Endpoint>(new Endpoint(std::move(server)));
  } catch (const Poco::Exception& error) {
    return tl::make_unexpected(error.displayText());
  }
}

Endpoint::~Endpoint() { server_->http.stopAll(); }

std::string Endpoint::address() const { return server_->socket.address().toString(); }

}  // namespace assay::host
