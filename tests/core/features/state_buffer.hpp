// State in a vector of bytes, and a bench whose history goes through one.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "core/model/state_stream.hpp"
#include "tests/core/features/feature_bench.hpp"

namespace assay::tests {

class BufferSink final : public core::StateSink {
 public:
  void write(std::span<const std::byte> bytes) override {
    buffer.insert(buffer.end(), bytes.begin(), bytes.end());
  }
  std::vector<std::byte> buffer;
};

class BufferSource final : public core::StateSource {
 public:
  explicit BufferSource(std::span<const std::byte> bytes) : left_(bytes) {}
  bool read(std::span<std::byte> bytes) override {
    if (bytes.size() > left_.size()) return false;
    if (!bytes.empty()) std::memcpy(bytes.data(), left_.data(), bytes.size());
    left_ = left_.subspan(bytes.size());
    return true;
  }
  std::uint64_t remaining() const override { return left_.size(); }

 private:
  std::span<const std::byte> left_;
};

// Everything the bench remembers, out and in again; a new engine goes on with it.
inline bool reload(FeatureBench& bench) {
  BufferSink ours;
  BufferSink theirs;
  bench.history->save(ours);
  bench.shared->save(theirs);
  bench.history = std::make_unique<core::PartitionHistory>(*bench.plan);
  BufferSource source(ours.buffer);
  BufferSource shared_source(theirs.buffer);
  if (!bench.history->load(source) || source.remaining() != 0) return false;
  if (!bench.shared->load(shared_source) || shared_source.remaining() != 0) return false;
  bench.engine =
      std::make_unique<core::FeatureEngine>(*bench.plan, bench.shared.get(), bench.layout, 512);
  return true;
}

}  // namespace assay::tests
