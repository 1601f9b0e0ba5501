// How a field's value becomes the text that a list is searched for: a text as it is, a whole number
// as the host writes it, a card's token as its bytes.
#pragma once

#include <assay/binder.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "plugins/rules/list_index.hpp"

namespace assay::rules {

class ListKey {
 public:
  // Where the key of a row is kept while it is looked up.
  struct Buffer {
    char digits[24];
    Token token;
  };

  ListKey() = default;
  // Binds the list's field; refuses one that no list can look up.
  ListKey(const Binder& binder, const ListIndex& index);

  bool is_card() const { return type_ == ASSAY_TOKEN; }

  // Absent where the field is.
  std::optional<std::string_view> of(const Row& row, Buffer& buffer) const;

 private:
  std::uint32_t type_ = ASSAY_TEXT;
  std::uint32_t column_ = 0;
};

}  // namespace assay::rules
