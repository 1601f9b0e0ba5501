// What is wrong with an expression, and where: for whoever shows it in the file it stands in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::core::expression {

struct Fault {
  std::uint32_t offset = 0;  // in bytes of the expression's text
  std::uint32_t length = 0;  // of what is wrong; 0 where something is missing
  std::string message;       // "`amout` is not a field"
  std::string note;          // what stands around it, where that helps
  std::string help;          // "did you mean `amount`?", where that is known
};

// The message with its help, and under it the line of the text with the place marked.
std::string shown(const Fault& fault, std::string_view text);

}  // namespace assay::core::expression
