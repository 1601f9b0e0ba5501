// Where a demonstration lives: a folder with its configuration, written so that a person can read
// it, its key, and what it leaves behind. It is kept.
//
// Thread: control.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace assay::host {

class DemoFolder final {
 public:
  // In `path`, which is made if it is not there and must be empty, or with an empty `path` in a new
  // temporary folder. Writes the configuration and a new card key. The error is a sentence.
  [[nodiscard]] static tl::expected<DemoFolder, std::string> make(const std::string& path);

  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  // What this demonstration has of its own, over the configuration that is the same for all.
  [[nodiscard]] tl::expected<void, std::string> write_overlay(const std::string& text) const;
  // In the order in which they lie over each other.
  [[nodiscard]] std::vector<std::string> config_files() const;

 private:
  explicit DemoFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace assay::host
