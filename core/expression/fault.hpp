// What is wrong with an expression, and where: for whoever shows it in the file it stands in.
#pragma once

#include <cstdint>
#include <string>

namespace assay::core::expression {

struct Fault {
  std::uint32_t offset = 0;  // in bytes of the expression's text
  std::uint32_t length = 0;  // of what is wrong; 0 where something is missing
  std::string message;       // "`amout` is not a field; did you mean `amount`?"
  std::string note;          // what stands around it, where that helps
  std::string help;          // what to write instead, where that is known
};

}  // namespace assay::core::expression
