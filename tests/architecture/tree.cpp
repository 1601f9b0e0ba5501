#include "tests/architecture/tree.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace assay::tests {

namespace fs = std::filesystem;

fs::path tree_root() { return ASSAY_TREE_ROOT; }

std::vector<std::string> files_below(const std::vector<std::string>& folders,
                                     const std::vector<std::string>& extensions) {
  std::vector<std::string> files;
  for (const auto& folder : folders) {
    if (!fs::exists(tree_root() / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(tree_root() / folder)) {
      const auto extension = entry.path().extension().string();
      if (entry.is_regular_file() &&
          std::find(extensions.begin(), extensions.end(), extension) != extensions.end()) {
        files.push_back(entry.path().lexically_relative(tree_root()).generic_string());
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string text_of(const std::string& path) {
  std::ifstream file(tree_root() / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace assay::tests
