// An expression as a tree: what the parser makes, the checker gives types to, and the others read.
//
// Whatever is applied to arguments is a call, operators included: `a + b` calls `+` with two.
// Logic, the conditional and the macros stand apart, because they do not evaluate all they have.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "core/expression/fault.hpp"
#include "core/expression/functions.hpp"
#include "core/expression/type.hpp"
#include "core/expression/value.hpp"

namespace assay::core::expression {

struct Node {
  enum class Form : std::uint8_t {
    literal,
    name,      // a field or feature; `has` asks whether it is there
    has,       // one child: the name
    variable,  // what a macro runs through
    list,
    call,
    both,         // a && b
    either,       // a || b
    conditional,  // a ? b : c
    // x.macro(variable, ...): the children are the list, a predicate where there is one, and what
    // map() makes of each element.
    all,
    exists,
    exists_one,
    filter,
    map,
  };

  Form form = Form::literal;
  bool member = false;  // a call written behind its first argument: text.startsWith("a")
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  std::uint32_t height = 1;
  // Of a name, a call or a macro's variable. Of a literal: as it was written, where that says more
  // than the value does (the digits of a number, a pattern); else empty.
  std::string text;
  std::vector<std::unique_ptr<Node>> children;

  // What the checker adds.
  Type type;
  Value value;                 // of a literal
  Slot slot;                   // of a name
  std::uint32_t variable = 0;  // of a macro or variable: which one
  // Of a call: what does it, or nullptr where that depends on what the arguments turn out to be;
  // `makes` where it may need scratch memory.
  Function call = nullptr;
  bool makes = false;

  bool is(Form wanted) const { return form == wanted; }
  bool is_literal() const { return form == Form::literal; }
  bool is_call(std::string_view name) const { return form == Form::call && text == name; }
  bool is_macro() const { return form >= Form::all; }
  std::uint32_t end() const { return offset + length; }
};

using NodePointer = std::unique_ptr<Node>;

// A fault that is the whole of a node.
inline tl::unexpected<Fault> fault_at(const Node& node, std::string message,
                                      std::string help = {}) {
  return tl::unexpected(Fault{node.offset, node.length, std::move(message), "", std::move(help)});
}

// `all`, `exists`, ...: as they are written.
constexpr std::array<std::string_view, 5> kMacros{"all", "exists", "exists_one", "filter", "map"};

inline std::string_view macro_name(const Node& node) {
  return kMacros[static_cast<std::size_t>(node.form) - static_cast<std::size_t>(Node::Form::all)];
}

}  // namespace assay::core::expression
