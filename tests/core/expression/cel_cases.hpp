// The cases of the Common Expression Language's own conformance suite, one JSON object a line.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace assay::tests {

struct CelCase {
  std::string id;
  std::string expression;
  std::map<std::string, std::string> types;  // of the names it uses
  nlohmann::json bindings;                   // and their values
  std::optional<nlohmann::json> value;       // nothing: it must fail, at load or at run
};

std::vector<CelCase> read_cel_cases(const std::string& path);

// What is outside the subset: the reason by id, from lines `id: reason`.
std::map<std::string, std::string> read_cel_outside(const std::string& path);

// Why the language does not do what the case asks for; empty where it does.
std::string failure_of(const CelCase& which);

}  // namespace assay::tests
