// The text a person wrote, kept as long as anything points into it, so that a fault found late (a
// plugin that dislikes a parameter) still shows the line it is about. A `Span` owns its share of
// the source: it can be rendered by whoever holds it, after the reader that made it is gone.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "host/diagnostics/secrecy.hpp"

namespace assay::host {

class Source {
 public:
  /// `path` is shown to the user as it is given here.
  Source(std::string path, std::string text);

  /// Reads a regular file of at most `max_bytes`. The error is the reason in words, without the
  /// path.
  [[nodiscard]] static tl::expected<std::shared_ptr<const Source>, std::string> load(
      const std::string& path, std::size_t max_bytes);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  /// The line without its end, counted from 1; empty if there is no such line. O(length of the
  /// text).
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
  /// The same, as it may be shown to a person.
  [[nodiscard]] std::string shown_line(std::uint32_t number) const;
  /// What may be shown is learnt while the text is judged, by whoever holds it.
  [[nodiscard]] Secrecy& secrecy() const { return secrecy_; }

 private:
  std::string path_;
  std::string text_;
  mutable Secrecy secrecy_;
};

using SourcePtr = std::shared_ptr<const Source>;

/// A place in a source. Lines and columns count from 1, columns and length in bytes. Line 0 with a
/// source means the whole file; no source means no place at all.
struct Span {
  SourcePtr source = nullptr;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 0;

  /// "file:line:column", "file", or empty.
  [[nodiscard]] std::string text() const;
  /// What stands there is no secret: a line that is shown has it.
  void reveal() const;
  /// What stands there is a secret: a line that is shown has asterisks in its place.
  void cover() const;
};

}  // namespace assay::host
