// A snapshot as a file: written beside its place and moved there when it is whole, read back only
// after every bit of it was checked.
//
// Magic and format, the head with its size, the body, and behind them the SHA-256 of all of it.
// Where writing fails (a full disk, say) nothing of it stays and the snapshots that are there are
// not touched.
//
// Thread: any, one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "core/model/state_stream.hpp"
#include "host/state/checksum.hpp"
#include "host/state/snapshot_head.hpp"

namespace assay::host {

// Rises when what stands in a file changes its meaning; a file of another format is refused.
inline constexpr std::uint32_t kSnapshotFormat = 2;

// Behind the name of a file that is not whole yet.
inline constexpr std::string_view kUnfinished = ".part";

class SnapshotWriter final : public core::StateSink {
 public:
  // For a file that is to stand at `path`; its folder must exist.
  [[nodiscard]] static tl::expected<std::unique_ptr<SnapshotWriter>, std::string> begin(
      const std::filesystem::path& path, const SnapshotHead& head);
  // Removes what was not finished.
  ~SnapshotWriter() override;

  // A write that fails is remembered and told by finish().
  void write(std::span<const std::byte> bytes) override;
  // What went wrong so far; empty: nothing.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  // The file is durable and stands at its place when this answers; else why not.
  [[nodiscard]] tl::expected<void, std::string> finish();

 private:
  explicit SnapshotWriter(std::filesystem::path path);
  void flush();
  void remember(const char* doing);

  std::filesystem::path path_;
  std::filesystem::path beside_;
  int file_ = -1;
  std::string fault_;
  std::vector<std::byte> buffer_;
  Checksum checksum_;
};

class SnapshotReader final : public core::StateSource {
 public:
  // Reads the file to its end once and answers a reader at the start of its body, or what is wrong:
  // cut short, damaged, of a newer format, no snapshot at all.
  [[nodiscard]] static tl::expected<std::unique_ptr<SnapshotReader>, std::string> open(
      const std::filesystem::path& path);
  // What a file says about itself, without looking at the rest: to be shown, not to be trusted.
  [[nodiscard]] static tl::expected<SnapshotHead, std::string> peek(
      const std::filesystem::path& path);
  ~SnapshotReader() override;

  [[nodiscard]] const SnapshotHead& head() const { return head_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] bool read(std::span<std::byte> bytes) override;
  [[nodiscard]] std::uint64_t remaining() const override { return left_; }

 private:
  enum class Check { whole, head_only };
  SnapshotReader(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  [[nodiscard]] static tl::expected<std::unique_ptr<SnapshotReader>, std::string> open(
      const std::filesystem::path& path, Check check);
  bool fill();

  std::filesystem::path path_;
  int file_;
  SnapshotHead head_;
  std::uint64_t left_ = 0;  // of the body
  std::vector<std::byte> buffer_;
  std::size_t at_ = 0;
};

}  // namespace assay::host
