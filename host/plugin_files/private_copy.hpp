// The copy of a plugin's file that is looked at, compared with its pin and loaded: hashed while it
// is written, into a folder that nobody but this user can write or replace.
//
// The file that the configuration names may change at any moment; the copy cannot, so what was
// judged is what runs, and a file that is overwritten under a running process harms nothing. A copy
// is named after its content. What lies in the folder is never trusted: each start writes anew.
//
// Thread: control.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
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
  // How to wait for another process that copies into the same folder.
  struct Patience {
    std::chrono::milliseconds most = std::chrono::seconds(30);
    std::function<void(const std::string& folder)> waits{};      // called once where it must
    std::chrono::milliseconds unsaid = std::chrono::seconds(1);  // for so long it waits without
  };

  // Of the file at `path`, of at most `max_size` bytes, in `folder`, which is made with mode 0700
  // where it is missing, as are its parents. Processes that copy into it go one after the other,
  // each until its copy is kept or given up.
  [[nodiscard]] static tl::expected<PrivateCopy, CopyFault> make(const std::string& path,
                                                                 std::int64_t max_size,
                                                                 const std::string& folder,
                                                                 const Patience& patience);
  PrivateCopy(PrivateCopy&& other) noexcept;
  PrivateCopy& operator=(PrivateCopy&&) = delete;
  // Removes what was not kept.
  ~PrivateCopy();

  [[nodiscard]] const std::string& sha256() const { return sha256_; }
  [[nodiscard]] FileBytes bytes() const { return {file_, size_}; }
  // Once: gives it its name, NAME.<sha256>.so, and answers where it is, without links. Of every
  // NAME the newest few stay. Others need not wait any longer.
  [[nodiscard]] tl::expected<std::string, CopyFault> keep();

 private:
  PrivateCopy(std::string stem, std::string folder);
  [[nodiscard]] tl::expected<void, CopyFault> open_folder(const Patience& patience);
  [[nodiscard]] tl::expected<void, CopyFault> lock(const Patience& patience);
  [[nodiscard]] tl::expected<void, CopyFault> fill(const std::string& path, std::int64_t max_size);
  void sweep() const;

  std::string stem_;
  std::string folder_;
  std::string sha256_;
  std::uint64_t size_ = 0;
  int directory_ = -1;  // locked as long as it is open: until the copy is kept
  int file_ = -1;
  bool temporary_ = false;
};

// Where copies go unless the configuration says: $CACHE_DIRECTORY (systemd), $XDG_CACHE_HOME/assay,
// $HOME/.cache/assay, else a folder of this user below that for temporary files.
[[nodiscard]] std::string default_cache_folder();

}  // namespace assay::host
