// The store that ships: one open-addressing table of keys, everything of a key in blocks of a pool.
//
// A key's record holds the running sums of its windows; events stand in its log, the last
// transactions in trails, values in tables. Money of a second currency has a record of its own,
// chained behind the first one.
//
// Thread: its owner.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "core/features/block_pool.hpp"
#include "core/features/history_store.hpp"
#include "core/features/key_index.hpp"
#include "core/features/key_record.hpp"
#include "core/features/key_windows.hpp"
#include "core/features/memory_share.hpp"
#include "core/features/store_match.hpp"
#include "core/features/store_shape.hpp"
#include "core/features/text_pool.hpp"
#include "core/features/trail.hpp"

namespace assay::core {

class TableStore final : public HistoryStore {
 public:
  // The plan must outlive the store, and `share`, what all stores of its owner take together.
  TableStore(const FeaturePlan& plan, std::uint32_t store, MemoryShare& share);

  void apply(const HistoryEvent& event, const AnswerRow& answers,
             FeatureCounters& counters) override;
  bool expect(const StoreKey& key, unsigned stage, KeyHint& hint, FetchList& list) const override;
  std::size_t keys() const override { return keys_; }
  std::size_t bytes() const override { return pool_.used() + index_.bytes() + texts_.bytes(); }
  void begin_save(StateSink& front, StateSink& items, StateMark mark) override;
  bool save_some(std::size_t& work) override;
  void stop_save() override { cut_.sink = nullptr; }
  [[nodiscard]] bool begin_load(StateSource& source) override;
  [[nodiscard]] bool load_item(StateSource& source) override;
  [[nodiscard]] bool end_load() override;
  std::span<const std::int64_t> counted_since() const override { return counted_since_; }
  void count_since(std::span<const std::int64_t> times) override;
  std::int64_t newest() const override { return newest_; }
  void take_over(HistoryStore& elder, std::span<const std::optional<std::uint32_t>> origins,
                 std::int64_t now) override;

 private:
  // One transaction on its way through the store.
  struct Passage {
    const HistoryEvent& event;
    const AnswerRow& answers;
    std::uint64_t selected;
    std::int64_t covered_from = 0;
    std::uint8_t flags = 0;

    // Before every time, so far that a window's length more makes no difference.
    static constexpr std::int64_t kLongAgo = kNever / 2;
    std::int64_t since_newest = kLongAgo;  // a day before the newest event that was counted

    // How far back the history of a key is promised to reach, and whether the event lies there.
    std::int64_t reach(std::int64_t window) const { return since_newest - window; }
    bool within() const { return event.time >= since_newest; }
  };

  KeyRecord& record(std::uint32_t handle) const {
    return *reinterpret_cast<KeyRecord*>(pool_.at(handle));
  }
  std::uint32_t find(const StoreKey& key) const;
  std::uint32_t find(const StoreKey& key, const KeyHint& hint) const;
  bool is_sound(KeyHint& hint) const;
  bool expect_record(KeyHint& hint, FetchList& list) const;
  bool expect_roots(KeyHint& hint, FetchList& list) const;
  void expect_short(KeyRecord& record, FetchList& list) const;
  bool expect_tall(KeyHint& hint, unsigned stage, FetchList& list) const;
  // Only to be looked at, which a log cannot say.
  EventLog log_of(KeyRecord& record) const {
    return {const_cast<BlockPool&>(pool_), shape_.log, record.log};
  }
  void expect_events(const EventLog& log, KeyRecord& record, FetchList& list) const;
  void expect_values(const HistoryEvent& event, KeyRecord& record) const;
  std::uint32_t create(const HistoryEvent& event, FeatureCounters& counters);
  std::uint32_t make_record(const StoreKey& key, std::int64_t covered_from);
  // Where the key's money in that currency is kept; 0 where there is none and none is wanted.
  std::uint32_t money_record(std::uint32_t base, std::uint32_t currency, bool wanted);
  void free_record(std::uint32_t handle);
  void forget(std::uint32_t base);
  bool make_room(std::uint32_t keep, FeatureCounters& counters);
  std::int64_t covered_from(const HistoryEvent& event) const;

