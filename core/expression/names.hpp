// The names that an expression may use: fields and features, with their slots.
//
// Whoever compiles an expression says what its scope holds. A name with points (`holder.city`) is
// asked for as a whole.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/layout.hpp"

namespace assay::core::expression {

class Names {
 public:
  struct Field {
    FieldType type;
    Slot slot;
  };

  virtual ~Names() = default;

  virtual std::optional<Field> find(std::string_view name) const = 0;
  // Every name there is, for "did you mean".
  virtual std::vector<std::string> all() const = 0;
};

// All slots of a layout under their own names. The layout must outlive this.
class LayoutNames final : public Names {
 public:
  explicit LayoutNames(const Layout& layout) : layout_(&layout) {}

  std::optional<Field> find(std::string_view name) const override {
    const auto slot = layout_->find(name);
    if (!slot) return std::nullopt;
    return Field{(*layout_)[*slot].type, *slot};
  }
  std::vector<std::string> all() const override {
    std::vector<std::string> names;
    for (const auto& entry : layout_->entries()) names.push_back(entry.name);
    return names;
  }

 private:
  const Layout* layout_;
};

// What `parameters.NAME` stands for: a literal as an expression writes it (`5`, `"EUR"`,
// `[1, 2]`), money (`10.00 EUR`; its currency is dropped) or a duration (`10m`, `30d`).
using Parameters = std::map<std::string, std::string, std::less<>>;

}  // namespace assay::core::expression
