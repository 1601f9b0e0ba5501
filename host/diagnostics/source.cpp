#include "host/diagnostics/source.hpp"

#include <assay/file.hpp>
#include <utility>

namespace assay::host {

Source::Source(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)) {}

tl::expected<SourcePtr, std::string> Source::load(const std::string& path, std::size_t max_bytes) {
  auto read = read_file(path, max_bytes);
  if (!read.fault.empty()) return tl::unexpected(std::move(read.fault));
  return std::make_shared<const Source>(path, std::move(read.text));
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

std::string Source::shown_line(std::uint32_t number) const {
  return secrecy_.shown(line(number), number);
}

void Span::reveal() const {
  if (source) source->secrecy().reveal(line, column, length);
}

void Span::cover() const {
  if (source) source->secrecy().cover(line, column, length);
}

std::string Span::text() const {
  if (!source) return {};
  if (line == 0) return source->path();
  return source->path() + ":" + std::to_string(line) + ":" + std::to_string(column);
}

}  // namespace assay::host
