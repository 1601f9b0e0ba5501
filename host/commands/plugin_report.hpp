// What is known of plugins' files, as text for a person or JSON for a program.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/plugin_files/preflight.hpp"

namespace assay::host {

struct ExaminedPlugin {
  enum class Pin { unknown, none, holds, differs };  // unknown: no configuration was given

  std::string name{};  // as `use` says it
  std::string path{};
  std::uint64_t size = 0;   // bytes
  std::string sha256{};     // empty where the file cannot be read
  Inspection inspection{};  // says so, then, too
  Pin pin = Pin::unknown;
  std::vector<std::string> users{};  // "rule `night`"; only with a configuration
};

// "rule", "sink", "?" without a note.
[[nodiscard]] std::string kind_of(const ExaminedPlugin& plugin);

[[nodiscard]] std::string print_plugins(const std::vector<ExaminedPlugin>& plugins,
                                        bool with_configuration);
[[nodiscard]] std::string print_plugin(const ExaminedPlugin& plugin);
[[nodiscard]] std::string json_of_plugins(const std::vector<ExaminedPlugin>& plugins);
[[nodiscard]] std::string json_of_plugin(const ExaminedPlugin& plugin);

// A configuration that pins them, to be laid over the one that uses them.
[[nodiscard]] std::string print_pins(const std::vector<ExaminedPlugin>& plugins);
[[nodiscard]] std::string json_of_pins(const std::vector<ExaminedPlugin>& plugins);

}  // namespace assay::host
