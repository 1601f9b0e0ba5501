// Numbers and texts, one behind the other in bounded room: what a question, an answer and a
// process's papers are made of.
//
// A writer that runs out of room says so at the end; a reader that runs out of bytes answers
// nothing from then on, so that a whole message is judged by one question.
//
// Thread: the caller's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace assay::host {

class MessageWriter final {
 public:
  explicit MessageWriter(std::span<std::byte> room) : room_(room) {}

  template <class T>
  MessageWriter& put(T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return put_bytes(std::as_bytes(std::span(&value, 1)));
  }
  MessageWriter& put_text(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    return put_bytes(std::as_bytes(std::span(text)));
  }
  // As much of it as a message may have.
  MessageWriter& put_clipped(std::string_view text, std::size_t most) {
    return put_text(text.substr(0, most));
  }
  MessageWriter& put_bytes(std::span<const std::byte> bytes) {
    if (bytes.size() > room_.size() - size_) {
      fits_ = false;
    } else if (!bytes.empty()) {
      std::memcpy(room_.data() + size_, bytes.data(), bytes.size());
      size_ += bytes.size();
    }
    return *this;
  }

  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::span<std::byte> room_;
  std::size_t size_ = 0;
  bool fits_ = true;
};

class MessageReader final {
 public:
  explicit MessageReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  // Zero behind the end.
  template <class T>
  T take() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    const auto bytes = take_bytes(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::string_view take_text() {
    const auto bytes = take_bytes(take<std::uint32_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // Of that many, which is none where fewer are left.
  std::span<const std::byte> take_bytes(std::size_t size) {
    if (size > bytes_.size()) {
      whole_ = false;
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  std::span<const std::byte> rest() const { return bytes_; }

  // Everything that was asked for was there.
  [[nodiscard]] bool whole() const { return whole_; }

 private:
  std::span<const std::byte> bytes_;
  bool whole_ = true;
};

}  // namespace assay::host
