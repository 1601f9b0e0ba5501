// Binds a further instance of a rule as the first one was bound.
//
// The contract asks for the same declarations each time, so nothing is looked up again: names have
// become slots, and workers may make instances while others run. Whatever is declared in another
// order, or new, is refused.
//
// Thread: whoever makes the instance.
#pragma once

#include <assay/binder.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/layout.hpp"

namespace assay::host {

// What the first instance has declared, in order, and what it was offered.
struct Declarations {
  struct Column {
    bool feature = false;
    std::string name;
    std::uint32_t type = 0;
    std::uint32_t column = 0;
    std::uint32_t coverage = 0;
  };
  struct Offer {
    std::string name;
    core::FieldType type = core::FieldType::int64;
  };
  std::vector<Column> columns;
  std::vector<std::string> reasons;  // their codes
  std::vector<Offer> offers;
};

class RepeatedBinder final {
 public:
  // The declarations must outlive the binder.
  explicit RepeatedBinder(const Declarations& first);
  RepeatedBinder(const RepeatedBinder&) = delete;
  RepeatedBinder& operator=(const RepeatedBinder&) = delete;

  [[nodiscard]] const assay_binder* table() const { return &table_; }
  // Everything was declared again, and nothing else.
  [[nodiscard]] bool complete() const;

 private:
  struct Calls;

  assay_binder table_;  // first: its address is ours
  const Declarations* first_;
  std::size_t next_column_ = 0;
  std::size_t next_reason_ = 0;
  bool differs_ = false;
};

}  // namespace assay::host
