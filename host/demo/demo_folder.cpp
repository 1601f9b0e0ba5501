#include "host/demo/demo_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include "host/commands/token_command.hpp"
#include "host/demo/embedded_files.hpp"

namespace assay::host {
namespace {

namespace fs = std::filesystem;

tl::expected<void, std::string> write_file(const fs::path& path, std::string_view text) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return {};
  return tl::unexpected("cannot write " + path.string() + ": " + std::strerror(errno));
}

tl::expected<fs::path, std::string> empty_folder(const std::string& wanted) {
  std::error_code failure;
  if (wanted.empty()) {
    std::string pattern = fs::temp_directory_path(failure) / "assay-demo-XXXXXX";
    if (::mkdtemp(pattern.data()) != nullptr) return fs::path(pattern);
    return tl::unexpected("cannot make a temporary folder: " + std::string(std::strerror(errno)));
  }
  const auto path = fs::absolute(wanted);
  fs::create_directories(path, failure);
  if (failure) return tl::unexpected("cannot make " + wanted + ": " + failure.message());
  if (!fs::is_empty(path, failure) || failure) {
    return tl::unexpected(wanted + " is not empty; a demonstration begins in an empty folder");
  }
  return path;
}

}  // namespace

tl::expected<DemoFolder, std::string> DemoFolder::make(const std::string& path) {
  auto made = empty_folder(path);
  if (!made) return tl::unexpected(made.error());
  DemoFolder folder(std::move(*made));
  for (const auto& file : embedded_files()) {
    if (auto written = write_file(folder / file.name, file.text); !written) {
      return tl::unexpected(written.error());
    }
  }
  if (auto key = write_card_key(folder / "card.key"); !key) return tl::unexpected(key.error());
  return folder;
}

tl::expected<void, std::string> DemoFolder::write_overlay(const std::string& text) const {
  return write_file(*this / "here.yaml", text);
}

std::vector<std::string> DemoFolder::config_files() const {
  return {*this / "demo.yaml", *this / "here.yaml"};
}

}  // namespace assay::host
