// Bytes of state on their way into a snapshot, and back out of one.
//
// Whatever remembers something between batches (windowed history, ids of transactions, breakers,
// stateful rules) writes itself to a StateSink and reads itself from a StateSource; where the bytes
// lie is the host's business. What is read may come from a damaged or foreign file: every read can
// fail, and a reader bounds each count by remaining() before it makes room for it. Numbers are
// little-endian, as they lie in memory.
//
// Thread: the owner of the state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace assay::core {

class StateSink {
 public:
  virtual ~StateSink() = default;
  virtual void write(std::span<const std::byte> bytes) = 0;

  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    write(std::as_bytes(std::span(&value, 1)));
  }
};

class StateSource {
 public:
  virtual ~StateSource() = default;
  // Fills `bytes`; false, with nothing promised about them, where fewer are left.
  [[nodiscard]] virtual bool read(std::span<std::byte> bytes) = 0;
  // Bytes that are left: no honest count of records is larger.
  [[nodiscard]] virtual std::uint64_t remaining() const = 0;

  template <class T>
  [[nodiscard]] bool take(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return read(std::as_writable_bytes(std::span(&value, 1)));
  }
};

}  // namespace assay::core
