#include "host/observe/pages.hpp"

#include <openssl/crypto.h>
#include <strings.h>

#include <utility>

#include "host/observe/metrics.hpp"
#include "host/observe/process.hpp"
#include "host/observe/status_json.hpp"

namespace assay::host {
namespace {

constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

Answer words(int status, std::string text) { return {status, "text/plain", std::move(text)}; }

}  // namespace

Answer Pages::answer(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    return words(405, "GET and HEAD are all there is: nothing can be changed from here\n");
  }
  const auto path = request.path.substr(0, request.path.find('?'));
  const bool open = may_see(request.authorization);
  if (path == "/livez") return health(liveness(source_.status()), open);
  if (path == "/readyz") return health(readiness(source_.status()), open);
  if (!open) return words(401, "this needs the header `Authorization: Bearer` with the token\n");
  if (path == "/metrics") {
    return {200, kMetricsType,
            metrics_text(source_.status(), process_use(), source_.configuration()->hash)};
  }
  if (path == "/status")
    return {.body = status_json(source_.status(), source_.configuration()->hash)};
  if (path == "/config") return {.body = source_.configuration()->json + "\n"};
  return words(404, "there is /livez, /readyz, /metrics, /status and /config\n");
}

// In a time that does not depend on how much of the token is right.
bool Pages::may_see(std::string_view authorization) const {
  constexpr std::string_view bearer = "Bearer ";
  if (source_.token.empty()) return true;
  // The name of a scheme is written in any case (RFC 9110, 11.1).
  if (authorization.size() < bearer.size() ||
      ::strncasecmp(authorization.data(), bearer.data(), bearer.size()) != 0) {
    return false;
  }
  authorization.remove_prefix(bearer.size());
  return authorization.size() == source_.token.size() &&
         CRYPTO_memcmp(authorization.data(), source_.token.data(), authorization.size()) == 0;
}

Answer Pages::health(const Checks& checks, bool open) {
  const int status = all_ok(checks) ? 200 : 503;
  if (!open) return words(status, status == 200 ? "yes\n" : "no\n");
  return {.status = status, .body = checks_json(checks)};
}

}  // namespace assay::host
