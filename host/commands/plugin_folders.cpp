#include "host/commands/plugin_folders.hpp"

#include <filesystem>
#include <system_error>

namespace assay::host {

std::vector<std::string> default_plugin_folders() {
  namespace fs = std::filesystem;
  std::error_code failure;
  const auto binary = fs::read_symlink("/proc/self/exe", failure);
  if (failure) return {};
  const auto prefix = binary.parent_path().parent_path();
  std::vector<std::string> found;
  for (const auto* folder :
       {"lib/assay/rules", "lib/assay/sinks", "plugins/rules", "plugins/sinks"}) {
    if (fs::is_directory(prefix / folder, failure)) found.push_back(prefix / folder);
  }
  return found;
}

}  // namespace assay::host
