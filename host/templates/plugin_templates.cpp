#include "host/templates/plugin_templates.hpp"

#include <cctype>
#include <regex>

namespace assay::host {
namespace {

constexpr std::size_t kLongestName = 60;

// "round_amount" to "RoundAmount".
std::string type_name(std::string_view name) {
  std::string type;
  bool first = true;
  for (const char letter : name) {
    if (letter != '_') {
      type += first ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
    }
    first = letter == '_';
  }
  return type;
}

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string result;
  for (auto at = text.find(what); at != text.npos; at = text.find(what)) {
    result += text.substr(0, at);
    result += by;
    text.remove_prefix(at + what.size());
  }
  return result.append(text);
}

}  // namespace

std::vector<ProjectFile> project_of(std::string_view kind, std::string_view language,
                                    std::string_view name) {
  const auto own_name = "my_" + std::string(kind);
  const auto renamed = [&](std::string_view text) {
    return replaced(replaced(text, own_name, name), type_name(own_name), type_name(name));
  };
  std::vector<ProjectFile> files;
  const auto take = [&](const std::string& folder, const std::string& into) {
    for (const auto& file : template_files()) {
      if (!file.name.starts_with(folder)) continue;
      files.push_back({into + renamed(file.name.substr(folder.size())), renamed(file.text)});
    }
  };
  take(std::string(kind) + "/" + std::string(language) + "/", "");
  take(std::string(kind) + "/any/", "");
  if (language == "rust") {
    // Tested by cargo; the ABI comes with it.
    std::erase_if(files, [](const ProjectFile& file) { return file.name.ends_with("_test.cpp"); });
    take("rust/", "src/");
  }
  return files;
}

bool is_plugin_name(std::string_view name) {
  static const std::regex words("[a-z][a-z0-9]*(_[a-z0-9]+)*");
  return name.size() <= kLongestName && std::regex_match(name.begin(), name.end(), words);
}

}  // namespace assay::host
