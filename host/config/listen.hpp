// The address of the HTTP endpoint: a name or a number and a port, and whether another machine
// could get there.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace assay::host {

struct Listen {
  bool on = true;
  std::string host = "127.0.0.1";
  std::uint16_t port = 9464;  // 0: one that is free

  /// True where only this machine can connect. A name other than localhost counts as open: what it
  /// stands for may change.
  [[nodiscard]] bool local() const;
};

/// "127.0.0.1:9464", "[::1]:9464", "localhost:9464" or "off".
[[nodiscard]] tl::expected<Listen, std::string> parse_listen(std::string_view text);

}  // namespace assay::host
