// The formats that schemas may ask for: what each accepts and how a person is told.
//
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay::host {

[[nodiscard]] bool is_format(std::string_view name);
/// "duration, size, ..."
[[nodiscard]] std::string format_names();
/// What is wrong with `text`, or nothing. An unknown format accepts everything.
[[nodiscard]] std::optional<std::string> format_fault(std::string_view format,
                                                      std::string_view text);
/// "a duration such as `10m`".
[[nodiscard]] std::string format_words(std::string_view format);

}  // namespace assay::host
