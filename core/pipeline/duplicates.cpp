#include "core/pipeline/duplicates.hpp"

#include <algorithm>
#include <utility>

namespace assay::core {
namespace {

constexpr std::uint32_t kVersion = 2;   // of what is written
constexpr std::size_t kTogether = 256;  // entries in an item
constexpr std::size_t kLook = 8;        // what a look at an entry costs, as bytes that are written

}  // namespace

Duplicates::Finding Duplicates::see(std::uint64_t id, std::uint64_t content,
                                    std::int64_t event_time) {
  newest_ = std::max(newest_, event_time);
  if (used_ * 4 >= table_.size() * 3) make_room();
  auto& entry = find(id);
  const auto finding = !remembered(entry)                             ? Finding::fresh
                       : ((entry.content ^ content) | kTurn) == kTurn ? Finding::duplicate
                                                                      : Finding::id_reused;
  if (entry.event_time == kEmpty) ++used_;
  // A duplicate does not lengthen its first sighting's life; anything else starts anew.
  if (finding != Finding::duplicate) {
    if (waits(entry)) keep_for_cut(entry);
    entry = {id, (content & ~kTurn) | turn_, event_time};
  }
  return finding;
}

Duplicates::Entry& Duplicates::find(std::uint64_t id) {
  const auto mask = table_.size() - 1;
  auto at = id & mask;
  while (table_[at].event_time != kEmpty && table_[at].id != id) at = (at + 1) & mask;
  return table_[at];
}

std::size_t Duplicates::size_for(std::size_t entries) {
  std::size_t size = 1024;
  while (size < entries * 2 + 2) size *= 2;
  return size;
}

void Duplicates::make_room() {
  used_ = static_cast<std::size_t>(std::count_if(
      table_.begin(), table_.end(), [&](const Entry& entry) { return remembered(entry); }));
  const auto size = size_for(used_);
  // Half of it would do as well, and might no longer tomorrow.
  if (size == table_.size() || size * 2 == table_.size()) {
    sweep();
  } else {
    move_to(size);
  }
  cut_.hand = 0;
}

// Each entry is taken out and put where it is found from now on, which is its old place or one
// before it. The walk begins behind an empty place, so that it meets whole runs of entries.
void Duplicates::sweep() {
  const auto mask = table_.size() - 1;
  std::size_t first = 0;
  while (table_[first].event_time != kEmpty) ++first;
  for (std::size_t i = 1; i < table_.size(); ++i) {
    auto entry = std::exchange(table_[(first + i) & mask], Entry{});
    if (remembered(entry)) {
      find(entry.id) = entry;
    } else if (waits(entry)) {
      keep_for_cut(entry);
    }
  }
}

void Duplicates::move_to(std::size_t size) {
  auto old = std::exchange(table_, std::pmr::vector<Entry>(table_.get_allocator()));
  table_.resize(size);
  for (auto& entry : old) {
    if (remembered(entry)) {
      find(entry.id) = entry;
    } else if (waits(entry)) {
      keep_for_cut(entry);
    }
  }
}

void Duplicates::begin_save(StateSink& sink) {
  cut_.sink = nullptr;
  auto all = kAllWork;
  (void)save_some(all);
  turn_ ^= kTurn;
  cut_ = {&sink, newest_, used_, 0};
  sink.put(kVersion);
  sink.put(newest_);
  sink.put(static_cast<std::uint64_t>(used_));
}

bool Duplicates::save_some(std::size_t& work) {
  while (cut_.left > 0 && work > 0) {
    auto& entry = table_[cut_.hand++];
    work -= std::min(work, kLook);
    if (!waits(entry)) continue;
    turn(entry);
    if (gathered_.size() == kTogether) hand_on();
  }
  hand_on();
  if (cut_.left > 0) return false;
  cut_.sink = nullptr;
  return true;
}

void Duplicates::keep_for_cut(Entry& entry) {
  turn(entry);
  hand_on();
}

void Duplicates::turn(Entry& entry) {
  entry.content ^= kTurn;
  --cut_.left;
  if (cut_.sink != nullptr && !forgotten(entry, cut_.newest)) gathered_.push_back(entry);
}

void Duplicates::hand_on() {
  if (gathered_.empty()) return;
  for (auto& entry : gathered_) entry.content &= ~kTurn;
  cut_.sink->put(kStateIds);
  cut_.sink->put(static_cast<std::uint32_t>(gathered_.size()));
  cut_.sink->write(std::as_bytes(std::span(gathered_)));
  gathered_.clear();
}

bool Duplicates::begin_load(StateSource& source) {
  std::uint32_t version = 0;
  std::uint64_t used = 0;
  if (!source.take(version) || version != kVersion || !source.take(newest_) || !source.take(used)) {
    return false;
  }
  // Not more than can come: what was forgotten at the cut does not.
  table_.resize(size_for(std::min(used, source.remaining() / sizeof(Entry))));
  return true;
}

bool Duplicates::load_item(StateSource& source) {
  std::uint32_t count = 0;
  if (!source.take(count) || count > source.remaining() / sizeof(Entry)) return false;
  for (; count > 0; --count) {
    Entry read;
    if (!source.take(read) || read.event_time == kEmpty || read.event_time > newest_) return false;
    if (used_ * 4 >= table_.size() * 3) make_room();
    auto& entry = find(read.id);
    if (entry.event_time != kEmpty) return false;  // none stands there twice
    entry = read;
    entry.content &= ~kTurn;
    ++used_;
  }
  return true;
}

}  // namespace assay::core
