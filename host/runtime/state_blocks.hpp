// State on its way to the thread that writes it: bytes in blocks, so that none is copied again as
// they grow, and the owner of the state is held up by nothing but what it says.
//
// Thread: one at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "core/model/state_stream.hpp"

namespace assay::host {

class StateBlocks final : public core::StateSink {
 public:
  void write(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      if (blocks_.empty() || blocks_.back().size() == kBlock) {
        blocks_.emplace_back().reserve(kBlock);
      }
      auto& block = blocks_.back();
      const auto part = bytes.first(std::min(bytes.size(), kBlock - block.size()));
      block.insert(block.end(), part.begin(), part.end());
      bytes = bytes.subspan(part.size());
    }
  }

  [[nodiscard]] const std::vector<std::vector<std::byte>>& blocks() const { return blocks_; }
  [[nodiscard]] std::size_t bytes() const {
    return blocks_.empty() ? 0 : (blocks_.size() - 1) * kBlock + blocks_.back().size();
  }

 private:
  static constexpr std::size_t kBlock = 256 << 10;

  std::vector<std::vector<std::byte>> blocks_;
};

}  // namespace assay::host
