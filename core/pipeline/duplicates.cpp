#include "core/pipeline/duplicates.hpp"

#include <algorithm>
#include <utility>

namespace assay::core {
namespace {

constexpr std::uint32_t kVersion = 1;  // of what save() writes

}  // namespace

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

void Duplicates::resize_for(std::size_t entries) {
  std::size_t size = 1024;
  while (size < entries * 2 + 2) size *= 2;
  table_.resize(size);
}

void Duplicates::make_room() {
  const auto old = std::exchange(table_, std::pmr::vector<Entry>(table_.get_allocator()));
  used_ = static_cast<std::size_t>(
      std::count_if(old.begin(), old.end(), [&](const Entry& entry) { return remembered(entry); }));
  resize_for(used_);
  for (const auto& entry : old) {
    if (remembered(entry)) find(entry.id) = entry;
  }
}

void Duplicates::save(StateSink& sink) const {
  const auto count = std::count_if(table_.begin(), table_.end(),
                                   [&](const Entry& entry) { return remembered(entry); });
  sink.put(kVersion);
  sink.put(newest_);
  sink.put(static_cast<std::uint64_t>(count));
  for (const auto& entry : table_) {
    if (remembered(entry)) sink.put(entry);
  }
}

bool Duplicates::load(StateSource& source) {
  std::uint32_t version = 0;
  std::uint64_t count = 0;
  if (!source.take(version) || version != kVersion || !source.take(newest_) ||
      !source.take(count) || count > source.remaining() / sizeof(Entry)) {
    return false;
  }
  resize_for(count);
  for (; count > 0; --count) {
    Entry read;
    if (!source.take(read) || read.event_time == kEmpty || read.event_time > newest_) return false;
    auto& entry = find(read.id);
    if (entry.event_time != kEmpty) return false;  // none stands there twice
    entry = read;
    ++used_;
  }
  return true;
}

}  // namespace assay::core