  // `money`: which of the windows, trails and tables belong to this record: those of money, the
  // others, or (both) all.
  enum class Kind : std::uint8_t { plain, money, both };
  static bool belongs(bool money, Kind kind) {
    return kind == Kind::both || money == (kind == Kind::money);
  }
  void pass(Passage& passage, KeyRecord& record, Kind kind);
  void pass_windows(Passage& passage, KeyRecord& record, Kind kind, std::uint64_t selected);
  void pass_trails(const Passage& passage, KeyRecord& record, Kind kind);
  void pass_firsts(const Passage& passage, KeyRecord& record, Kind kind);
  [[gnu::cold, gnu::noinline]] void answer_nothing(Passage& passage, Kind kind) const;
  void pass_in_order(const Passage& passage, KeyWindows& windows, KeyRecord& record, Kind kind,
                     std::uint64_t mask);
  static void answer_all(const Passage& passage, std::span<const WindowAnswer> wanted,
                         KeyRecord& record, Kind kind);
  [[gnu::cold, gnu::noinline]] void pass_with_panes(const Passage& passage, KeyWindows& windows,
                                                    KeyRecord& record, Kind kind,
                                                    std::uint64_t mask);
  [[gnu::cold, gnu::noinline]] void pass_late(const Passage& passage, KeyWindows& windows,
                                              Kind kind, std::uint64_t mask);
  // How much of a window has been seen, and what else an answer says besides its value.
  struct Cover {
    std::int64_t coverage;
    std::uint8_t flags;
    void put(FeatureAnswer& to) const {
      to.coverage = coverage;
      to.flags = flags;
    }
  };
  static Cover cover(const Passage& passage, std::int64_t window) {
    const auto since = std::max(passage.covered_from, passage.reach(window));
    const auto seen = std::clamp<std::int64_t>(passage.event.time - since, 0, window);
    const auto flags = seen < window ? passage.flags | kFeatureCold : passage.flags;
    return {seen, static_cast<std::uint8_t>(flags)};
  }
  // `sums`: a window's state or a WindowSum.
  template <class Sums>
  void answer(const Passage& passage, const WindowShape& window,
              const std::vector<WindowAnswer>& wanted, const Sums& sums,
              const WindowDoubt& doubt) const;
  void answer_previous(const Passage& passage, const TrailShape& trail,
                       const std::int64_t* entry) const;
  void keep(const Passage& passage, const TrailShape& shape, Trail& trail);
  std::uint32_t hold_text(std::string_view text, const Trail& trail, const std::int64_t* entry);
  // Where it has one. It is let go when the store is called again: an answer may still show it.
  void drop_text(const TrailShape& trail, const std::int64_t* entry);
  bool take_back(std::uint32_t handle, const HistoryEvent& event);
  void free_values(const ValueTable& table);
  // To be called before anything of a key changes.
  void keep_for_cut(std::uint32_t base) {
    if (record(base).turn != turn_) save_key(base);
  }
  void save_key(std::uint32_t base);
  void save_record(const KeyRecord& record);
  void bring_near(const KeyIndex::Hand& hand) const;
  bool load_record(StateSource& source, KeyRecord& record);
  bool load_panes(StateSource& source, KeyWindows& windows);
  bool load_trails(StateSource& source, KeyRecord& record);
  bool load_firsts(StateSource& source, KeyRecord& record);
  [[gnu::cold, gnu::noinline]] std::span<const std::int64_t> reaches(const HistoryEvent& event);
  void take_key(TableStore& elder, std::uint32_t base, const StoreMatch& match);
  void take_record(TableStore& elder, KeyRecord& from, KeyRecord& to, const StoreMatch& match);
  void take_panes(const KeyWindows& from, KeyWindows& to, const StoreShape& elder,
                  const StoreMatch& match);
  void take_trails(TableStore& elder, KeyRecord& from, KeyRecord& to, const StoreMatch& match);
  void take_firsts(TableStore& elder, KeyRecord& from, KeyRecord& to, const StoreMatch& match);

  // A snapshot that is being taken, or was given up and left keys to be told apart: those whose
  // turn is not the store's. The hand walks the index until none of them is left.
  struct Cut {
    StateSink* sink = nullptr;
    StateMark mark = 0;
    std::size_t left = 0;  // keys
    KeyIndex::Hand hand;
  };

  StoreShape shape_;
  std::uint64_t fingerprint_;  // of the features and of the key that hashes are made with
  MemoryShare* share_;
  IdHasher hasher_;
  BlockPool pool_;
  KeyIndex index_{pool_};
  TextPool texts_{pool_};
  std::vector<std::uint32_t> dropped_;
  std::size_t keys_ = 0;
  std::uint32_t forgotten_ = 0;  // keys, ever: a hint from before the last one may mislead
  std::uint32_t clock_ = 0;      // transactions so far: what `touched` is told by
  std::int64_t newest_ = kNever;
  std::int64_t oldest_ = std::numeric_limits<std::int64_t>::max();  // event time ever counted
  std::int64_t evicted_until_ = kNever;      // newest event among the keys that were dropped
  std::vector<std::int64_t> counted_since_;  // by feature; empty where all always were
  std::vector<std::int64_t> reaches_;        // by feature: see reaches()
  KeyIndex::Hand hand_;                      // where in the index room is looked for next
  std::size_t counted_bytes_ = 0;            // what the share knows of
  std::vector<std::int64_t> scratch_;
  std::vector<std::int64_t> columns_;  // of the log
  std::uint32_t turn_ : 1 = 0;
  Cut cut_;
  StateItem item_;
  std::uint64_t to_load_ = 0;  // keys that a snapshot still owes
};

}  // namespace assay::core
