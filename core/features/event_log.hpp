// The events of one key, by time and arrival: the part of history that is known singly.
//
// A few events are one chunk, which grows. More are chunks of 64 in directories of up to 64, with a
// tally of each closed chunk and directory, so a late event finds its place and its window's sum by
// looking at a few hundred places however many events there are. A time takes four bytes where
// whole milliseconds do, else eight.
//
// A log is two numbers in its owner's record; this class is how one looks at it. Positions are
// void once an insertion or a removal says that it moved something.
//
// Thread: as its owner.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/features/block_pool.hpp"
#include "core/features/fetch_list.hpp"
#include "core/features/log_chunk.hpp"
#include "core/features/log_node.hpp"
#include "core/features/tally.hpp"

namespace assay::core {

// Transactions that are summed up together: those of one selector, by one column.
struct Series {
  std::uint64_t mask = 0;  // bit in an event's mask
  std::uint32_t column = 0;
  FieldType type = FieldType::int64;
  Parts parts;
  TallyForm form;
  std::size_t offset = 0;  // of its tally among those of all series
};

struct LogShape {
  ChunkShape chunk;
  std::vector<Series> series;
  std::size_t tallies = 0;  // bytes of all series' tallies
};

// Bytes that are fetched before it is known how many there are.
inline constexpr std::size_t kNear = 128;

struct LogRoot {
  std::uint32_t block = 0;
  std::uint32_t events : 31 = 0;
  std::uint32_t tall : 1 = 0;  // has directories
};

struct LogPosition {
  std::uint16_t directory = 0;
  std::uint8_t chunk = 0;
  std::uint8_t index = 0;
  friend bool operator==(LogPosition, LogPosition) = default;
};

class EventLog final {
 public:
  EventLog(BlockPool& pool, const LogShape& shape, LogRoot& root)
      : pool_(&pool), shape_(&shape), root_(&root) {}

  bool empty() const { return root_->events == 0; }
  LogPosition begin() const;
  LogPosition end() const;
  // The first event later than `time`.
  LogPosition after(std::int64_t time) const;
  // The chunk that holds the position, and where it stands in it; false at the end.
  bool resolve(LogPosition& position, ChunkView& found) const {
    if (tall()) return resolve_tall(position, found);
    if (root_->block == 0) return false;
    found = chunk(root_->block);
    return position.index < found.end();
  }
  // All events of a short log; none of a tall one.
  ChunkReader near() const {
    return root_->block == 0 || tall() ? ChunkReader{} : ChunkReader(chunk(root_->block));
  }

  // What the newest event and what a position need is noted to be fetched, one stage after the
  // other. What the root leads to: of a short log, all there is.
  void expect_root(FetchList& list) const {
    if (root_->block == 0) return;
    const auto* const at = pool_->at(root_->block);
    if (tall()) return list.add(at, kNear);
    // As if its events stood at the beginning and had short times, as most do.
    list.add(at, sizeof(ChunkView::Head) +
                     std::size_t{root_->events + 1u} * shape_->chunk.stride(false));
  }
  void expect_directory(FetchList& list) const;  // the newest one
  void expect_tail(FetchList& list) const;  // where the next event will stand; only of a tall log
  void expect(LogPosition position, FetchList& list) const;

  // Puts an event behind all others where there is room for it; no position is void then.
  bool push(std::int64_t time, std::uint64_t mask, const std::int64_t* columns) {
    if (root_->block == 0 || !newest_chunk().push(time, mask, columns)) return false;
    ++root_->events;
    return true;
  }
  // Of a short log that is full, or whose times do not reach as far as `time`: drops the events up
  // to `horizon`. Where that leaves a quarter of it free moves the others to its beginning, and has
  // times begin at the first of them. By how much positions are lower where there is room now;
  // nothing where there is none.
  std::optional<unsigned> make_room(std::int64_t time, std::int64_t horizon);
  // Behind all events of that time. True where positions before it are void. Events up to `horizon`
  // may be dropped to make room.
  bool insert(std::int64_t time, std::uint64_t mask, const std::int64_t* columns,
              std::int64_t horizon);
  // Takes one event out; all positions are void.
  void erase(LogPosition position);

  // Of [from, to): what the series' events come to.
  Tally tally(LogPosition from, LogPosition to, std::uint32_t series) const;

  // Calls scan(chunk, begin, end) for parts of chunks and sum(tally, first time) for what is summed
  // up already; together they are [from, to), oldest first.
  template <class Scan, class Sum>
  void parts(LogPosition from, LogPosition to, std::uint32_t series, Scan&& scan, Sum&& sum) const;

