// A condition's text made into one that can be asked: of a feature's `where`, a rule's `when`, a
// step's.
//
// Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/features/feature_fault.hpp"
#include "core/features/store_plan.hpp"
#include "core/model/condition.hpp"

namespace assay::host {

class Scope;

struct CompiledCondition {
  std::unique_ptr<core::Condition> condition;
  std::vector<std::string> names;  // that it reads, in the order in which they stand there
};

// What a name stands for; and all names, for advice on a misspelt one.
using FindName = std::function<std::optional<core::NamedField>(std::string_view name)>;
using AllNames = std::function<std::vector<std::string>()>;

// Parameters are filled in already. A fault's offset is that in `text`.
[[nodiscard]] tl::expected<CompiledCondition, core::FeatureFault> compile_condition(
    std::string_view text, const FindName& find, const AllNames& names);
[[nodiscard]] tl::expected<CompiledCondition, core::FeatureFault> compile_condition(
    std::string_view text, Scope& scope);

}  // namespace assay::host
