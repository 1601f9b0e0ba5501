// Counts transactions, and the marked ones among them, within a window of event time.
//
// The window slides in steps of a sixtieth of its length and ends with the newest step seen, so it
// holds between 59 and 60 sixtieths of its length, ever. A transaction that comes late is counted
// where it belongs, and not at all once its step has left. Nothing is allocated.
//
// Thread: its owner's.
#pragma once

#include <array>
#include <cstdint>

#include "core/model/state_stream.hpp"

namespace assay::core {

class EventWindow final {
 public:
  static constexpr std::int64_t kSteps = 60;

  struct Counts {
    std::uint64_t all = 0;
    std::uint64_t marked = 0;
    friend bool operator==(const Counts&, const Counts&) = default;
  };

  explicit EventWindow(std::int64_t length);  // nanoseconds; less than 60 us counts as 60 us

  // `event_time`: nanoseconds since 1970, before it too.
  void add(std::int64_t event_time, bool marked) { add(event_time, {1, marked ? 1u : 0u}); }
  // Several at once, none of them older or younger than the others.
  void add(std::int64_t event_time, const Counts& more);

  const Counts& counts() const { return total_; }

  void save(StateSink& to) const;
  // False where the bytes are not those of a window: then it is as it was. A sound window of
  // another length is passed over.
  [[nodiscard]] bool load(StateSource& from);

 private:
  struct Steps {
    std::int64_t width = 0;   // nanoseconds
    std::int64_t newest = 0;  // number of the newest step: event time over width
    std::int64_t begun = 0;   // 0 before the first transaction, then 1
    std::array<Counts, kSteps> counts{};
  };

  Counts& at(std::int64_t step);
  void slide_to(std::int64_t step);

  Steps steps_;
  Counts total_;
};

}  // namespace assay::core
