// Where dead letters are kept and dealt with: a topic, or a file.
//
// Thread: one at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/config/config.hpp"
#include "host/dead_letters/stored_letter.hpp"

namespace assay::host {

struct LetterError {
  enum class Kind : std::uint8_t { unreachable, refused, input_output };

  Kind kind = Kind::input_output;
  std::string words{};
};

class LetterStore {
 public:
  virtual ~LetterStore() = default;

  /// Its name for a person: the topic, or the file.
  [[nodiscard]] virtual std::string name() const = 0;
  using Take = std::function<void(StoredNote)>;
  /// Everything that is there now, each partition in its order.
  [[nodiscard]] virtual tl::expected<void, LetterError> read(const Take& take) = 0;
  /// Durable when it returns without an error.
  [[nodiscard]] virtual tl::expected<void, LetterError> put(
      const std::vector<Resolution>& resolutions) = 0;
};

/// As `dead_letters` of the configuration says; contacts nobody yet.
[[nodiscard]] tl::expected<std::unique_ptr<LetterStore>, LetterError> open_letter_store(
    const Config& config);

/// The source's way to the brokers, with what the dead letters have of their own over it.
[[nodiscard]] KafkaProperties letter_properties(const Config& config);

}  // namespace assay::host