  // Calls visit(events of a chunk, index) for each event of [from, to), oldest first.
  template <class Visit>
  void each(LogPosition from, LogPosition to, Visit&& visit) const {
    ChunkView chunk;
    while (from != to && resolve(from, chunk) && from != to) {
      const bool last = from.directory == to.directory && from.chunk == to.chunk;
      const ChunkReader held(chunk);
      const auto stop = last ? to.index : held.end();
      for (unsigned i = from.index; i < stop; ++i) visit(held, i);
      if (last) return;
      from.index = static_cast<std::uint8_t>(stop);
    }
  }

  bool tall() const { return root_->tall != 0; }
  std::uint32_t events() const { return root_->events; }
  // Of a tall log: whether the newest chunk has one event yet.
  bool begins_chunk() const {
    const auto held = newest_chunk();
    return held.end() - held.begin() == 1;
  }
  // The oldest 64 or fewer of a tall log; dropped, all positions are void.
  ChunkView first_chunk() const { return chunk(0, 0); }
  void drop_first_chunk() { remove_chunk(0, 0); }

  void clear();

  // What those of a chunk's events [from, to) come to that the series takes.
  Tally scan(const ChunkView& chunk, unsigned from, unsigned to, const Series& series) const;

 private:
  LogNode node(std::uint32_t block) const { return {pool_->at(block), shape_->tallies}; }
  LogNode top() const { return node(root_->block); }
  LogNode directory(std::uint32_t number) const { return node(top().child(number)); }
  ChunkView chunk(std::uint32_t block) const { return {pool_->at(block), shape_->chunk}; }
  ChunkView chunk(std::uint32_t in, std::uint32_t number) const {
    return chunk(directory(in).child(number));
  }
  ChunkView newest_chunk() const {
    if (!tall()) return chunk(root_->block);
    const auto newest = directory(top().size() - 1);
    return chunk(newest.child(newest.size() - 1));
  }
  // The newest of all: it is still filled, and no tally is kept of it.
  bool is_tail(std::uint32_t in) const { return in + 1 == top().size(); }
  bool is_tail(std::uint32_t in, std::uint32_t number) const {
    return is_tail(in) && number + 1 == directory(in).size();
  }

  bool resolve_tall(LogPosition& position, ChunkView& found) const;
  std::uint32_t fitting_chunk(unsigned capacity, std::int64_t first, std::int64_t time,
                              const ChunkView& old) const;
  void grow();
  bool insert_single(std::int64_t time, std::uint64_t mask, const std::int64_t* columns,
                     std::int64_t horizon);
  bool insert_tall(std::int64_t time, std::uint64_t mask, const std::int64_t* columns);
  void become_tall();
  void become_single();
  void expect_event(std::uint32_t block, unsigned index, FetchList& list) const;
  void add_chunk(std::uint32_t in, std::uint32_t at, std::int64_t first, std::uint32_t block);
  void split_chunk(std::uint32_t in, std::uint32_t number);
  void split_directory(std::uint32_t in);
  void changed(std::uint32_t in, std::uint32_t number);
  void added(std::uint32_t in, std::uint32_t number, std::uint64_t mask,
             const std::int64_t* columns);
  void sum_up(std::uint32_t in);
  void remove_chunk(std::uint32_t in, std::uint32_t number);
  BlockPool* pool_;
  const LogShape* shape_;
  LogRoot* root_;
};

template <class Scan, class Sum>
void EventLog::parts(LogPosition from, LogPosition to, std::uint32_t number, Scan&& scan,
                     Sum&& sum) const {
  const auto& series = shape_->series[number];
  ChunkView held;
  while (from != to && resolve(from, held) && from != to) {
    if (from.directory == to.directory && from.chunk == to.chunk) {
      return scan(held, from.index, to.index);
    }
    if (from.index > held.begin()) {
      scan(held, from.index, held.end());
    } else if (from.chunk == 0 && from.directory < to.directory) {
      sum(series.form.load(top().tally(from.directory) + series.offset),
          top().first(from.directory));
      const auto last = directory(from.directory).size() - 1;
      from.chunk = static_cast<std::uint8_t>(last);
      held = chunk(from.directory, last);
    } else {
      sum(series.form.load(directory(from.directory).tally(from.chunk) + series.offset),
          directory(from.directory).first(from.chunk));
    }
    from.index = static_cast<std::uint8_t>(held.end());
  }
}

}  // namespace assay::core
