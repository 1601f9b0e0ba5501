// Remembers transaction ids, to tell a transaction that was sent twice from one that is new.
//
// Per partition, by a 64-bit keyed hash of the id, for `horizon` of event time. The same id with
// the same content is a duplicate; with other content the id was used again, which is worth a look.
// An entry older than the horizon is forgotten when its place is needed. 24 bytes an
// id; the table is at most three quarters full, and where as many ids are forgotten as come it
// stays as it is. Where the memory comes from is the host's business: a table of millions is looked
// at in a different place for every message.
//
// Thread: the worker that owns the partition.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "core/model/state_item.hpp"
#include "core/model/state_stream.hpp"

namespace assay::core {

class Duplicates final {
 public:
  enum class Finding { fresh, duplicate, id_reused };

  // `horizon` in nanoseconds of event time. The memory must outlive the table.
  explicit Duplicates(std::int64_t horizon,
                      std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : horizon_(horizon), table_(memory) {}

  // Looks the id up and remembers it.
  Finding see(std::uint64_t id, std::uint64_t content, std::int64_t event_time);

  // Has the processor fetch what see() will look at; worth it where something else is done first.
  // Always inlined: called, it would look to the compiler like a call without any effect.
  [[gnu::always_inline]] void expect(std::uint64_t id) const {
    if (table_.empty()) return;
    const auto* entry = &table_[id & (table_.size() - 1)];
    __builtin_prefetch(entry);
    __builtin_prefetch(&entry->event_time);  // perhaps in the next line
  }

  std::size_t size() const { return used_; }

  // What is not forgotten, in no order; in slices, as HistoryStore does it: an id is written when
  // its turn comes, or before something else takes its place. Items are behind kStateIds.
  void begin_save(StateSink& sink);
  bool save_some(std::size_t& work);
  void stop_save() { cut_.sink = nullptr; }
  // Into a table that has seen nothing; it must not be used where one says false: the bytes are
  // damaged then.
  [[nodiscard]] bool begin_load(StateSource& source);
  [[nodiscard]] bool load_item(StateSource& source);

 private:
  struct Entry {
    std::uint64_t id = 0;
    std::uint64_t content = 0;  // its highest bit is `turn_`, or the entry waits for a snapshot
    std::int64_t event_time = kEmpty;
  };
  static constexpr std::int64_t kEmpty = INT64_MIN;
  static constexpr std::uint64_t kTurn = std::uint64_t{1} << 63;

  // A snapshot that is being taken, or was given up and left entries to be told apart.
  struct Cut {
    StateSink* sink = nullptr;
    std::int64_t newest = kEmpty;  // as newest_ was
    std::size_t left = 0;          // entries
    std::size_t hand = 0;          // place that is looked at next
  };

  static std::size_t size_for(std::size_t entries);
  Entry& find(std::uint64_t id);
  bool remembered(const Entry& entry) const {
    return entry.event_time != kEmpty && !forgotten(entry, newest_);
  }
  bool waits(const Entry& entry) const {
    return entry.event_time != kEmpty && (entry.content & kTurn) != turn_;
  }
  void make_room();
  void sweep();
  void move_to(std::size_t size);
  void keep_for_cut(Entry& entry);
  void turn(Entry& entry);
  void hand_on();
  // Without overflow: no entry is newer than `newest`.
  bool forgotten(const Entry& entry, std::int64_t newest) const {
    return static_cast<std::uint64_t>(newest) - static_cast<std::uint64_t>(entry.event_time) >
           static_cast<std::uint64_t>(horizon_);
  }

  std::int64_t horizon_;
  std::int64_t newest_ = INT64_MIN;
  std::size_t used_ = 0;
  std::pmr::vector<Entry> table_;  // open addressing, linear probing; a power of two
  std::uint64_t turn_ = 0;
  Cut cut_;
  std::vector<Entry> gathered_;  // on their way into an item
};

}  // namespace assay::core
