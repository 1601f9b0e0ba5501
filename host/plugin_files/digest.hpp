// SHA-256 of what comes piece by piece.
//
// Thread: the one that made it.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>

#include "host/plugin_files/byte_source.hpp"

namespace assay::host {

class Digest final {
 public:
  Digest();

  void add(std::span<const std::byte> bytes);
  // 64 small hexadecimal digits; once, after the last piece.
  [[nodiscard]] std::string hex();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// Of the whole, read piece by piece; 64 small hexadecimal digits. The words go on behind a file's
// name.
[[nodiscard]] tl::expected<std::string, std::string> sha256_of(const ByteSource& bytes);

}  // namespace assay::host
