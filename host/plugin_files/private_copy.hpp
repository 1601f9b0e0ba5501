// The copy of a plugin's file that is looked at, compared with its pin and loaded: hashed while it
// is written, into a folder that nobody but this user can write.
//
// The file that the configuration names may change at any moment; the copy cannot, so what was
// judged is what runs, and a file that is overwritten under a running process harms nothing. A copy
// is named after its content. What lies in the folder is never trusted: each start writes anew.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "host/plugin_files/byte_source.hpp"

namespace assay::host {

struct CopyFault {
  std::string message{};  // goes on behind the file's name
  std::string help{};
};

class PrivateCopy final {
 public:
  // Of the file at `path`, of at most `max_size` bytes, in `folder`, which is made with mode 0700
  // where it is missing. Other processes that copy into it wait for each other.
  [[nodiscard]] static tl::expected<PrivateCopy, CopyFault> make(const std::string& path,
                                                                 std::int64_t max_size,
                                                                 const std::string& folder);
  PrivateCopy(PrivateCopy&& other) noexcept;
  PrivateCopy& operator=(PrivateCopy&&) = delete;
  // Removes what was not kept.
  ~PrivateCopy();

  [[nodiscard]] const std::string& sha256() const { return sha256_; }
  [[nodiscard]] FileBytes bytes() const { return {file_, size_}; }
  // Gives it its name, NAME.<sha256>.so, and answers where it is. Of every NAME the newest few
  // stay.
  [[nodiscard]] tl::expected<std::string, CopyFault> keep();

 private:
  PrivateCopy(std::string stem, std::string folder);
  [[nodiscard]] tl::expected<void, CopyFault> open_folder();
  [[nodiscard]] tl::expected<void, CopyFault> fill(const std::string& path, std::int64_t max_size);
  void sweep() const;

  std::string stem_;
  std::string folder_;
  std::string sha256_;
  std::uint64_t size_ = 0;
  int directory_ = -1;  // locked as long as this lives
  int file_ = -1;
  bool temporary_ = false;
};

// Where copies go unless the configuration says: $CACHE_DIRECTORY (systemd), $XDG_CACHE_HOME/assay,
// $HOME/.cache/assay, else a folder of this user below that for temporary files.
[[nodiscard]] std::string default_cache_folder();

}  // namespace assay::host
