#include "host/plugin_files/plugin_search.hpp"

#include <filesystem>
#include <map>
#include <system_error>

#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> files_by_name(const std::vector<std::string>& folders) {
  std::map<std::string, std::string> found;
  for (const auto& folder : folders) {
    std::error_code ignored;
    for (const auto& file : fs::directory_iterator(folder, ignored)) {
      if (file.path().extension() == ".so") found.emplace(file.path().stem(), file.path());
    }
  }
  return found;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string without_links(const fs::path& path) {
  std::error_code failure;
  const auto canonical = fs::canonical(path, failure);
  return (failure ? fs::absolute(path).lexically_normal() : canonical).string();
}

}  // namespace

tl::expected<std::string, SearchFault> find_plugin(const std::string& name,
                                                   const std::vector<std::string>& folders) {
  std::error_code ignored;
  if (name.find('/') != name.npos) {
    if (fs::exists(name, ignored)) return without_links(name);
    return tl::make_unexpected(SearchFault{
        "there is no plugin file `" + name + "`",
        {},
        "if it is yours to build, build it first; a name without a slash is looked for in "
        "`plugins.path`"});
  }
  for (const auto& folder : folders) {
    const auto path = fs::path(folder) / (name + ".so");
    if (fs::is_regular_file(path, ignored)) return without_links(path);
  }
  std::vector<std::string> names;
  for (const auto& [known, path] : files_by_name(folders)) names.push_back(known);
  return tl::make_unexpected(
      SearchFault{"there is no plugin `" + name + "`",
                  "looked for " + name + ".so in " +
                      (folders.empty() ? std::string("no folder") : joined(folders)),
                  did_you_mean(name, names)});
}

std::vector<std::string> plugins_in(const std::vector<std::string>& folders) {
  std::vector<std::string> paths;
  for (const auto& [name, path] : files_by_name(folders)) paths.push_back(path);
  return paths;
}

}  // namespace assay::host
