// One file that should be a plugin, opened once: every later look reads that file, whatever its
// name stands for meanwhile. A folder, a pipe or a file above the limit is refused before it is
// read.
//
// Thread: the one that opened it.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "host/plugin_files/byte_source.hpp"

namespace assay::host {

class PluginFile final {
 public:
  // `max_size` in bytes. The words go on behind the file's name: "is not a regular file".
  [[nodiscard]] static tl::expected<PluginFile, std::string> open(const std::string& path,
                                                                  std::int64_t max_size);
  PluginFile(PluginFile&& other) noexcept;
  PluginFile& operator=(PluginFile&&) = delete;
  ~PluginFile();

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] FileBytes bytes() const { return {descriptor_, size_}; }
  // SHA-256 of the whole, 64 small hexadecimal digits. Reads it to the end.
  [[nodiscard]] tl::expected<std::string, std::string> sha256() const;

 private:
  PluginFile(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}

  int descriptor_;
  std::uint64_t size_;
};

}  // namespace assay::host
