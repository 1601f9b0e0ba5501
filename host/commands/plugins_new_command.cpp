#include "host/commands/plugins_new_command.hpp"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "host/commands/exit_code.hpp"
#include "host/templates/plugin_templates.hpp"

namespace assay::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExample = R"(Examples:
  assay plugins new rule round_amount
  assay plugins new sink webhook --lang c
  assay plugins new rule round_amount --lang rust --into ~/plugins/round_amount

It writes a folder with the source, its test, its build file, a configuration to try it with and a
README that has the commands. Nothing is overwritten.)";

struct Arguments {
  std::string kind;
  std::string name;
  std::string language = "cpp";
  std::string into;
};

int say(int exit_code, const std::string& words) {
  std::fprintf(stderr, "assay plugins new: %s\n", words.c_str());
  return exit_code;
}

// Only where nobody has one; answers why not, or nothing where it is done.
std::string write_new(const fs::path& path, const std::string& text) {
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  if (failure) return failure.message();
  std::FILE* file = std::fopen(path.c_str(), "wxe");
  if (!file) return std::strerror(errno);
  std::string why;
  if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) why = std::strerror(errno);
  if (std::fclose(file) != 0 && why.empty()) why = std::strerror(errno);
  return why;
}

int write_project(const Arguments& arguments) {
  if (!is_plugin_name(arguments.name)) {
    return say(ExitCode::usage, "`" + arguments.name +
                                    "` is no name for a plugin: words in small letters and digits "
                                    "joined by _, such as round_amount");
  }
  if (is_reserved_name(arguments.name)) {
    return say(ExitCode::usage, "`" + arguments.name +
                                    "` is a word that CMake or Rust keeps for itself; take "
                                    "another name, such as " +
                                    arguments.name + "_" + arguments.kind);
  }
  const fs::path folder = arguments.into.empty() ? arguments.name : arguments.into;
  const auto files = project_of(arguments.kind, arguments.language, arguments.name);
  for (const auto& file : files) {
    if (!fs::exists(fs::symlink_status(folder / file.name))) continue;
    return say(ExitCode::failed, (folder / file.name).string() +
                                     " is there already, and nothing is overwritten; name another "
                                     "folder with --into");
  }
  for (const auto& file : files) {
    const auto path = folder / file.name;
    if (const auto why = write_new(path, file.text); !why.empty()) {
      return say(ExitCode::input_output, path.string() + " cannot be written: " + why +
                                             "; name a folder that you can write with --into");
    }
    std::printf("%s\n", path.c_str());
  }
  std::fprintf(stderr, "assay plugins new: written; %s has the commands that build and load it\n",
               (folder / "README.md").c_str());
  return ExitCode::done;
}

}  // namespace

void add_plugins_new_command(CLI::App& plugins, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      plugins.add_subcommand("new", "Write a project of a rule or a sink that builds at once");
  command->add_option("KIND", arguments->kind, "rule or sink")
      ->required()
      ->check(CLI::IsMember({"rule", "sink"}));
  command->add_option("NAME", arguments->name, "What `use` will say, such as round_amount")
      ->required();
  command->add_option("--lang", arguments->language, "c, cpp or rust")
      ->check(CLI::IsMember({"c", "cpp", "rust"}))
      ->capture_default_str();
  command->add_option("--into", arguments->into, "Folder to write; else one of that name, here")
      ->type_name("DIR");
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = write_project(*arguments); });
}

}  // namespace assay::host
