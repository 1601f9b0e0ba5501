// Blocks of records for tests that do not care how the engine builds them, and a way to read any
// block as a sink in another process would.
#pragma once

#include <assay/plugin.h>

#include <assay/records.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "core/sinks/record_block.hpp"

namespace assay::tests {

// A block of `rows` rows without columns that is `bytes` long; at least a header's size.
inline core::RecordBlock plain_block(std::uint32_t rows, std::size_t bytes, std::int64_t next = 0) {
  auto memory = std::make_unique<std::byte[]>(bytes);
  assay_record_batch head{};
  head.batch.size = sizeof head;
  head.batch.rows = rows;
  head.batch.arena = bytes;
  head.batch.block_size = bytes;
  head.next_offset = next;
  std::memcpy(memory.get(), &head, sizeof head);
  return {std::move(memory), bytes};
}

// The block's bytes, copied to another place; the original may be destroyed. Only `block_size`
// bytes go along, so whatever points beyond them is caught by a sanitizer.
class Relocated final {
 public:
  explicit Relocated(const core::RecordBlock& block)
      : memory_((block.header().batch.block_size + sizeof(Unit) - 1) / sizeof(Unit)) {
    std::memcpy(memory_.data(), &block.header(), block.header().batch.block_size);
  }
  Records records() const {
    return Records(*reinterpret_cast<const assay_record_batch*>(memory_.data()));
  }
  const assay_record_batch& header() const {
    return *reinterpret_cast<const assay_record_batch*>(memory_.data());
  }

 private:
  struct alignas(16) Unit {
    std::byte bytes[16];
  };
  std::vector<Unit> memory_;
};

}  // namespace assay::tests
