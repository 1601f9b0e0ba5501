// By how much the values of a window are more or fewer in another one: a net count for each value.
//
// A late transaction's window is a running one moved into the past. What that adds and takes away
// is noted here, value by value, and then each value is looked up once in the running window's
// table, which is large: so the look-ups are asked for ahead.
//
// Works in memory that is lent to it, and leaves it empty.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/features/value_table.hpp"

namespace assay::core {

class ValueChanges final {
 public:
  explicit ValueChanges(std::vector<std::int64_t>& memory) : memory_(&memory) {}
  ~ValueChanges() { memory_->clear(); }
  ValueChanges(const ValueChanges&) = delete;
  ValueChanges& operator=(const ValueChanges&) = delete;

  // One more of the value; by `by`, one or the other way.
  void note(std::int64_t value, int by) {
    memory_->push_back(value);
    memory_->push_back(by);
  }

  // Calls visit(change, entry) for each value that was noted, with its entry in the table or null.
  template <class Visit>
  void each(const ValueTable& table, Visit&& visit) {
    const auto count = net();
    for (std::size_t i = 0; i < count; ++i) {
      if (i + kAhead < count) table.prefetch(value(i + kAhead));
      visit((*memory_)[2 * i + 1], table.find(value(i)));
    }
  }

 private:
  static constexpr std::size_t kAhead = 8;

  std::uint64_t value(std::size_t i) const { return static_cast<std::uint64_t>((*memory_)[2 * i]); }

  // Adds up what was noted: each value stands once at the front then. How many there are.
  std::size_t net() {
    const auto noted = memory_->size() / 2;
    if (noted < 2) return noted;
    // Behind the notes, places of a table that is at most half full: numbers of values, from 1.
    const auto bits = static_cast<unsigned>(std::bit_width(2 * noted));
    const auto mask = (std::size_t{1} << bits) - 1;
    const auto places = memory_->size();
    memory_->resize(places + mask + 1);
    auto* const notes = memory_->data();
    auto* const table = notes + places;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < noted; ++i) {
      const auto value = notes[2 * i];
      auto at = static_cast<std::uint64_t>(value) * 0x9e3779b97f4a7c15u >> (64 - bits);
      while (table[at] != 0 && notes[2 * (table[at] - 1)] != value) at = (at + 1) & mask;
      if (table[at] != 0) {
        notes[2 * table[at] - 1] += notes[2 * i + 1];
        continue;
      }
      table[at] = ++count;
      notes[2 * count - 2] = value;
      notes[2 * count - 1] = notes[2 * i + 1];
    }
    return static_cast<std::size_t>(count);
  }

  std::vector<std::int64_t>* memory_;
};

}  // namespace assay::core
