#include "core/pipeline/duplicates.hpp"

#include <algorithm>
#include <utility>

namespace assay::core {

Duplicates::Finding Duplicates::see(std::uint64_t id, std::uint64_t content,
                                    std::int64_t event_time) {
  newest_ = std::max(newest_, event_time);
  if (used_ * 4 >= table_.size() * 3) make_room();
  auto& entry = find(id);
  const bool known = entry.event_time != kEmpty && !forgotten(entry);
  const auto finding = !known                     ? Finding::fresh
                       : entry.content == content ? Finding::duplicate
                                                  : Finding::id_reused;
  if (entry.event_time == kEmpty) ++used_;
  // A duplicate does not lengthen its first sighting's life; anything else starts anew.
  if (finding != Finding::duplicate) entry = {id, content, event_time};
  return finding;
}

Duplicates::Entry& Duplicates::find(std::uint64_t id) {
  const auto mask = table_.size() - 1;
  auto at = id & mask;
  while (table_[at].event_time != kEmpty && table_[at].id != id) at = (at + 1) & mask;
  return table_[at];
}

void Duplicates::make_room() {
  const auto old = std::exchange(table_, std::pmr::vector<Entry>(table_.get_allocator()));
  const auto remembered =
      static_cast<std::size_t>(std::count_if(old.begin(), old.end(), [&](const Entry& entry) {
        return entry.event_time != kEmpty && !forgotten(entry);
      }));
  std::size_t size = 1024;
  while (size < remembered * 2 + 2) size *= 2;
  table_.resize(size);
  used_ = remembered;
  for (const auto& entry : old) {
    if (entry.event_time != kEmpty && !forgotten(entry)) find(entry.id) = entry;
  }
}

}  // namespace assay::core
