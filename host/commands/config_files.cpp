#include "host/commands/config_files.hpp"

#include <CLI/CLI.hpp>

#include "host/commands/plugin_folders.hpp"
#include "host/config/reader.hpp"

namespace assay::host {

void add_config_option(CLI::App& command, std::vector<std::string>& files) {
  command
      .add_option("-c,--config", files,
                  "Configuration file; may be repeated, later files lie over earlier ones")
      ->required()
      ->allow_extra_args(false)
      ->type_name("FILE");
}

std::optional<Config> load_config(const std::vector<std::string>& files, Diagnostics& diagnostics) {
  auto config = read_config(files, diagnostics);
  if (!config) return std::nullopt;
  for (auto& folder : default_plugin_folders()) config->plugins.path.push_back(std::move(folder));
  return config;
}

void show(const Diagnostics& diagnostics, DiagnosticFormat format, std::FILE* stream) {
  const auto text = render(diagnostics, format, colour_of(fileno(stream)));
  std::fputs(text.c_str(), stream);
  std::fflush(stream);
}

}  // namespace assay::host
