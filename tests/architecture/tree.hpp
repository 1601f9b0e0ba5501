// The files of the tree that tests of its shape read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace assay::tests {

std::filesystem::path tree_root();

// All files below these folders with one of these extensions, as paths from the root; folders that
// do not exist are left out.
std::vector<std::string> files_below(const std::vector<std::string>& folders,
                                     const std::vector<std::string>& extensions);

std::string text_of(const std::string& path);

}  // namespace assay::tests
