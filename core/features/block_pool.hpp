// Memory for what stores keep of their keys: blocks told by 32 bits, cut from large pages.
//
// A block that is given back is handed out again for the same size, so a store whose keys come and
// go takes nothing more once it has reached its size. Blocks never move. Handle 0 is none.
//
// The first pages are small and each is twice the one before it, up to 2 MiB: what the processor's
// tables of pages have entries for, where the memory that is handed in comes so.
//
// Thread: as its owner.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <vector>

namespace assay::core {

class BlockPool final {
 public:
  using Handle = std::uint32_t;

  // `memory`, from which pages come, must outlive it.
  explicit BlockPool(std::pmr::memory_resource& memory) : memory_(&memory) {}
  ~BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  // At least that many bytes, aligned to 16, not cleared. At most 4 GiB.
  Handle allocate(std::size_t bytes);
  // `bytes` as they were asked for.
  void free(Handle block, std::size_t bytes);

  std::byte* at(Handle block) const {
    return pages_[block >> kUnitBits] + std::size_t{block & kUnitMask} * kUnit;
  }

  // Of blocks that are handed out, rounded as they are; and of all pages.
  std::size_t used() const { return used_; }
  std::size_t reserved() const { return reserved_; }

 private:
  static constexpr std::size_t kUnit = 16;
  static constexpr unsigned kUnitBits = 17;
  static constexpr std::uint32_t kUnitMask = (1u << kUnitBits) - 1;
  static constexpr std::size_t kPage = kUnit << kUnitBits;
  static constexpr std::size_t kLargest = kPage / 8;  // what is larger has a page of its own
  static constexpr std::size_t kExact = 64;           // units up to which each size is its own

  // And eight more for each doubling up to the largest, which is one itself; class 0 is unused.
  static constexpr std::size_t kDoublings = std::bit_width(kLargest / (kExact * kUnit)) - 1;
  static constexpr std::size_t kClasses = kExact + 1 + 8 * kDoublings + 1;

  static constexpr std::size_t kFirstPage = 64u << 10;

  static std::size_t rounded(std::size_t bytes);  // to what is handed out
  static constexpr std::size_t size_class(std::size_t rounded) {
    const auto units = rounded / kUnit;
    if (units <= kExact) return units;
    const auto power = static_cast<std::size_t>(std::bit_width(units)) - 1;  // 6 and more
    const auto least = std::size_t{1} << power;
    return kExact + 1 + (power - 6) * 8 + (units - least) * 8 / least;
  }
  std::uint32_t add_page(std::size_t bytes);

  std::pmr::memory_resource* memory_;
  std::vector<std::byte*> pages_{nullptr};    // number 0 is none, as handle 0 is
  std::vector<std::size_t> sizes_{0};         // of the pages
  std::vector<std::uint32_t> spare_numbers_;  // of pages that were given back
  std::array<Handle, kClasses> free_{};
  std::uint32_t page_ = 0;     // the one that is cut from
  std::size_t page_size_ = 0;  // its bytes
  std::size_t cut_ = 0;        // those that are handed out
  std::size_t used_ = 0;
  std::size_t reserved_ = 0;
};

}  // namespace assay::core
