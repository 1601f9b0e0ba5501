// Which parts of a text a person wrote may be shown. Of a guarded text nothing is shown but blanks
// and punctuation, until somebody who knows what stands there reveals it: a value under a misspelt
// key may be a password, and nobody knows before it is too late. What is covered keeps its width,
// so that carets below the line still point at it.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace assay::host {

class Secrecy {
 public:
  /// From now on only what is revealed is shown. A text that is not guarded is shown but for what
  /// is covered.
  void guard() { guarded_ = true; }
  /// A place within one line; lines and columns count from 1, columns and length in bytes.
  void reveal(std::uint32_t line, std::uint32_t column, std::uint32_t length);
  /// Wins over what is revealed, before or after.
  void cover(std::uint32_t line, std::uint32_t column, std::uint32_t length);

  /// `text` is the line with that number; asterisks stand for the letters that are not shown.
  [[nodiscard]] std::string shown(std::string_view text, std::uint32_t line) const;

 private:
  struct Range {
    std::uint32_t column;
    std::uint32_t length;
  };
  using ByLine = std::unordered_map<std::uint32_t, std::vector<Range>>;

  bool guarded_ = false;
  ByLine revealed_;
  ByLine covered_;
};

}  // namespace assay::host
