#include "core/expression/canonical.hpp"

#include "core/expression/compare.hpp"
#include "core/expression/literal_text.hpp"

namespace assay::core::expression {
namespace {

using Form = Node::Form;

constexpr int kTightest = 7;

// How tightly the outermost part of a node binds; the numbers are the grammar's.
int binding(const Node& node) {
  switch (node.form) {
    case Form::conditional:
      return 0;
    case Form::either:
      return 1;
    case Form::both:
      return 2;
    case Form::call:
      break;
    default:
      return kTightest;
  }
  if (node.member || node.text == "[]") return kTightest;
  if (relation(node.text) || node.text == "in") return 3;
  const bool one = node.children.size() == 1;
  if (node.text == "+" || node.text == "-") return one ? 6 : 4;
  if (node.text == "*" || node.text == "/" || node.text == "%") return 5;
  return node.text == "!" ? 6 : kTightest;
}

class Writer {
 public:
  std::string text;

  void write(const Node& node, int at_least) {
    const bool brackets = binding(node) < at_least;
    if (brackets) text += '(';
    bare(node);
    if (brackets) text += ')';
  }

 private:
  void bare(const Node& node) {
    if (node.is_macro()) return macro(node);
    switch (node.form) {
      case Form::literal:
        return literal(node);
      case Form::has:
        text += "has(";
        write(*node.children[0], 0);
        text += ')';
        return;
      case Form::list:
        text += '[';
        items(node, 0);
        text += ']';
        return;
      case Form::call:
        return call(node);
      case Form::both:
      case Form::either:
        return sides(node, binding(node), node.is(Form::both) ? "&&" : "||");
      case Form::conditional:
        write(*node.children[0], 1);
        text += " ? ";
        write(*node.children[1], 1);
        text += " : ";
        return write(*node.children[2], 0);
      default:
        text += node.text;
    }
  }

  // Of a pattern the letters, of anything else the value.
  void literal(const Node& node) {
    if (node.value.is(Kind::pattern)) {
      text += literal_text(expression::text(node.text));
    } else {
      value(node.value);
    }
  }

  void value(const Value& of) {
    if (of.is(Kind::decimal)) {
      text += "decimal(\"" + literal_text(of) + "\")";
    } else if (of.is(Kind::list)) {
      text += '[';
      for (std::uint32_t i = 0; i < of.size; ++i) {
        if (i > 0) text += ", ";
        value(of.items[i]);
      }
      text += ']';
    } else {
      text += literal_text(of);
    }
  }

  // Beside money that is no literal a literal becomes money by itself.
  void side(const Node& node, const Node& other, int at_least) {
    const bool beside = other.type.is(Kind::decimal) && !other.is_literal();
    if (node.is_literal() && node.type.base == Kind::decimal && beside) {
      text += literal_text(node.value);
    } else {
      write(node, at_least);
    }
  }

  void sides(const Node& node, int level, std::string_view sign) {
    side(*node.children[0], *node.children[1], level);
    text += ' ';
    text += sign;
    text += ' ';
    side(*node.children[1], *node.children[0], level + 1);
  }

  void call(const Node& node) {
    const int level = binding(node);
    if (node.text == "[]") {
      write(*node.children[0], kTightest);
      text += '[';
      write(*node.children[1], 0);
      text += ']';
    } else if (level < 6) {
      sides(node, level, node.text);
    } else if (level == 6) {
      text += node.text;
      write(*node.children[0], 6);
    } else {
      if (node.member) {
        write(*node.children[0], kTightest);
        text += '.';
      }
      text += node.text;
      text += '(';
      items(node, node.member ? 1 : 0);
      text += ')';
    }
  }

  void macro(const Node& node) {
    write(*node.children[0], kTightest);
    text += '.';
    text += macro_name(node);
    text += '(' + node.text + ", ";
    items(node, 1);
    text += ')';
  }

  void items(const Node& node, std::size_t first) {
    for (std::size_t i = first; i < node.children.size(); ++i) {
      if (i > first) text += ", ";
      write(*node.children[i], 0);
    }
  }
};

}  // namespace

std::string canonical_text(const Node& tree) {
  Writer writer;
  writer.write(tree, 0);
  return std::move(writer.text);
}

}  // namespace assay::core::expression
