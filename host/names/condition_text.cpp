#include "host/names/condition_text.hpp"

#include "core/expression/expression.hpp"
#include "host/names/scope.hpp"

namespace assay::host {
namespace {

class FoundNames final : public core::expression::Names {
 public:
  FoundNames(const FindName& find, const AllNames& names) : find_(find), names_(names) {}

  std::optional<Field> find(std::string_view name) const override {
    const auto found = find_(name);
    if (!found) return std::nullopt;
    return Field{found->type, found->slot};
  }
  std::vector<std::string> all() const override { return names_(); }

 private:
  const FindName& find_;
  const AllNames& names_;
};

}  // namespace

tl::expected<CompiledCondition, core::FeatureFault> compile_condition(std::string_view text,
                                                                      const FindName& find,
                                                                      const AllNames& names) {
  auto program = core::expression::compile(text, FoundNames(find, names));
  if (!program) {
    auto& fault = program.error();
    return tl::unexpected(core::FeatureFault{fault.offset, fault.length, std::move(fault.message),
                                             std::move(fault.note), std::move(fault.help)});
  }
  auto read = (*program)->names();
  return CompiledCondition{std::move(*program), std::move(read)};
}

tl::expected<CompiledCondition, core::FeatureFault> compile_condition(std::string_view text,
                                                                      Scope& scope) {
  std::optional<core::FeatureFault> refused;
  const auto find = [&](std::string_view name) -> std::optional<core::NamedField> {
    if (const auto found = scope.find(name)) return core::NamedField{found->slot, found->type};
    refused = scope.why_refused(name);
    return std::nullopt;
  };
  auto compiled = compile_condition(text, find, [&] { return scope.names(); });
  // The name is there and its feature is one too many: the compiler, which knows names alone, takes
  // it for a slip of the pen. It stops at the first name that it does not find.
  if (!compiled && refused) {
    refused->offset = compiled.error().offset;
    refused->length = compiled.error().length;
    return tl::unexpected(std::move(*refused));
  }
  return compiled;
}

}  // namespace assay::host
