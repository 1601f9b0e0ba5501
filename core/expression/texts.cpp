// Functions of texts and bytes.
#include <re2/re2.h>

#include <cstring>

#include "core/expression/functions.hpp"
#include "core/expression/utf8.hpp"

namespace assay::core::expression {
namespace {

using Arguments = const Value*;

Value join(Arguments a, Scratch& scratch) {
  const std::size_t size = std::size_t{a[0].size} + a[1].size;
  char* const letters = scratch.letters(size);
  if (letters == nullptr) return size == 0 ? a[0] : error(kNoRoom);
  if (a[0].size != 0) std::memcpy(letters, a[0].letters, a[0].size);
  if (a[1].size != 0) std::memcpy(letters + a[0].size, a[1].letters, a[1].size);
  return of_letters(a[0].kind, {letters, size});
}

Value size_of_text(Arguments a, Scratch&) { return int64(code_points(a[0].text())); }
Value size_of_bytes(Arguments a, Scratch&) { return int64(a[0].size); }

Value contains(Arguments a, Scratch&) {
  return boolean(a[0].text().find(a[1].text()) != std::string_view::npos);
}
Value starts_with(Arguments a, Scratch&) { return boolean(a[0].text().starts_with(a[1].text())); }
Value ends_with(Arguments a, Scratch&) { return boolean(a[0].text().ends_with(a[1].text())); }

Value matches(Arguments a, Scratch&) {
  const re2::StringPiece text(a[0].letters, a[0].size);
  return boolean(a[1].pattern->Match(text, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0));
}

constexpr auto kText = Kind::text;
constexpr auto kBytes = Kind::bytes;
constexpr auto kYesNo = Kind::boolean;

constexpr Overload kTexts[] = {
    {"+", Written::sign, 2, {kText, kText}, kText, join, true},
    {"+", Written::sign, 2, {kBytes, kBytes}, kBytes, join, true},
    {"size", Written::either, 1, {kText}, Kind::int64, size_of_text},
    {"size", Written::either, 1, {kBytes}, Kind::int64, size_of_bytes},
    {"contains", Written::member, 2, {kText, kText}, kYesNo, contains},
    {"startsWith", Written::member, 2, {kText, kText}, kYesNo, starts_with},
    {"endsWith", Written::member, 2, {kText, kText}, kYesNo, ends_with},
    {"matches", Written::either, 2, {kText, Kind::pattern}, kYesNo, matches},
};

}  // namespace

std::span<const Overload> text_overloads() { return kTexts; }

}  // namespace assay::core::expression
