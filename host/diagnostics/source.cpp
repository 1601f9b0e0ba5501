#include "host/diagnostics/source.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace assay::host {

Source::Source(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)) {}

tl::expected<SourcePtr, std::string> Source::load(const std::string& path, std::size_t max_bytes) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return tl::unexpected(std::string("there is no such file"));
  }
  if (error) return tl::unexpected(error.message());
  // A pipe or a device could block for ever or never end.
  if (status.type() != std::filesystem::file_type::regular) {
    return tl::unexpected(std::string("it is not a regular file"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return tl::unexpected(std::string("it cannot be opened (check its permissions)"));
  std::string text(max_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return tl::unexpected(std::string("reading it failed"));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > max_bytes) {
    return tl::unexpected("it is larger than " + std::to_string(max_bytes) + " bytes");
  }
  return std::make_shared<const Source>(path, std::move(text));
}

std::string_view Source::line(std::uint32_t number) const {
  if (number == 0) return {};
  std::string_view rest = text_;
  for (std::uint32_t current = 1; current < number; ++current) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
  return rest;
}

std::string Span::text() const {
  if (!source) return {};
  if (line == 0) return source->path();
  return source->path() + ":" + std::to_string(line) + ":" + std::to_string(column);
}

}  // namespace assay::host
