// Bands are read as they are written: what a limit means depends on the evidence that it is
// compared with, and that is known once the rule is loaded.
#include <string>
#include <utility>

#include "host/config/members.hpp"
#include "host/config/sections.hpp"

namespace assay::host {
namespace {

BandConfig read_band(const Node& node) {
  BandConfig band{.span = node.span};
  const Members members(&node);
  if (const Node* above = members.find("above")) {
    band.above = *above;
    band.span = above->span;
  }
  members.number("score", band.score);
  members.text("code", band.code);
  members.phrase("reason", band.reason);
  return band;
}

}  // namespace

std::vector<ReasonBands> read_bands(const Node* bands, const std::string& path,
                                    Diagnostics& diagnostics) {
  std::vector<ReasonBands> result;
  if (bands == nullptr) return result;
  for (const Entry& entry : bands->entries) {
    ReasonBands of{.reason = entry.key, .span = entry.key_span};
    for (const Node& item : entry.value.items) {
      of.bands.push_back(read_band(item));
      if (of.bands.size() == 1 || !of.bands.back().above.is_null()) continue;
      diagnostics.add({.code = Code::bad_bands,
                       .message = "a band of `" + entry.key + "` does not say where it begins",
                       .span = item.span,
                       .label = "`above` is missing",
                       .note = "only the first band may go without: it takes whatever is below",
                       .help = "add `above:`, greater than that of the band before",
                       .path = path + "." + entry.key});
    }
    result.push_back(std::move(of));
  }
  return result;
}

}  // namespace assay::host
