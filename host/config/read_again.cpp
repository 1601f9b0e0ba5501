#include "host/config/read_again.hpp"

#include <algorithm>
#include <utility>

#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {
namespace {

void undo_interpolation(Node& node) {
  if (!node.written.empty()) node.text = std::exchange(node.written, {});
  for (Node& item : node.items) undo_interpolation(item);
  for (Entry& entry : node.entries) undo_interpolation(entry.value);
}

}  // namespace

tl::expected<Node, std::string> read_again(const Node& settings, const Environment& environment) {
  Node read = settings;
  undo_interpolation(read);
  Diagnostics diagnostics;
  interpolate(read, environment, diagnostics);
  if (diagnostics.has_errors()) return tl::unexpected(diagnostics.all().front().message);
  return read;
}

bool same_values(const Node& left, const Node& right) {
  return left.text == right.text && std::ranges::equal(left.items, right.items, &same_values) &&
         std::ranges::equal(left.entries, right.entries, [](const Entry& one, const Entry& other) {
           return same_values(one.value, other.value);
         });
}

}  // namespace assay::host
