// A directory of a log: where each child begins, which block it is, what its events come to.
//
// Chunks stand in directories, directories in the topmost one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/features/block_pool.hpp"

namespace assay::core {

class LogNode final {
 public:
  LogNode(std::byte* at, std::size_t tallies) : at_(at), tallies_(tallies) {}

  static std::size_t bytes(std::size_t tallies, std::uint32_t capacity) {
    return sizeof(Head) + std::size_t{capacity} * (8 + 4 + tallies);
  }
  // An empty one.
  static std::uint32_t make(BlockPool& pool, std::size_t tallies, std::uint32_t capacity) {
    const auto block = pool.allocate(bytes(tallies, capacity));
    const Head head{0, capacity};
    std::memcpy(pool.at(block), &head, sizeof head);
    return block;
  }
  static void free(BlockPool& pool, std::size_t tallies, std::uint32_t block) {
    pool.free(block, bytes(tallies, LogNode(pool.at(block), tallies).head().capacity));
  }
  // Puts a child at `at`; the node may move, its new block is the answer.
  static std::uint32_t insert(BlockPool& pool, std::size_t tallies, std::uint32_t block,
                              std::uint32_t at, std::int64_t first, std::uint32_t child) {
    LogNode node(pool.at(block), tallies);
    if (node.size() == node.head().capacity) {
      const auto larger = make(pool, tallies, node.size() + node.size() / 2 + 2);
      LogNode(pool.at(larger), tallies).take(LogNode(pool.at(block), tallies), 0, node.size());
      free(pool, tallies, block);
      block = larger;
      node = LogNode(pool.at(block), tallies);
    }
    node.open(at);
    node.set_first(at, first);
    node.set_child(at, child);
    return block;
  }

  std::uint32_t size() const { return head().size; }
  std::int64_t first(std::uint32_t i) const {
    std::int64_t value = 0;
    std::memcpy(&value, firsts() + std::size_t{i} * 8, 8);
    return value;
  }
  std::uint32_t child(std::uint32_t i) const {
    std::uint32_t value = 0;
    std::memcpy(&value, children() + std::size_t{i} * 4, 4);
    return value;
  }
  std::byte* tally(std::uint32_t i) const { return sums() + std::size_t{i} * tallies_; }
  void set_first(std::uint32_t i, std::int64_t value) const {
    std::memcpy(firsts() + std::size_t{i} * 8, &value, 8);
  }
  void set_child(std::uint32_t i, std::uint32_t value) const {
    std::memcpy(children() + std::size_t{i} * 4, &value, 4);
  }

  // The last child that begins at or before `time`, or the first.
  std::uint32_t covering(std::int64_t time) const {
    std::uint32_t low = 0;
    auto high = size();
    while (high - low > 1) {
      const auto middle = (low + high) / 2;
      (first(middle) <= time ? low : high) = middle;
    }
    return low;
  }

  void erase(std::uint32_t at) const {
    move(at + 1, at, size() - at - 1);
    --head().size;
  }
  // Appends children [from, to) of another node.
  void take(const LogNode& other, std::uint32_t from, std::uint32_t to) const {
    const auto count = to - from;
    std::memcpy(firsts() + std::size_t{size()} * 8, other.firsts() + std::size_t{from} * 8,
                std::size_t{count} * 8);
    std::memcpy(children() + std::size_t{size()} * 4, other.children() + std::size_t{from} * 4,
                std::size_t{count} * 4);
    std::memcpy(tally(size()), other.tally(from), count * tallies_);
    head().size += count;
  }
  void truncate(std::uint32_t size) const { head().size = size; }

 private:
  struct Head {
    std::uint32_t size;
    std::uint32_t capacity;
  };

  Head& head() const { return *reinterpret_cast<Head*>(at_); }
  std::byte* firsts() const { return at_ + sizeof(Head); }
  std::byte* children() const { return firsts() + std::size_t{head().capacity} * 8; }
  std::byte* sums() const { return children() + std::size_t{head().capacity} * 4; }
  void move(std::uint32_t from, std::uint32_t to, std::uint32_t count) const {
    const auto shift = [&](std::byte* cells, std::size_t size) {
      std::memmove(cells + to * size, cells + from * size, count * size);
    };
    shift(firsts(), 8);
    shift(children(), 4);
    shift(sums(), tallies_);
  }
  void open(std::uint32_t at) const {
    move(at, at + 1, size() - at);
    ++head().size;
  }

  std::byte* at_;
  std::size_t tallies_;
};

}  // namespace assay::core
