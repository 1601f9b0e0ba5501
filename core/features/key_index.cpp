#include "core/features/key_index.hpp"

#include <algorithm>

namespace assay::core {
namespace {

constexpr unsigned kLeastBits = 4;
constexpr unsigned kMostBits = 11;  // 16 KiB, which is split in some microseconds
// Keys whose tags have so much in common are chance or malice: their segment grows instead.
constexpr unsigned kDeepest = 16;

}  // namespace

KeyIndex::Segment KeyIndex::make(unsigned bits, unsigned depth) {
  const auto count = std::size_t{1} << bits;
  const auto block = pool_->allocate(count * sizeof(Place));
  std::fill_n(reinterpret_cast<Place*>(pool_->at(block)), count, Place{});
  places_ += count;
  return {block, 0, static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(depth)};
}

void KeyIndex::drop(const Segment& segment) {
  const auto count = std::size_t{1} << segment.bits;
  pool_->free(segment.block, count * sizeof(Place));
  places_ -= count;
}

void KeyIndex::put(Segment& segment, Place place) const {
  const auto view = view_of(segment);
  auto at = place.tag & view.mask;
  while (view.at[at].record != 0) at = (at + 1) & view.mask;
  view.at[at] = place;
  ++segment.size;
}

void KeyIndex::insert(std::uint32_t tag, std::uint32_t record) {
  if (segments_.empty()) segments_.push_back(make(kLeastBits, 0));
  const auto full = [&] {
    const auto& segment = segments_[first(tag)];
    return (std::size_t{segment.size} + 1) * 5 > (std::size_t{4} << segment.bits);
  };
  // A split may leave all of them on one side.
  while (full()) make_room(tag);
  put(segments_[first(tag)], {tag, record});
  ++size_;
}

void KeyIndex::erase(std::uint32_t tag, std::uint32_t record) {
  auto& segment = segments_[first(tag)];
  const auto [places, mask] = view_of(segment);
  auto hole = tag & mask;
  while (places[hole].record != record) hole = (hole + 1) & mask;
  for (auto at = (hole + 1) & mask; places[at].record != 0; at = (at + 1) & mask) {
    // Those whose own place lies behind the hole stay.
    if (((at - places[at].tag) & mask) < ((at - hole) & mask)) continue;
    places[hole] = places[at];
    hole = at;
  }
  places[hole] = {};
  --segment.size;
  --size_;
}

void KeyIndex::set(std::size_t first, const Segment& segment) {
  std::fill_n(segments_.begin() + static_cast<std::ptrdiff_t>(first),
              std::size_t{1} << (depth_ - segment.depth), segment);
}

void KeyIndex::make_room(std::uint32_t tag) {
  const auto at = first(tag);
  const auto& segment = segments_[at];
  if (segment.bits < kMostBits || segment.depth == kDeepest) return grow(at);
  if (segment.depth < depth_) return split(at);
  double_directory();
  split(at * 2);
}

void KeyIndex::double_directory() {
  std::vector<Segment> twice(segments_.size() * 2);
  for (std::size_t i = 0; i < twice.size(); ++i) twice[i] = segments_[i / 2];
  segments_.swap(twice);
  ++depth_;
}

void KeyIndex::grow(std::size_t first) {
  const auto old = segments_[first];
  auto larger = make(old.bits + 1u, old.depth);
  const auto view = view_of(old);
  for (std::uint32_t i = 0; i <= view.mask; ++i) {
    if (view.at[i].record != 0) put(larger, view.at[i]);
  }
  set(first, larger);
  drop(old);
}

void KeyIndex::split(std::size_t first) {
  const auto old = segments_[first];
  const auto depth = old.depth + 1u;
  auto low = make(old.bits, depth);
  auto high = make(old.bits, depth);
  const auto view = view_of(old);
  for (std::uint32_t i = 0; i <= view.mask; ++i) {
    const auto place = view.at[i];
    if (place.record == 0) continue;
    put((place.tag >> (32 - depth) & 1) == 0 ? low : high, place);
  }
  set(first, low);
  set(first + (std::size_t{1} << (depth_ - depth)), high);
  drop(old);
}

std::uint32_t KeyIndex::look(Hand& hand) const {
  if (segments_.empty()) return 0;
  if (hand.place == 0) {
    const auto& segment = segments_[number(hand.tag)];
    hand.place = 1u << segment.bits;
  }
  const auto& segment = segments_[number(hand.tag)];
  const auto record = view_of(segment).at[--hand.place].record;
  if (hand.place == 0) {
    // Past the last one it begins anew.
    const auto next = (std::uint64_t{hand.tag} >> (32 - segment.depth)) + 1;
    hand.tag = static_cast<std::uint32_t>(next << (32 - segment.depth));
  }
  return record;
}

std::uint32_t KeyIndex::ahead(const Hand& hand, std::uint32_t places) const {
  if (hand.place <= places) return 0;
  return view_of(segments_[number(hand.tag)]).at[hand.place - 1 - places].record;
}

}  // namespace assay::core
