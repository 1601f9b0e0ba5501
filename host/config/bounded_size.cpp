#include "host/config/bounded_size.hpp"

namespace assay::host {

void read_size(const Members& members, std::string_view key, Bytes& out, const SizeBounds& bounds,
               const std::string& path, Diagnostics& diagnostics) {
  members.size(key, out);
  const bool little = out < bounds.least.bytes;
  if (!little && out <= bounds.most.bytes) return;
  diagnostics.add(
      {.code = Code::bad_value,
       .message = "`" + path + "` is too " + (little ? "little" : "large") + " to work with",
       .span = members.place(key),
       .label = (little ? "expected at least `" : "expected at most `") +
                std::string(little ? bounds.least.words : bounds.most.words) + "`",
       .path = path});
}

}  // namespace assay::host
