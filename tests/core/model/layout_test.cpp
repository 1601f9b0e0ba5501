#include "core/model/layout.hpp"

#include <gtest/gtest.h>

namespace assay::core {
namespace {

TEST(Layout, gives_each_name_one_slot) {
  Layout layout;
  const auto amount = layout.add("amount", FieldType::decimal);
  const auto card = layout.add("card", FieldType::token);
  EXPECT_EQ(layout.add("amount", FieldType::text), amount);
  EXPECT_EQ(layout[amount].type, FieldType::decimal);
  EXPECT_EQ(layout.find("card"), card);
  EXPECT_FALSE(layout.find("nobody").has_value());
  EXPECT_EQ(layout.entries().size(), 2u);
}

TEST(Layout, places_cells_one_behind_the_other_and_validity_behind_all_of_them) {
  Layout layout;
  const auto text = layout.add("text", FieldType::text);
  const auto card = layout.add("card", FieldType::token);
  const auto time = layout.add("time", FieldType::time);
  EXPECT_EQ(layout[text].cell, 0u);
  EXPECT_EQ(layout[card].cell, 8u);
  EXPECT_EQ(layout[time].cell, 24u);
  EXPECT_EQ(layout.validity(text), 32u);
  EXPECT_EQ(layout.validity(time), 34u);
  EXPECT_EQ(layout.stride(), 48u);
}

TEST(Layout, writes_and_reads_the_names_of_types) {
  for (const auto type :
       {FieldType::int64, FieldType::float64, FieldType::boolean, FieldType::time,
        FieldType::duration, FieldType::decimal, FieldType::text, FieldType::token}) {
    EXPECT_EQ(field_type(to_string(type)), type);
  }
  EXPECT_FALSE(field_type("string").has_value());
}

}  // namespace
}  // namespace assay::core
