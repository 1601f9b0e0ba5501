// One row with a field of every type, and what expressions answer about it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/expression/expression.hpp"
#include "core/expression/literal_text.hpp"
#include "core/model/row_block.hpp"

namespace assay::core::expression {

class Rows {
 public:
  Rows() : layout_(every_type()), block_(layout_, {4, 1 << 12, 1 << 10}), names_(layout_) {
    block_.add_row();
  }

  const RowBlock& block() const { return block_; }
  const Names& names() const { return names_; }
  Slot slot(std::string_view name) const { return layout_.find(name).value(); }

  Rows& put(std::string_view name, std::int64_t value) {
    block_.put_int64(0, slot(name), value);
    return *this;
  }
  Rows& put(std::string_view name, int value) { return put(name, std::int64_t{value}); }
  Rows& put(std::string_view name, double value) {
    block_.put_double(0, slot(name), value);
    return *this;
  }
  Rows& put(std::string_view name, std::string_view value) {
    EXPECT_TRUE(block_.put_text(0, slot(name), value));
    return *this;
  }
  Rows& put(std::string_view name, const char* value) { return put(name, std::string_view(value)); }
  Rows& put(std::string_view name, assay_token value) {
    block_.put_token(0, slot(name), value);
    return *this;
  }
  // Of an amount: 12.5 is 125000 units.
  Rows& put_money(std::string_view name, double value) {
    return put(name, static_cast<std::int64_t>(value * 10'000));
  }

  // What the expression gives for the row, as a literal; "fault: ..." where it is refused.
  std::string value(std::string_view text, const Options& options = {}) const {
    const auto program = compile(text, names_, {Kind::any}, options);
    if (!program) return "fault: " + program.error().message;
    const auto given = (*program)->evaluate(block_, 0);
    if (given.is(Kind::boolean)) {
      EXPECT_EQ((*program)->test(block_, 0), given.is_true() ? Truth::yes : Truth::no) << text;
    }
    return literal_text(given);
  }

  // The fault of an expression that must give a bool.
  Fault fault(std::string_view text, const Options& options = {}) const {
    const auto program = compile(text, names_, kBool, options);
    if (program) {
      ADD_FAILURE() << text << " is accepted";
      return {};
    }
    return program.error();
  }

 private:
  static Layout every_type() {
    Layout layout;
    layout.add("amount", FieldType::decimal);
    layout.add("limit", FieldType::decimal);
    layout.add("count", FieldType::int64);
    layout.add("mean", FieldType::float64);
    layout.add("is_new", FieldType::boolean);
    layout.add("timestamp", FieldType::time);
    layout.add("elapsed", FieldType::duration);
    layout.add("merchant", FieldType::text);
    layout.add("holder.city", FieldType::text);
    layout.add("card", FieldType::token);
    layout.add("other_card", FieldType::token);
    return layout;
  }

  Layout layout_;
  RowBlock block_;
  LayoutNames names_;
};

}  // namespace assay::core::expression
