// The command lines that pages tell a person to type, and what a program's help says of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/plugin-api/run.hpp"

namespace assay::test {

// The words of each line in a block of the shell that begins with `program`, by where it stands.
std::map<std::string, std::vector<std::string>> typed(const std::string& program);

inline bool says(const Ran& help, const std::string& word) {
  return help.output.find(word) != std::string::npos;
}

}  // namespace assay::test
