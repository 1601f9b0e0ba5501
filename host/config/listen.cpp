#include "host/config/listen.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "host/config/values.hpp"

namespace assay::host {

bool Listen::local() const {
  if (!on || host == "localhost") return true;
  if (in_addr four{}; inet_pton(AF_INET, host.c_str(), &four) == 1) {
    return ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET;
  }
  in6_addr six{};
  return inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

tl::expected<Listen, std::string> parse_listen(std::string_view text) {
  const tl::unexpected<std::string> failure(
      "expected an address such as `127.0.0.1:9464` or `[::1]:9464`, or `off`");
  if (text == "off") return Listen{.on = false, .host = {}, .port = 0};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return failure;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return failure;
  }
  const auto port = parse_integer(text.substr(colon + 1));
  if (host.empty() || !port || *port < 0 || *port > UINT16_MAX) return failure;
  return Listen{.on = true, .host = std::string(host), .port = static_cast<std::uint16_t>(*port)};
}

}  // namespace assay::host
