// What the tests of the configuration share: trees from text, and a folder that goes away.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>

#include "host/config/interpolate.hpp"
#include "host/config/yaml_tree.hpp"
#include "host/diagnostics/render.hpp"

namespace assay::host::testing {

inline SourcePtr source_of(const std::string& text, const std::string& path = "test.yaml") {
  return std::make_shared<const Source>(path, text);
}

inline Node tree(const std::string& text, Diagnostics& diagnostics) {
  return parse_yaml(source_of(text), diagnostics);
}

/// Of text without a fault.
inline Node tree(const std::string& text) {
  Diagnostics diagnostics;
  Node node = tree(text, diagnostics);
  if (diagnostics.has_errors()) {
    throw std::invalid_argument(render(diagnostics, DiagnosticFormat::human));
  }
  return node;
}

inline std::string brief(const Diagnostics& diagnostics) {
  return render(diagnostics, DiagnosticFormat::brief);
}

inline Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace assay::host::testing
