// Feeds bytes to the parser of features and checks what holds for any of them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/features/declaration.hpp"

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view text) {
  using assay::core::canonical_text;
  using assay::core::parse_feature;
  const auto parsed = parse_feature(text);
  if (!parsed) {
    const auto& fault = parsed.error();
    expect(!fault.message.empty());
    expect(fault.offset <= text.size() && fault.length <= text.size() - fault.offset);
    return;
  }
  expect(!parsed->keys.empty());
  expect(parsed->arguments.size() == assay::core::info(parsed->aggregate).arguments);
  expect(parsed->window >= 0 && parsed->window <= assay::core::kLongestWindow);
  expect(text.substr(parsed->where_offset).starts_with(parsed->where));
  const auto canonical = canonical_text(*parsed);
  const auto again = parse_feature(canonical);
  expect(again.has_value() || canonical.size() > assay::core::kLongestFeature);
  if (again) expect(canonical_text(*again) == canonical);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  return 0;
}
