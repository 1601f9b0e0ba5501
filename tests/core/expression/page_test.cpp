// The page about the language says nothing that is not so.
#include <fstream>
#include <sstream>

#include "tests/core/expression/rows.hpp"

namespace assay::core::expression {
namespace {

std::string page() {
  const std::ifstream file(ASSAY_ROOT "/docs/expressions.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Page, has_examples_that_compile) {
  const std::string text = page();
  const std::string_view opens = "```cel\n";
  std::size_t examples = 0;
  for (auto at = text.find(opens); at != text.npos; at = text.find(opens, at)) {
    at += opens.size();
    std::istringstream block(text.substr(at, text.find("```", at) - at));
    Layout layout;
    layout.add("amount", FieldType::decimal);
    for (const char* name : {"transaction_type", "merchant", "location", "holder.city"}) {
      layout.add(name, FieldType::text);
    }
    layout.add("timestamp", FieldType::time);
    for (std::string line; std::getline(block, line);) {
      ++examples;
      const auto program = compile(line, LayoutNames(layout));
      EXPECT_TRUE(program) << (program ? "" : shown(program.error(), line));
    }
  }
  EXPECT_GE(examples, 4u);
}

TEST(Page, names_every_function) {
  const std::string text = page();
  for (const auto& overload : all_overloads()) {
    // dyn() is for CEL's own sake: it hides a type and gives nothing that a rule could want.
    if (overload.written == Written::sign || overload.name == "dyn") continue;
    EXPECT_NE(text.find(std::string(overload.name) + "("), text.npos) << overload.name;
  }
}

}  // namespace
}  // namespace assay::core::expression
