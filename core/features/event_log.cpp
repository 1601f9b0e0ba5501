#include "core/features/event_log.hpp"

#include <algorithm>
#include <cstring>

namespace assay::core {
namespace {

constexpr std::uint32_t kFullDirectory = 64;
constexpr std::int64_t kSlack = 3'600'000'000'000;  // an event that much earlier still fits

unsigned next_capacity(unsigned capacity) {
  const auto step = capacity < 12 ? 2u : capacity < 32 ? 4u : capacity < 48 ? 8u : 16u;
  return capacity + step;
}

}  // namespace

LogPosition EventLog::begin() const {
  if (root_->block == 0 || tall()) return {};
  return {0, 0, static_cast<std::uint8_t>(chunk(root_->block).begin())};
}

LogPosition EventLog::end() const {
  if (root_->block == 0) return {};
  if (!tall()) return {0, 0, static_cast<std::uint8_t>(chunk(root_->block).end())};
  const auto in = top().size() - 1;
  const auto last = directory(in).size() - 1;
  return {static_cast<std::uint16_t>(in), static_cast<std::uint8_t>(last),
          static_cast<std::uint8_t>(chunk(in, last).end())};
}

LogPosition EventLog::after(std::int64_t time) const {
  if (root_->block == 0) return {};
  if (!tall()) return {0, 0, static_cast<std::uint8_t>(chunk(root_->block).after(time))};
  const auto in = top().covering(time);
  const auto number = directory(in).covering(time);
  LogPosition position{static_cast<std::uint16_t>(in), static_cast<std::uint8_t>(number),
                       static_cast<std::uint8_t>(chunk(in, number).after(time))};
  ChunkView found;
  resolve(position, found);  // the end of a chunk is the beginning of the next one
  return position;
}

bool EventLog::resolve_tall(LogPosition& position, ChunkView& found) const {
  found = chunk(position.directory, position.chunk);
  if (position.index < found.end()) return true;
  if (position.chunk + 1u < directory(position.directory).size()) {
    position = {position.directory, static_cast<std::uint8_t>(position.chunk + 1), 0};
  } else if (position.directory + 1u < top().size()) {
    position = {static_cast<std::uint16_t>(position.directory + 1), 0, 0};
  } else {
    return false;
  }
  found = chunk(position.directory, position.chunk);
  return true;
}

void EventLog::expect_directory(FetchList& list) const {
  if (!tall()) return;
  list.add(pool_->at(top().child(top().size() - 1)), kNear);
}

void EventLog::expect_tail(FetchList& list) const {
  const auto newest = directory(top().size() - 1);
  expect_event(newest.child(newest.size() - 1), root_->events % kChunkEvents, list);
}

void EventLog::expect(LogPosition position, FetchList& list) const {
  expect_event(directory(position.directory).child(position.chunk), position.index, list);
}

// Of a chunk whose head may be far: as if it were one of short times, which most are.
void EventLog::expect_event(std::uint32_t block, unsigned index, FetchList& list) const {
  const auto* const at = pool_->at(block);
  const auto stride = shape_->chunk.stride(false);
  list.add(at);
  list.add(at + sizeof(ChunkView::Head) + std::size_t{index} * stride, stride);
}

bool EventLog::insert(std::int64_t time, std::uint64_t mask, const std::int64_t* columns,
                      std::int64_t horizon) {
  const bool moved =
      tall() ? insert_tall(time, mask, columns) : insert_single(time, mask, columns, horizon);
  ++root_->events;
  return moved;
}

// A chunk with room for what is in `old` (may be none) and for an event of that time.
std::uint32_t EventLog::fitting_chunk(unsigned capacity, std::int64_t first, std::int64_t time,
                                      const ChunkView& old) const {
  const auto from = old.empty() ? 0 : old.begin();
  const auto to = old.empty() ? 0 : old.end();
  auto base = std::min(first, time) - kSlack;
  bool wide = false;
  if (from < to && old.head().wide == 0 && old.fits(time)) {
    base = old.head().base;
  } else {
    wide = !ChunkView::narrow_fits(base, time);
    for (auto i = from; i < to && !wide; ++i) wide = !ChunkView::narrow_fits(base, old.time(i));
  }
  const auto block = pool_->allocate(ChunkView::bytes(shape_->chunk, capacity, wide));
  auto made = chunk(block);
  made.begin_with(base, capacity, wide);
  if (from < to) made.append(old, from, to);
  return block;
}

std::optional<unsigned> EventLog::make_room(std::int64_t time, std::int64_t horizon) {
  if (root_->block == 0 || tall()) return std::nullopt;
  const auto held = chunk(root_->block);
  auto& head = held.head();
  const bool fits = held.fits(time);
  if (head.end != head.capacity && fits) return std::nullopt;
  const auto before = head.begin;
  const ChunkReader events(held);
  while (head.begin < head.end && events.time(head.begin) <= horizon) ++head.begin;
  root_->events = (root_->events - (head.begin - before)) & 0x7fffffff;
  if (!fits) {
    const auto first = head.begin < head.end ? events.time(head.begin) : time;
    if (!held.begin_at(first - kSlack, time)) return std::nullopt;
  }
  if (head.end < head.capacity) return 0;
  if (head.begin * 4u < head.capacity) return std::nullopt;
  return held.close_up();
}

// Of a short log, all of whose events are wanted: they stay as they are, with more room behind.
void EventLog::grow() {
  const auto held = chunk(root_->block);
  const auto size = held.bytes();
  const auto capacity = next_capacity(held.head().capacity);
  const auto block =
      pool_->allocate(ChunkView::bytes(shape_->chunk, capacity, held.head().wide != 0));
  std::memcpy(pool_->at(block), pool_->at(root_->block), size);
  chunk(block).head().capacity = static_cast<std::uint8_t>(capacity);
  pool_->free(root_->block, size);
  root_->block = block;
}

bool EventLog::insert_single(std::int64_t time, std::uint64_t mask, const std::int64_t* columns,
                             std::int64_t horizon) {
  bool moved = false;
  if (root_->block == 0) {
    root_->block = fitting_chunk(next_capacity(0), time, time, {});
  }
  auto held = chunk(root_->block);
  if (held.end() == held.head().capacity && held.begin() == 0 && held.end() < kChunkEvents &&
      held.time(0) > horizon && held.fits(time)) {
    grow();
    held = chunk(root_->block);
    if (held.push(time, mask, columns)) return false;
  }
  if (held.end() == held.head().capacity || !held.fits(time)) {
    while (held.begin() < held.end() && held.time(held.begin()) <= horizon) {
      ++held.head().begin;
      --root_->events;
    }
    const auto live = held.end() - held.begin();
    // What was freed at the front is used again before more is taken.
    const unsigned capacity = held.head().capacity;
    const bool roomy = live < capacity && (held.begin() * 4u >= capacity || !held.fits(time));
    if (!roomy && capacity == kChunkEvents) {
      become_tall();
      insert_tall(time, mask, columns);
      return true;
    }
    // A copy begins with what is still wanted.
    moved = held.begin() > 0;
    const auto block = fitting_chunk(roomy ? capacity : next_capacity(capacity),
                                     live > 0 ? held.time(held.begin()) : time, time, held);
    pool_->free(root_->block, held.bytes());
    root_->block = block;
    held = chunk(block);
  }
  const auto at = held.after(time);
  moved |= at != held.end();
  held.insert(at, time, mask, columns);
  return moved;
}

void EventLog::become_tall() {
  const auto only = chunk(root_->block);
  const auto first = only.time(only.begin());
  auto in = LogNode::make(*pool_, shape_->tallies, 4);
  in = LogNode::insert(*pool_, shape_->tallies, in, 0, first, root_->block);
  auto above = LogNode::make(*pool_, shape_->tallies, 2);
  above = LogNode::insert(*pool_, shape_->tallies, above, 0, first, in);
  root_->block = above;
  root_->tall = 1;
}

void EventLog::become_single() {
  const auto in = top().child(0);
  const auto only = node(in).child(0);
  LogNode::free(*pool_, shape_->tallies, in);
  LogNode::free(*pool_, shape_->tallies, root_->block);
  root_->block = only;
  root_->tall = 0;
}

bool EventLog::insert_tall(std::int64_t time, std::uint64_t mask, const std::int64_t* columns) {
  auto in = top().size() - 1;
  auto number = directory(in).size() - 1;
  auto held = chunk(in, number);
  if (held.begin() == held.end() || time < held.time(held.begin())) {
    in = top().covering(time);
    number = directory(in).covering(time);
    held = chunk(in, number);
  }
  auto at = held.after(time);
  bool moved = false;
  if (held.end() - held.begin() == kChunkEvents) {
    if (is_tail(in, number) && at == held.end()) {
      changed(in, number);
      add_chunk(in, number + 1, time, fitting_chunk(kChunkEvents, time, time, {}));
      in = top().size() - 1;
      number = directory(in).size() - 1;
      // The chunk before it is closed now: its tally was taken when it was still the tail.
      chunk(in, number).insert(0, time, mask, columns);
      return false;
    }
    split_chunk(in, number);
    insert_tall(time, mask, columns);
    return true;
  }
  if (held.end() == held.head().capacity || !held.fits(time)) {
    const auto block = fitting_chunk(kChunkEvents, held.time(held.begin()), time, held);
    pool_->free(directory(in).child(number), held.bytes());
    directory(in).set_child(number, block);
    held = chunk(block);
    at = held.after(time);
    moved = true;
  }
  moved |= at != held.end() || !is_tail(in, number);
  held.insert(at, time, mask, columns);
  if (moved) added(in, number, mask, columns);
  return moved;
}

void EventLog::add_chunk(std::uint32_t in, std::uint32_t at, std::int64_t first,
                         std::uint32_t block) {
  if (directory(in).size() == kFullDirectory) {
    if (at == kFullDirectory && is_tail(in)) {
      sum_up(in);
      const auto made = LogNode::make(*pool_, shape_->tallies, 8);
      root_->block = LogNode::insert(*pool_, shape_->tallies, root_->block, in + 1, first, made);
      ++in;
      at = 0;
    } else {
      split_directory(in);
      if (at > kFullDirectory / 2) {
        ++in;
        at -= kFullDirectory / 2;
      }
    }
  }
  const auto grown = LogNode::insert(*pool_, shape_->tallies, top().child(in), at, first, block);
  top().set_child(in, grown);
}

void EventLog::split_directory(std::uint32_t in) {
  auto made = LogNode::make(*pool_, shape_->tallies, kFullDirectory);
  const auto half = kFullDirectory / 2;
  node(made).take(directory(in), half, kFullDirectory);
  directory(in).truncate(half);
  root_->block =
      LogNode::insert(*pool_, shape_->tallies, root_->block, in + 1, node(made).first(0), made);
  sum_up(in);
  if (!is_tail(in + 1)) sum_up(in + 1);
}

void EventLog::split_chunk(std::uint32_t in, std::uint32_t number) {
  auto full = chunk(in, number);
  const auto middle = full.begin() + kChunkEvents / 2;
  const auto upper = fitting_chunk(kChunkEvents, full.time(middle), full.time(middle), {});
  auto made = chunk(upper);
  // Its own base may not suit the later ones.
  bool fits = true;
  for (auto i = middle; i < full.end(); ++i) fits = fits && made.fits(full.time(i));
  std::uint32_t block = upper;
  if (!fits) {
    pool_->free(upper, made.bytes());
    block = pool_->allocate(ChunkView::bytes(shape_->chunk, kChunkEvents, true));
    made = chunk(block);
    made.begin_with(full.time(middle), kChunkEvents, true);
  }
  made.append(full, middle, full.end());
  full.head().end = static_cast<std::uint8_t>(middle);
  const bool tail = is_tail(in, number);
  const auto first = made.time(0);
  add_chunk(in, number + 1, first, block);
  // Where the two stand now, however directories were cut for them.
  if (number >= directory(in).size()) {
    number -= directory(in).size();
    ++in;
  }
  changed(in, number);
  ++number;
  if (number >= directory(in).size()) {
    number = 0;
    ++in;
  }
  if (!tail) changed(in, number);
}

// After a change of a chunk's events: where it begins, what it comes to.
void EventLog::changed(std::uint32_t in, std::uint32_t number) {
  const auto held = chunk(in, number);
  const auto of = directory(in);
  of.set_first(number, held.time(held.begin()));
  if (number == 0) top().set_first(in, of.first(0));
  for (const auto& series : shape_->series) {
    series.form.store(of.tally(number) + series.offset,
                      scan(held, held.begin(), held.end(), series));
  }
  if (!is_tail(in)) sum_up(in);
}

// After one event more in a chunk.
void EventLog::added(std::uint32_t in, std::uint32_t number, std::uint64_t mask,
                     const std::int64_t* columns) {
  const auto held = chunk(in, number);
  const auto of = directory(in);
  of.set_first(number, held.time(held.begin()));
  if (number == 0) top().set_first(in, of.first(0));
  const bool reads = shape_->chunk.columns > 0;
  const auto add = [&](std::byte* tallies) {
    for (const auto& series : shape_->series) {
      if ((mask & series.mask) == 0) continue;
      auto tally = series.form.load(tallies + series.offset);
      add_to(tally, series.parts, series.type, reads ? columns[series.column] : 0);
      series.form.store(tallies + series.offset, tally);
    }
  };
  if (!is_tail(in, number)) add(of.tally(number));
  if (!is_tail(in)) add(top().tally(in));
}

void EventLog::sum_up(std::uint32_t in) {
  const auto of = directory(in);
  for (const auto& series : shape_->series) {
    Tally all;
    for (std::uint32_t i = 0; i < of.size(); ++i) {
      merge(all, series.form.load(of.tally(i) + series.offset));
    }
    series.form.store(top().tally(in) + series.offset, all);
  }
}

void EventLog::remove_chunk(std::uint32_t in, std::uint32_t number) {
  const auto of = directory(in);
  const auto gone = of.child(number);
  const auto held = chunk(gone);
  root_->events = (root_->events - (held.end() - held.begin())) & 0x7fffffff;
  pool_->free(gone, held.bytes());
  of.erase(number);
  if (of.size() == 0) {
    LogNode::free(*pool_, shape_->tallies, top().child(in));
    top().erase(in);
  } else {
    if (number == 0) top().set_first(in, of.first(0));
    if (!is_tail(in)) sum_up(in);
  }
  if (top().size() == 1 && directory(0).size() == 1) become_single();
}

void EventLog::erase(LogPosition position) {
  ChunkView held;
  resolve(position, held);
  if (tall() && held.end() - held.begin() == 1) {
    remove_chunk(position.directory, position.chunk);
    return;
  }
  held.erase(position.index);
  --root_->events;
  if (tall()) changed(position.directory, position.chunk);
}

Tally EventLog::scan(const ChunkView& chunk, unsigned from, unsigned to,
                     const Series& series) const {
  Tally tally;
  const ChunkReader held(chunk);
  const bool reads = shape_->chunk.columns > 0 && (series.parts.sum || series.parts.squares ||
                                                   series.parts.least || series.parts.greatest);
  for (auto i = from; i < to; ++i) {
    if (!held.has(i, series.mask)) continue;
    add_to(tally, series.parts, series.type, reads ? held.column(series.column, i) : 0);
  }
  return tally;
}

Tally EventLog::tally(LogPosition from, LogPosition to, std::uint32_t number) const {
  Tally all;
  parts(
      from, to, number,
      [&](const ChunkView& chunk, unsigned begin, unsigned end) {
        merge(all, scan(chunk, begin, end, shape_->series[number]));
      },
      [&](const Tally& tally, std::int64_t) { merge(all, tally); });
  return all;
}

void EventLog::clear() {
  while (tall()) drop_first_chunk();
  if (root_->block != 0) pool_->free(root_->block, chunk(root_->block).bytes());
  *root_ = {};
}

}  // namespace assay::core
