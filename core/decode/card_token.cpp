#include "core/decode/card_token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <bit>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "core/decode/digits.hpp"

namespace assay::core {
namespace {

constexpr std::size_t kBlock = 16;
using Block = std::array<std::uint8_t, kBlock>;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::uint64_t big_endian(const std::uint8_t* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}

// The subkeys of RFC 4493: a shift left by one, folded back where a bit falls out.
Block doubled(const Block& block) {
  Block out;
  unsigned carry = 0;
  for (std::size_t i = kBlock; i-- > 0;) {
    const unsigned shifted = unsigned{block[i]} << 1 | carry;
    out[i] = static_cast<std::uint8_t>(shifted);
    carry = shifted >> 8;
  }
  if (carry != 0) out[kBlock - 1] ^= 0x87;
  return out;
}

void add(Block& block, const Block& other) {
  for (std::size_t i = 0; i < kBlock; ++i) block[i] ^= other[i];
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

std::optional<CardKey> CardKey::of(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != 16 && bytes.size() != 32) return std::nullopt;
  CardKey key;
  std::memcpy(key.bytes_.data(), bytes.data(), bytes.size());
  key.size_ = bytes.size();
  return key;
}

tl::expected<CardKey, std::string> CardKey::parse(std::string_view text) {
  const auto digits = trimmed(text);
  if (digits.size() != 32 && digits.size() != 64) {
    return tl::make_unexpected("a card key is 32 or 64 hex digits, this text has " +
                               std::to_string(digits.size()) +
                               " characters; make one with: assay token keygen FILE");
  }
  CardKey key;
  key.size_ = digits.size() / 2;
  for (std::size_t i = 0; i < key.size_; ++i) {
    const int high = hex_value(digits[2 * i]);
    const int low = hex_value(digits[2 * i + 1]);
    if (high < 0 || low < 0) {
      return tl::make_unexpected("a card key is 32 or 64 hex digits, character " +
                                 std::to_string(2 * i + (high < 0 ? 1 : 2)) +
                                 " is none; make one with: assay token keygen FILE");
    }
    key.bytes_[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return key;
}

CardKey::CardKey(CardKey&& other) noexcept : bytes_(other.bytes_), size_(other.size_) {
  OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
  other.size_ = 0;
}

CardKey& CardKey::operator=(CardKey&& other) noexcept {
  if (this == &other) return *this;
  bytes_ = other.bytes_;
  size_ = std::exchange(other.size_, 0);
  OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
  return *this;
}

CardKey::~CardKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::optional<CardDigits> card_digits(std::string_view text) noexcept {
  std::optional<CardDigits> result(std::in_place);
  auto& card = *result;
  if (text.size() == 16 && eight_digits(text.data()) && eight_digits(text.data() + 8)) {
    std::memcpy(card.digits.data(), text.data(), 16);
    card.size = 16;
    return result;
  }
  for (const char c : text) {
    if (c >= '0' && c <= '9' && card.size < 19) {
      card.digits[card.size++] = c;
    } else if (c != ' ' && (c != '-' || card.size == 0)) {
      result.reset();
      return result;
    }
  }
  if (card.size < 12) result.reset();
  return result;
}

struct CardTokenizer::Cipher {
  struct Free {
    void operator()(EVP_CIPHER_CTX* cipher) const { EVP_CIPHER_CTX_free(cipher); }
  };

  explicit Cipher(const CardKey& key) : context(EVP_CIPHER_CTX_new()) {
    const auto bytes = key.bytes();
    const auto* kind = bytes.size() == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb();
    if (!context || EVP_EncryptInit_ex(context.get(), kind, nullptr, bytes.data(), nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
      throw std::runtime_error("the crypto library offers no AES");
    }
    Block zero{};
    encrypt(zero);
    whole = doubled(zero);
    padded = doubled(whole);
    OPENSSL_cleanse(zero.data(), zero.size());
  }
  ~Cipher() {
    OPENSSL_cleanse(whole.data(), whole.size());
    OPENSSL_cleanse(padded.data(), padded.size());
  }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  // With a prepared cipher and a whole block there is nothing left that could fail.
  void encrypt(Block& block) const {
    int written = 0;
    EVP_EncryptUpdate(context.get(), block.data(), &written, block.data(), kBlock);
  }

  std::unique_ptr<EVP_CIPHER_CTX, Free> context;
  Block whole;   // RFC 4493's K1
  Block padded;  // K2
};

CardTokenizer::CardTokenizer(const CardKey& key) : cipher_(std::make_unique<Cipher>(key)) {}
CardTokenizer::CardTokenizer(CardTokenizer&&) noexcept = default;
CardTokenizer& CardTokenizer::operator=(CardTokenizer&&) noexcept = default;
CardTokenizer::~CardTokenizer() = default;

assay_token CardTokenizer::token(const CardDigits& card) const noexcept { return mac(card.all()); }

assay_token CardTokenizer::mac(std::string_view bytes) const noexcept {
  Block block{};
  Block part;
  for (; bytes.size() > kBlock; bytes.remove_prefix(kBlock)) {
    std::memcpy(part.data(), bytes.data(), kBlock);
    add(block, part);
    cipher_->encrypt(block);
  }
  if (bytes.size() == kBlock) {
    std::memcpy(part.data(), bytes.data(), kBlock);
    add(part, cipher_->whole);
  } else {
    part = {};
    if (!bytes.empty()) std::memcpy(part.data(), bytes.data(), bytes.size());
    part[bytes.size()] = 0x80;
    add(part, cipher_->padded);
  }
  add(block, part);
  cipher_->encrypt(block);
  return {big_endian(block.data()), big_endian(block.data() + 8)};
}

std::string format_token(assay_token token) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text(32, '0');
  for (std::size_t i = 0; i < 16; ++i) {
    text[i] = kHex[token.high >> (60 - 4 * i) & 15];
    text[16 + i] = kHex[token.low >> (60 - 4 * i) & 15];
  }
  return text;
}

std::optional<assay_token> parse_token(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  assay_token token{};
  for (std::size_t i = 0; i < 32; ++i) {
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    auto& half = i < 16 ? token.high : token.low;
    half = half << 4 | static_cast<std::uint64_t>(value);
  }
  return token;
}

}  // namespace assay::core
