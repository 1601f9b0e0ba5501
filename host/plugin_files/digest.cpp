#include "host/plugin_files/digest.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

namespace assay::host {
namespace {

// Without memory, or in a library that was forbidden SHA-256, there is nothing to trust.
void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

}  // namespace

Digest::Digest() : context_(EVP_MD_CTX_new()) {
  require(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Digest::add(std::span<const std::byte> bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Digest::hex() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) == 1);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

tl::expected<std::string, std::string> sha256_of(const ByteSource& bytes) {
  Digest digest;
  const bool whole = for_each_piece(bytes, [&](std::span<const std::byte> piece) {
    digest.add(piece);
    return true;
  });
  if (!whole) return tl::make_unexpected(std::string("cannot be read to its end"));
  return digest.hex();
}

}  // namespace assay::host
