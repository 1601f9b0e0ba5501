// SHA-256 over what goes by, so that a snapshot is trusted to the last bit or not at all.
//
// Thread: any, one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <span>

struct evp_md_ctx_st;

namespace assay::host {

class Checksum final {
 public:
  using Value = std::array<std::byte, 32>;

  Checksum();
  ~Checksum();
  Checksum(const Checksum&) = delete;
  Checksum& operator=(const Checksum&) = delete;

  void add(std::span<const std::byte> bytes);
  // Of all that was added; nothing may be added afterwards.
  [[nodiscard]] Value finish();

 private:
  evp_md_ctx_st* context_;
};

}  // namespace assay::host
