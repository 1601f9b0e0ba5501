// State in memory: what was put in comes out again, from the start.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/model/state_stream.hpp"

namespace assay::tests {

class StateBytes final : public core::StateSink, public core::StateSource {
 public:
  void write(std::span<const std::byte> more) override {
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  bool read(std::span<std::byte> into) override {
    if (into.size() > remaining()) return false;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(taken_), into.size(), into.begin());
    taken_ += into.size();
    return true;
  }
  std::uint64_t remaining() const override { return bytes.size() - taken_; }

  std::vector<std::byte> bytes;

 private:
  std::size_t taken_ = 0;
};

}  // namespace assay::tests
