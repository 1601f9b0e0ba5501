// A card number's keyed token: AES-CMAC (RFC 4493) over its digits.
//
// The token stands for the number everywhere behind the decoder. Without the key nobody can find a
// number by trying all of them, which a plain hash would allow. A number of 16 digits is one AES
// block. A tokenizer holds one prepared cipher and belongs to one thread.
#pragma once

#include <assay/plugin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace assay::core {

// 16 or 32 bytes of key material; wiped when it goes.
class CardKey final {
 public:
  // Any other size is refused with nothing.
  static std::optional<CardKey> of(std::span<const std::uint8_t> bytes);
  // The text of a key file: 32 or 64 hex digits, white space around them allowed. The error says
  // what is wrong and how to make a key, and holds nothing of the text.
  static tl::expected<CardKey, std::string> parse(std::string_view text);

  CardKey(CardKey&& other) noexcept;
  CardKey& operator=(CardKey&& other) noexcept;
  ~CardKey();

  std::span<const std::uint8_t> bytes() const { return {bytes_.data(), size_}; }

 private:
  CardKey() = default;
  std::array<std::uint8_t, 32> bytes_{};
  std::size_t size_ = 0;
};

// The digits of a card number without its spaces and dashes.
struct CardDigits {
  std::array<char, 20> digits;
  std::uint8_t size = 0;

  std::string_view all() const { return {digits.data(), size}; }
  std::string_view bin() const { return all().substr(0, 6); }
  std::string_view last4() const { return all().substr(size - 4u); }
};

// Nothing unless the text is 12 to 19 digits, with spaces or dashes between them.
std::optional<CardDigits> card_digits(std::string_view text) noexcept;

class CardTokenizer final {
 public:
  explicit CardTokenizer(const CardKey& key);
  CardTokenizer(CardTokenizer&&) noexcept;
  CardTokenizer& operator=(CardTokenizer&&) noexcept;
  ~CardTokenizer();

  // The CMAC of the digits.
  assay_token token(const CardDigits& card) const noexcept;
  // The CMAC of any bytes; also a way to derive other keys from this one, each under its own label.
  assay_token mac(std::string_view bytes) const noexcept;

 private:
  struct Cipher;
  std::unique_ptr<Cipher> cipher_;
};

// 32 hex digits in lower case, the CMAC's bytes in order.
std::string format_token(assay_token token);
std::optional<assay_token> parse_token(std::string_view text);

}  // namespace assay::core
