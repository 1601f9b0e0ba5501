// What a plugin's file says about the plugin: the notes of plugin-api's note.h, read, bounded and
// joined into one JSON object.
//
// The words come from strangers: they are shown, never followed, and whoever prints them takes
// control characters out.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/plugin_files/elf_image.hpp"

namespace assay::host {

struct PluginNote {
  std::string id;
  std::string version;
  std::uint32_t abi_minor = 0;          // the lowest of the host that suffices
  std::vector<std::string> interfaces;  // that the plugin offers: "assay.rule/1"
  nlohmann::json all;                   // an object with those and everything else
};

// Nothing where the file has no such note. The words are as those of ElfImage::open.
[[nodiscard]] tl::expected<std::optional<PluginNote>, std::string> read_plugin_note(
    const ElfImage& image);

}  // namespace assay::host
