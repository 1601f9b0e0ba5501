#include "host/plugins/repeated_binder.hpp"

#include <string_view>

namespace assay::host {
namespace {

std::string_view view(assay_text text) { return {text.data, text.size}; }

}  // namespace

struct RepeatedBinder::Calls {
  static RepeatedBinder& self(const assay_binder* binder) {
    return *const_cast<RepeatedBinder*>(reinterpret_cast<const RepeatedBinder*>(binder));
  }

  static const Declarations::Column* next(RepeatedBinder& binder, bool feature, assay_text name,
                                          std::uint32_t type) {
    const auto& columns = binder.first_->columns;
    if (binder.next_column_ < columns.size()) {
      const auto& one = columns[binder.next_column_++];
      if (one.feature == feature && one.name == view(name) && one.type == type) return &one;
    }
    binder.differs_ = true;
    return nullptr;
  }

  static assay_status field(const assay_binder* table, assay_text name, std::uint32_t type,
                            std::uint32_t, std::uint32_t* column) {
    const auto* known = next(self(table), false, name, type);
    if (!known) return ASSAY_FAILED;
    *column = known->column;
    return ASSAY_OK;
  }

  static assay_status feature(const assay_binder* table, assay_text text, std::uint32_t type,
                              std::uint32_t flags, std::uint32_t* column,
                              std::uint32_t* coverage_column) {
    const auto* known = next(self(table), true, text, type);
    if (!known) return ASSAY_FAILED;
    *column = known->column;
    if ((flags & ASSAY_NO_COVERAGE) == 0) *coverage_column = known->coverage;
    return ASSAY_OK;
  }

  static assay_status reason(const assay_binder* table, const assay_reason* declared,
                             std::uint32_t* number) {
    auto& binder = self(table);
    const auto& codes = binder.first_->reasons;
    if (binder.next_reason_ == codes.size() || codes[binder.next_reason_] != view(declared->code)) {
      binder.differs_ = true;
      return ASSAY_FAILED;
    }
    *number = static_cast<std::uint32_t>(binder.next_reason_++);
    return ASSAY_OK;
  }

  static assay_status offered(const assay_binder* table, std::uint32_t index, assay_text* name,
                              std::uint32_t* type) {
    const auto& offers = self(table).first_->offers;
    if (index >= offers.size()) return ASSAY_END;
    *name = {offers[index].name.data(), offers[index].name.size()};
    *type = static_cast<std::uint32_t>(offers[index].type);
    return ASSAY_OK;
  }
};

RepeatedBinder::RepeatedBinder(const Declarations& first)
    : table_{sizeof(assay_binder), 0, &Calls::field, &Calls::feature, &Calls::reason,
             &Calls::offered},
      first_(&first) {}

bool RepeatedBinder::complete() const {
  return !differs_ && next_column_ == first_->columns.size() &&
         next_reason_ == first_->reasons.size();
}

}  // namespace assay::host
