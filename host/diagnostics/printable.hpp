// Words of strangers, made fit to be shown.
//
// A terminal obeys control characters, and some change what a person believes to read: marks of
// direction turn parts of a line around. Each of them becomes one `?`, and so does every byte that
// is no UTF-8. Tabs and ends of lines become spaces, for what is shown here is one line.
//
// Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace assay::host {

// For a terminal or a log. What is printable stays as it is.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace assay::host
