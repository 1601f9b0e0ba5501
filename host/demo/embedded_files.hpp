// The configuration that the demonstration runs, built in: the files of config/ that it needs, by
// their names there.
#pragma once

#include <span>
#include <string_view>

namespace assay::host {

struct EmbeddedFile {
  std::string_view name;  // "rules/large_amount.yaml"
  std::string_view text;
};

[[nodiscard]] std::span<const EmbeddedFile> embedded_files();

}  // namespace assay::host
