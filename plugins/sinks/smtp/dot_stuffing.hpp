// A mail as it goes over the wire: a line with nothing but a dot ends it, so a line that begins
// with a dot gets another one (RFC 5321, 4.5.2).
//
// Thread: any.
#pragma once

#include <string>

namespace assay::smtp {

// `content` has CRLF line ends; the last one is added where it has none.
inline std::string on_the_wire(const std::string& content) {
  std::string wire;
  wire.reserve(content.size() + 1'024);  // an envelope may follow
  if (content.starts_with('.')) wire += '.';
  std::size_t copied = 0;
  for (auto at = content.find("\n."); at != std::string::npos; at = content.find("\n.", copied)) {
    wire.append(content, copied, at + 1 - copied) += '.';
    copied = at + 1;
  }
  wire.append(content, copied);
  if (!wire.ends_with("\r\n")) wire += "\r\n";
  wire += ".\r\n";
  return wire;
}

}  // namespace assay::smtp
