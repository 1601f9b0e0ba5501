#include "core/expression/expression.hpp"

#include "core/expression/checker.hpp"
#include "core/expression/parser.hpp"

namespace assay::core::expression {

tl::expected<std::unique_ptr<Program>, Fault> compile(std::string_view text, const Names& names,
                                                      Type wanted, const Options& options) {
  Constants constants;
  auto tree = parse(text, constants);
  if (!tree) return tl::unexpected(tree.error());
  const Scope scope{names, options.parameters, options.pattern_memory, constants};
  if (auto done = check(*tree, wanted, scope); !done) return tl::unexpected(done.error());
  return std::make_unique<Program>(std::move(*tree), std::move(constants), options.scratch);
}

}  // namespace assay::core::expression
