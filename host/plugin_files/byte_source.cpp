#include "host/plugin_files/byte_source.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace assay::host {

bool for_each_piece(const ByteSource& bytes,
                    const std::function<bool(std::span<const std::byte>)>& take) {
  constexpr std::uint64_t kPiece = 256 << 10;
  std::vector<std::byte> piece(std::min(kPiece, bytes.size()));
  for (std::uint64_t at = 0; at < bytes.size(); at += kPiece) {
    const auto some = std::span(piece).first(std::min(kPiece, bytes.size() - at));
    if (!bytes.read(at, some) || !take(some)) return false;
  }
  return true;
}

bool FileBytes::read(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset > size_ || out.size() > size_ - offset) return false;
  while (!out.empty()) {
    const auto got = ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return true;
}

bool MemoryBytes::read(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset > bytes_.size() || out.size() > bytes_.size() - offset) return false;
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
  return true;
}

}  // namespace assay::host
