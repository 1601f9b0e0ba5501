// A decision as a store tells it, on a page for a person.
//
// The store's line (`explain` of assay/database.h) is read leniently: a key that is missing is left
// out, so a store by somebody else may know less, or more, than ours do.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace assay::host {

// Of the lines of a store, one decision each; the error is a sentence.
[[nodiscard]] tl::expected<std::string, std::string> page_of_decisions(std::string_view lines,
                                                                       bool colour);

// The same lines as one JSON array.
[[nodiscard]] tl::expected<std::string, std::string> array_of_decisions(std::string_view lines);

}  // namespace assay::host
