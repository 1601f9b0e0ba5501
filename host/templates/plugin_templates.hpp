// The projects that `assay plugins new` writes, built in: the files of plugin-api/templates, which
// are whole and build as they stand. In each the plugin is called `my_rule` or `my_sink`.
//
// Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::host {

struct TemplateFile {
  std::string_view name;  // "rule/cpp/my_rule.cpp"
  std::string_view text;
};

[[nodiscard]] std::span<const TemplateFile> template_files();

struct ProjectFile {
  std::string name;  // below the project's folder
  std::string text;
};

// `kind` is rule or sink, `language` c, cpp or rust; `name` is lower_snake_case and takes the
// place of the template's own, in files and in their names.
[[nodiscard]] std::vector<ProjectFile> project_of(std::string_view kind, std::string_view language,
                                                  std::string_view name);

// Letters and digits in small words joined by _: a file's name, an identifier in each language.
[[nodiscard]] bool is_plugin_name(std::string_view name);

// A word that CMake or Rust keeps for itself: a project of that name would not build in one of the
// languages, whichever it is begun in.
[[nodiscard]] bool is_reserved_name(std::string_view name);

}  // namespace assay::host
