#include "host/names/field_catalogue.hpp"

namespace assay::host {

const FieldCatalogue::Field* FieldCatalogue::find(std::string_view name, Stage stage) const {
  for (const auto& field : fields_) {
    if (field.name == name && field.stage <= stage) return &field;
  }
  return nullptr;
}

std::vector<std::string> FieldCatalogue::names(Stage stage) const {
  std::vector<std::string> names;
  for (const auto& field : fields_) {
    if (field.stage <= stage) names.push_back(field.name);
  }
  return names;
}

}  // namespace assay::host
