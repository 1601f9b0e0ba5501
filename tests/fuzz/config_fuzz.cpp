// Feeds bytes to the reader of configuration files and checks what holds for any of them: no crash,
// every fault has words, a tree without a fault prints as YAML that reads back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "host/config/canonical.hpp"
#include "host/config/interpolate.hpp"
#include "host/config/merge.hpp"
#include "host/config/schema.hpp"
#include "host/config/yaml_tree.hpp"
#include "host/diagnostics/render.hpp"

namespace {

using namespace assay::host;

void expect(bool holds) {
  if (!holds) std::abort();
}

std::string canonical_without_nulls(Node node) {
  drop_nulls(node);
  return canonical_json(node);
}

void check_reading_back(Node node) {
  drop_nulls(node);
  Diagnostics faults;
  Node again =
      parse_yaml(std::make_shared<const Source>("merged.yaml", print_merged(node)), faults);
  expect(!faults.has_errors());
  interpolate(
      again, [](const std::string&) { return std::nullopt; }, faults);
  expect(!faults.has_errors());
  expect(canonical_without_nulls(again) == canonical_json(node));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // A file that a ${file:...} names is none of this input.
  if (text.find("file:") != std::string::npos) return 0;
  Diagnostics diagnostics;
  Node root = parse_yaml(std::make_shared<const Source>("fuzz.yaml", text), diagnostics);
  interpolate(
      root, [](const std::string&) { return std::string("v"); }, diagnostics);
  if (!diagnostics.has_errors() && root.is_map()) check_reading_back(root);
  host_schema().check(root, diagnostics, {});
  for (const Diagnostic& one : diagnostics.all()) {
    expect(!one.message.empty() && one.span.source != nullptr);
  }
  for (const auto format :
       {DiagnosticFormat::human, DiagnosticFormat::brief, DiagnosticFormat::json}) {
    expect(render(diagnostics, format).empty() == diagnostics.all().empty());
  }
  return 0;
}
