// What a stateful rule remembers, on its way into a snapshot and back.
//
// A rule with `static constexpr bool stateful = true` has one instance per partition, whose batches
// come in offset order; between two of them the host saves it beside the position, and a later
// instance goes on from there:
//
//   static constexpr std::uint64_t state_version = 2;
//   void save(assay::StateWriter& state) const { state.put(count_); }
//   void load(assay::StateReader& state, std::uint64_t version);
//
// The version is that of the snapshot: raise state_version with every change of what save writes,
// and load the older ones or refuse them. Numbers lie in a snapshot as they lie in memory.
#pragma once

#include <assay/rule.h>

#include <assay/config.hpp>
#include <string>
#include <string_view>
#include <type_traits>

namespace assay {

class StateWriter {
 public:
  explicit StateWriter(const assay_stream& stream) : stream_(&stream) {}

  void write(const void* data, std::uint64_t size) {
    if (stream_->write(stream_, data, size) != ASSAY_OK) {
      throw Refusal("the host takes no more of the rule's state");
    }
  }
  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>,
                  "write its parts one by one, a text with put_text");
    write(&value, sizeof value);
  }
  void put_text(std::string_view text) {
    put(std::uint64_t{text.size()});
    write(text.data(), text.size());
  }

 private:
  const assay_stream* stream_;
};

// Throws a Refusal where the snapshot ends before the state does: a damaged one must not be taken
// for a short one.
class StateReader {
 public:
  explicit StateReader(const assay_stream& stream) : stream_(&stream) {}

  void read(void* data, std::uint64_t size) {
    auto* at = static_cast<char*>(data);
    while (size > 0) {
      const auto got = stream_->read(stream_, at, size);
      if (got == 0 || got > size) throw Refusal("the saved state of the rule ends too early");
      at += got;
      size -= got;
    }
  }
  template <class T>
  T take() {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>,
                  "read its parts one by one, a text with take_text");
    T value;
    read(&value, sizeof value);
    return value;
  }
  // Grows with what is really there: a damaged size does not get its memory.
  std::string take_text() {
    std::string text;
    for (auto left = take<std::uint64_t>(); left > 0;) {
      const auto part = left < kPart ? left : kPart;
      const auto from = text.size();
      text.resize(from + part);
      read(text.data() + from, part);
      left -= part;
    }
    return text;
  }

 private:
  static constexpr std::uint64_t kPart = 4096;
  const assay_stream* stream_;
};

}  // namespace assay
