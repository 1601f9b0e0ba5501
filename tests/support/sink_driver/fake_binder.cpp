#include "tests/support/sink_driver/fake_binder.hpp"

#include <assay/values.hpp>
#include <cstdint>
#include <string>
#include <utility>

namespace assay::testing::sinks {
namespace {

FakeBinder& binding_of(const assay_binder* binder) {
  return *reinterpret_cast<FakeBinder*>(const_cast<assay_binder*>(binder));
}

assay_status declare_field(const assay_binder* binder, assay_text name, std::uint32_t type,
                           std::uint32_t flags, std::uint32_t* column) {
  auto& binding = binding_of(binder);
  const std::string wanted(detail::from_c(name));
  const OfferedField* match = nullptr;
  for (const auto& field : binding.offered) {
    if (field.name == wanted) match = &field;
  }
  if (!match && flags == ASSAY_REQUIRED) {
    binding.refusal->message = "the schema has no field " + wanted;
    return ASSAY_FAILED;
  }
  if (match && match->type != type) {
    binding.refusal->message = "the field " + wanted + " has another type";
    return ASSAY_FAILED;
  }
  *column = static_cast<std::uint32_t>(binding.bound.size());
  binding.bound.push_back({wanted, type});
  return ASSAY_OK;
}
assay_status offered_field(const assay_binder* binder, std::uint32_t index, assay_text* name,
                           std::uint32_t* type) {
  const auto& offered = binding_of(binder).offered;
  if (index >= offered.size()) return ASSAY_END;
  *name = detail::to_c(offered[index].name);
  *type = offered[index].type;
  return ASSAY_OK;
}

}  // namespace

FakeBinder::FakeBinder(std::vector<OfferedField> fields, SinkRefusal& why)
    : table{sizeof(assay_binder), 0, &declare_field, nullptr, nullptr, &offered_field},
      offered(std::move(fields)),
      refusal(&why) {}

}  // namespace assay::testing::sinks
