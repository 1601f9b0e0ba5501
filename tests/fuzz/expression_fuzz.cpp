// Feeds bytes to the compiler of expressions, and checks what holds for any text: a fault lies in
// it, and what is accepted has one canonical text, that gives the same as the text itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/expression/explain.hpp"
#include "core/expression/expression.hpp"
#include "core/expression/literal_text.hpp"

namespace {

using namespace assay::core;
using namespace assay::core::expression;

void expect(bool holds) {
  if (!holds) std::abort();
}

Layout some_fields() {
  Layout layout;
  layout.add("amount", FieldType::decimal);
  layout.add("count", FieldType::int64);
  layout.add("mean", FieldType::float64);
  layout.add("is_new", FieldType::boolean);
  layout.add("timestamp", FieldType::time);
  layout.add("elapsed", FieldType::duration);
  layout.add("merchant", FieldType::text);
  layout.add("card", FieldType::token);
  return layout;
}

// A row with a value in some of the fields, and one without any.
RowBlock two_rows(const Layout& layout) {
  RowBlock block(layout, {2, 1 << 10, 1 << 10});
  block.add_row();
  block.add_row();
  block.put_int64(0, {0}, 125'000);
  block.put_int64(0, {1}, 3);
  block.put_double(0, {2}, 0.5);
  block.put_int64(0, {4}, 1'700'000'000'000'000'000);
  block.put_text(0, {6}, "Caf\xC3\xA9");
  return block;
}

bool alike(const std::string& left, const std::string& right) {
  return left == right || (left.starts_with("error: ") && right.starts_with("error: "));
}

void check(std::string_view text, const Names& names, const RowBlock& block) {
  const auto program = compile(text, names, {Kind::any});
  if (!program) {
    const auto& fault = program.error();
    expect(std::size_t{fault.offset} + fault.length <= text.size() && !fault.message.empty());
    expect(!shown(fault, text).empty());
    return;
  }
  const auto again = compile((*program)->text(), names, {Kind::any});
  // Brackets and escapes may grow beyond the bounds of a text.
  if (!again) {
    expect((*program)->text().size() > text.size());
    return;
  }
  expect((*again)->text() == (*program)->text());
  for (std::uint32_t row = 0; row < block.rows(); ++row) {
    const auto value = literal_text((*program)->evaluate(block, row));
    expect(alike(value, literal_text((*again)->evaluate(block, row))));
    explain(**program, block, row);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Layout layout = some_fields();
  static const RowBlock block = two_rows(layout);
  const LayoutNames names(layout);
  check({reinterpret_cast<const char*>(data), size}, names, block);
  return 0;
}
