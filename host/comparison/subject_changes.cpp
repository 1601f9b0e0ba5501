#include "host/comparison/subject_changes.hpp"

#include <algorithm>

namespace assay::host {

void compare_named(Changes& changes, Change::Part part, const std::vector<Named>& before,
                   const std::vector<Named>& after, const std::function<void(Change&)>& explain) {
  const auto tell = [&](Change::Kind kind, const std::string& id, std::vector<Difference> found) {
    Change change{part, kind, id, std::move(found)};
    explain(change);
    changes.push_back(std::move(change));
  };
  for (const auto& now : after) {
    const auto was = std::ranges::find(before, now.id, &Named::id);
    if (was == before.end()) {
      tell(Change::Kind::added, now.id, {});
    } else if (auto found = differences(was->settings, now.settings); !found.empty()) {
      tell(Change::Kind::changed, now.id, std::move(found));
    }
  }
  for (const auto& was : before) {
    if (std::ranges::find(after, was.id, &Named::id) != after.end()) continue;
    tell(Change::Kind::removed, was.id, {});
  }
}

bool touches(const Change& change, const std::vector<std::string>& paths) {
  return std::ranges::any_of(change.differences, [&](const Difference& one) {
    return !one.contents_only && std::ranges::any_of(paths, [&](const std::string& path) {
      return one.path == path || one.path.starts_with(path + ".");
    });
  });
}

}  // namespace assay::host
