// The parameters of a rule's file as values that its other texts may name: `parameters.window`
// stands for the literal in features and conditions, `{parameters.window}` for its words in a
// reason.
//
// What a value is follows from how it is written: `10m` is a duration, `10.00 EUR` an amount, `4` a
// whole number, `0.85` a decimal, `true` a truth value, `[a, b]` a list; all else, and all that
// stands in quotes, is text.
//
// Thread: control.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "host/config/node.hpp"

namespace assay::host {

// Where in a text a literal is to stand: a window is written `10m`, a duration in an expression is
// a call.
enum class LiteralPlace { window, expression };

class Parameters final {
 public:
  // None at all: of a configuration's own features and of chain steps.
  Parameters() = default;
  // `map` must outlive the parameters.
  explicit Parameters(const Node& map) : map_(&map) {}

  // What is written in place of `parameters.NAME`. The error says in words why nothing can be.
  [[nodiscard]] tl::expected<std::string, std::string> literal(std::string_view name,
                                                               LiteralPlace place) const;
  // As a person reads it: "10 minutes"; nothing where there is no such parameter.
  [[nodiscard]] std::optional<std::string> words(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  const Node* map_ = nullptr;
};

}  // namespace assay::host
