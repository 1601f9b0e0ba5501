#include "host/templates/plugin_templates.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>

namespace assay::host {
namespace {

constexpr std::size_t kLongestName = 60;

// Targets that CMake's generators make themselves (its policy CMP0037).
constexpr std::array<std::string_view, 12> kTargets{"all",
                                                    "clean",
                                                    "depend",
                                                    "edit_cache",
                                                    "help",
                                                    "install",
                                                    "package",
                                                    "preinstall",
                                                    "package_source",
                                                    "rebuild_cache",
                                                    "list_install_components",
                                                    "test"};

// Keywords of Rust, those that it keeps for later, and the crates that come with it.
constexpr std::array<std::string_view, 55> kRust{
    "abstract", "alloc",    "as",         "async",   "await", "become", "box",  "break",
    "const",    "continue", "core",       "crate",   "do",    "dyn",    "else", "enum",
    "extern",   "false",    "final",      "fn",      "for",   "gen",    "if",   "impl",
    "in",       "let",      "loop",       "macro",   "match", "mod",    "move", "mut",
    "override", "priv",     "proc_macro", "pub",     "ref",   "return", "self", "static",
    "std",      "struct",   "super",      "trait",   "true",  "try",    "type", "typeof",
    "unsafe",   "unsized",  "use",        "virtual", "where", "while",  "yield"};

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

bool is_reserved_name(std::string_view name) {
  return std::ranges::find(kTargets, name) != kTargets.end() ||
         std::ranges::find(kRust, name) != kRust.end();
}

}  // namespace assay::host
