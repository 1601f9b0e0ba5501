// What a store of keys' histories does, whoever implements it.
//
// A store belongs to one tuple of key fields and answers all features of that tuple in one call:
// it reads what lies before the transaction, counts the transaction, reads again what includes it.
// A caller that knows keys ahead says so, in rising stages, to have their memory near in time.
//
// Thread: its owner; shared stores are entered under a lock of their stripe.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/features/answer_row.hpp"
#include "core/features/feature_counters.hpp"
#include "core/features/fetch_list.hpp"
#include "core/features/store_plan.hpp"
#include "core/model/state_item.hpp"
#include "core/model/state_stream.hpp"

namespace assay::core {

// A key tuple: as it is where 128 bits hold it, else a keyed hash of it.
struct StoreKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const StoreKey&, const StoreKey&) = default;
};

// Where a store believes a key's record to be: only the store can read it, and tell if it still is.
struct KeyHint {
  std::uint32_t record = 0;
  std::uint32_t as_of = 0;
  std::uint32_t tag = 0;  // of the key
};

// A transaction as a store sees it.
struct HistoryEvent {
  StoreKey key;
  KeyHint hint;  // what expect() made of it; may be empty
  std::int64_t time = 0;
  std::int64_t since = 0;      // since when the owner has seen events without a gap
  std::uint64_t selected = 0;  // a bit for each selector that takes it; none: it is only answered
  const std::int64_t* columns = nullptr;  // number, identity: the value; text: an index of `texts`
  const std::string_view* texts = nullptr;
  std::uint32_t currency = 0;
  std::uint64_t id = 0;        // hashed; kept where reversals are configured
  std::uint64_t reverses = 0;  // hash of the id that it takes back; it is not counted then
};

class HistoryStore {
 public:
  virtual ~HistoryStore() = default;

  // Counts the event and puts an answer for each of the store's features.
  virtual void apply(const HistoryEvent& event, const AnswerRow& answers,
                     FeatureCounters& counters) = 0;

  // Notes what apply() will touch for that key, to be fetched. Stage 0 comes first; each later
  // stage may look at what the one before it had fetched, and hands on in `hint` what it has found.
  // False where later ones have nothing to do.
  static constexpr unsigned kStages = 5;
  virtual bool expect(const StoreKey& key, unsigned stage, KeyHint& hint,
                      FetchList& list) const = 0;

  virtual std::size_t keys() const = 0;
  virtual std::size_t bytes() const = 0;

  // Everything that apply() answers by, in slices while it goes on. The front makes the cut; from
  // then on every key goes to `items` as it was at the cut, as an item behind that mark, when its
  // turn comes in save_some() or before it changes. `items` stays until save_some() says that
  // nothing is left, or stop_save().
  virtual void begin_save(StateSink& front, StateSink& items, StateMark mark) = 0;
  // Goes on until so much work, in bytes or what costs as much, is done, and takes it off. True
  // when nothing is left. What stop_save() left is told apart here as well, without being written;
  // else the next begin_save() has to do it at once.
  virtual bool save_some(std::size_t& work) = 0;
  virtual void stop_save() = 0;

  // For a store that holds nothing yet: the front, each item behind its mark, and whether all of
  // them came. False where the bytes are damaged or of another configuration: it is of no use then.
  [[nodiscard]] virtual bool begin_load(StateSource& source) = 0;
  [[nodiscard]] virtual bool load_item(StateSource& source) = 0;
  [[nodiscard]] virtual bool end_load() = 0;

  // For each of its features, since when events are counted for it: event time, kAlways where
  // nothing was missed but what `since` and the keys themselves say. Empty: all of them always
  // were. Coverage reaches no further back.
  static constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::min();
  virtual std::span<const std::int64_t> counted_since() const = 0;
  virtual void count_since(std::span<const std::int64_t> times) = 0;
  // Event time of the newest event; kAlways before there is one.
  virtual std::int64_t newest() const = 0;

  // For a store that holds nothing yet: takes what `elder`, of the same key in an earlier plan,
  // holds of the features that are in both. `origins`: for each of its own features the elder's
  // number of it. Others count since `now`, event time. The elder is of no use afterwards.
  virtual void take_over(HistoryStore& elder, std::span<const std::optional<std::uint32_t>> origins,
                         std::int64_t now) = 0;
};

}  // namespace assay::core
