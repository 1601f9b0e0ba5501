#include "host/state/checksum.hpp"

#include <openssl/evp.h>

#include "core/model/invariant.hpp"

namespace assay::host {

Checksum::Checksum() : context_(EVP_MD_CTX_new()) {
  core::invariant(context_ && EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) == 1,
                  "SHA-256 can be computed");
}

Checksum::~Checksum() { EVP_MD_CTX_free(context_); }

void Checksum::add(std::span<const std::byte> bytes) {
  core::invariant(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1,
                  "SHA-256 can be computed");
}

Checksum::Value Checksum::finish() {
  Value value{};
  core::invariant(
      EVP_DigestFinal_ex(context_, reinterpret_cast<unsigned char*>(value.data()), nullptr) == 1,
      "SHA-256 can be computed");
  return value;
}

}  // namespace assay::host
