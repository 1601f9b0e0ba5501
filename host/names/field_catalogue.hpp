// Every field that could be bound, and the layout that those which are bound make up.
//
// A message's fields are there anyway; a holder's and the engine's own become slots only when
// somebody asks, so that what nobody reads costs nothing. Rules are not shown what only exists
// after them.
//
// Thread: control.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/layout.hpp"

namespace assay::host {

class FieldCatalogue final {
 public:
  enum class Stage { before_rules, after_rules };
  struct Field {
    std::string name;
    core::FieldType type;
    Stage stage = Stage::before_rules;
  };

  // The layout must outlive the catalogue; it grows as fields are bound.
  FieldCatalogue(core::Layout& layout, std::vector<Field> fields)
      : layout_(&layout), fields_(std::move(fields)) {}

  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  // Nothing where no such field exists at that stage.
  [[nodiscard]] const Field* find(std::string_view name, Stage stage) const;
  [[nodiscard]] std::vector<std::string> names(Stage stage) const;

  // The field's slot, made now if need be.
  core::Slot slot(const Field& field) { return layout_->add(field.name, field.type); }

 private:
  core::Layout* layout_;
  std::vector<Field> fields_;
};

}  // namespace assay::host
