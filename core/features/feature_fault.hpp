// Why a feature's text is refused, and where in it.
//
// Whoever knows the file that the text stands in turns the offset into line and column.
#pragma once

#include <cstddef>
#include <string>

namespace assay::core {

struct FeatureFault {
  std::size_t offset = 0;  // in the text, in bytes
  std::size_t length = 0;
  std::string message;  // what is wrong
  std::string note;     // what was expected
  std::string help;     // how to mend it; may be empty
};

}  // namespace assay::core
