#include "core/expression/parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/expression/literals.hpp"
#include "core/expression/macros.hpp"

namespace assay::core::expression {
namespace {

using Result = NodeResult;
using Form = Node::Form;
using Sort = Lexeme::Sort;

constexpr std::array<std::string_view, 17> kReserved{
    "as",  "break", "const",     "continue", "else",   "for", "function", "if",   "import",
    "let", "loop",  "namespace", "package",  "return", "var", "void",     "while"};

// How tightly an operator between two operands binds; 0 for what is none.
int binding(const Lexeme& word) {
  if (word.sort != Sort::sign) return word.is("in") ? 3 : 0;
  if (word.text == "||") return 1;
  if (word.text == "&&") return 2;
  for (const std::string_view relation : {"==", "!=", "<", "<=", ">", ">="}) {
    if (word.text == relation) return 3;
  }
  if (word.text == "+" || word.text == "-") return 4;
  if (word.text == "*" || word.text == "/" || word.text == "%") return 5;
  return 0;
}

bool is_number(const Lexeme& word) {
  return word.sort == Sort::whole || word.sort == Sort::fraction;
}

std::vector<NodePointer> of(NodePointer first) {
  std::vector<NodePointer> nodes;
  nodes.push_back(std::move(first));
  return nodes;
}

class Parser {
 public:
  Parser(WordReader words, Constants& constants)
      : words_(std::move(words)), constants_(constants) {}

  Result whole() {
    auto node = expression();
    if (!node || words_.now().sort == Sort::end) return node;
    return fault_at(
        words_.now(), said(words_.now()) + " is not expected here",
        words_.now().is(")") ? "there is no ( that it closes" : "join conditions with && or ||");
  }

 private:
  Result expression() {
    if (++depth_ > kDeepest) return fault_at(words_.now(), "the expression is nested too deeply");
    auto node = conditional();
    --depth_;
    return node;
  }

  Result conditional() {
    auto test = binary(1);
    if (!test || !words_.now().is("?")) return test;
    const auto begin = (*test)->offset;
    words_.step();
    auto parts = of(std::move(*test));
    auto yes = binary(1);
    if (!yes) return yes;
    if (!words_.take(":"))
      return fault_at(words_.now(), "`:` is missing before " + said(words_.now()), "a ? b : c");
    auto no = expression();
    if (!no) return no;
    parts.push_back(std::move(*yes));
    parts.push_back(std::move(*no));
    return words_.make(Form::conditional, begin, "?:", std::move(parts));
  }

  Result binary(int at_least) {
    auto left = unary();
    while (left) {
      const Lexeme word = words_.now();
      const int level = binding(word);
      if (level == 0 || level < at_least) break;
      words_.step();
      auto right = binary(level + 1);
      if (!right) return right;
      const auto begin = (*left)->offset;
      auto sides = of(std::move(*left));
      sides.push_back(std::move(*right));
      const auto form = level == 1 ? Form::either : level == 2 ? Form::both : Form::call;
      left = words_.make(form, begin, std::string(word.text), std::move(sides));
    }
    return left;
  }

  // A minus before a number is part of it, so that the smallest int can be written.
  Result unary() {
    std::vector<Lexeme> signs;
    while (words_.now().is("!") || words_.now().is("-")) {
      signs.push_back(words_.now());
      words_.step();
    }
    const bool negative = is_number(words_.now()) && !signs.empty() && signs.back().is("-");
    if (negative) {
      signs.pop_back();
      words_.step_back();
    }
    auto node = member(negative);
    for (auto sign = signs.rbegin(); node && sign != signs.rend(); ++sign) {
      node = words_.make(Form::call, sign->offset, std::string(sign->text), of(std::move(*node)));
    }
    return node;
  }

  Result member(bool negative) {
    auto node = primary(negative);
    while (node) {
      if (words_.now().is("[")) {
        node = index(std::move(*node));
      } else if (words_.now().is(".")) {
        node = selection(std::move(*node));
      } else {
        break;
      }
    }
    return node;
  }

  Result index(NodePointer of_list) {
    const Lexeme open = words_.now();
    words_.step();
    auto place = expression();
    if (!place) return place;
    if (auto done = words_.close("]", open); !done) return tl::unexpected(done.error());
    const auto begin = of_list->offset;
    auto sides = of(std::move(of_list));
    sides.push_back(std::move(*place));
    return words_.make(Form::call, begin, "[]", std::move(sides));
  }

  Result selection(NodePointer of_what) {
    words_.step();
    const Lexeme word = words_.now();
    if (word.sort != Sort::name) return fault_at(word, "a name is missing before " + said(word));
    words_.step();
    const auto begin = of_what->offset;
    if (words_.now().is("(")) return member_call(std::move(of_what), word);
    if (!of_what->is(Form::name)) {
      return fault_at(word, "`" + std::string(word.text) + "` is a part of no field",
                      "a function is called with brackets: x.size()");
    }
    if (of_what->text.size() > kLongestName) return fault_at(word, "the name is too long");
    return words_.make(Form::name, begin, of_what->text + "." + std::string(word.text), {});
  }

  Result member_call(NodePointer of_what, const Lexeme& word) {
    const auto begin = of_what->offset;
    auto all = of(std::move(of_what));
    if (auto done = items(all, "(", ")"); !done) return tl::unexpected(done.error());
    auto node = words_.make(Form::call, begin, std::string(word.text), std::move(all));
    if (!node) return node;
    (*node)->member = true;
    if (auto done = make_macro(**node, word); !done) return tl::unexpected(done.error());
    return node;
  }

  // Everything from the one bracket to the other, behind what is there.
  tl::expected<void, Fault> items(std::vector<NodePointer>& all, std::string_view opens,
                                  std::string_view closes) {
    const Lexeme open = words_.now();
    words_.take(opens);
    const auto before = all.size();
    while (!words_.take(closes)) {
      if (all.size() > before && !words_.take(",")) return words_.close(closes, open);
      // A list may end with a comma.
      if (closes == "]" && all.size() > before && words_.take(closes)) break;
      auto item = expression();
      if (!item) return tl::unexpected(item.error());
      all.push_back(std::move(*item));
    }
    return {};
  }

  Result primary(bool negative) {
    const Lexeme word = words_.now();
    const auto begin = word.offset;
    if (negative) return number();
    if (words_.take("(")) {
      auto inside = expression();
      if (!inside) return inside;
      if (auto done = words_.close(")", word); !done) return tl::unexpected(done.error());
      (*inside)->offset = begin;
      (*inside)->length = words_.length_from(begin);
      return inside;
    }
    if (word.is("[")) {
      std::vector<NodePointer> all;
      if (auto done = items(all, "[", "]"); !done) return tl::unexpected(done.error());
      return words_.make(Form::list, begin, "", std::move(all));
    }
    if (word.is("{")) return fault_at(word, "maps and messages are not part of the language");
    if (word.sort == Sort::letters) return letters();
    if (is_number(word)) return number();
    // A point before a name means the outermost scope; there is only one.
    if (word.is(".") && words_.name_follows()) words_.step();
    if (words_.now().sort == Sort::name) return name(begin);
    return fault_at(
        word,
        (words_.at_begin() || word.sort == Sort::end ? "something is missing before "
                                                     : "something else is expected than ") +
            said(word),
        word.sort == Sort::end && words_.at_begin() ? "the expression is empty" : "");
  }

  Result name(std::uint32_t begin) {
    const Lexeme word = words_.now();
    words_.step();
    if (word.text == "true" || word.text == "false") {
      return literal(begin, boolean(word.text == "true"), "");
    }
    if (word.text == "null") return literal(begin, null(), "");
    if (word.text == "in" ||
        std::find(kReserved.begin(), kReserved.end(), word.text) != kReserved.end()) {
      return fault_at(word, "`" + std::string(word.text) + "` is reserved and no name");
    }
    if (!words_.now().is("(")) return words_.make(Form::name, begin, std::string(word.text), {});
    std::vector<NodePointer> all;
    if (auto done = items(all, "(", ")"); !done) return tl::unexpected(done.error());
    if (word.text != "has") {
      return words_.make(Form::call, begin, std::string(word.text), std::move(all));
    }
    if (all.size() != 1 || !all[0]->is(Form::name)) {
      return fault_at(word, "has() asks for one field", "has(holder.city)");
    }
    return words_.make(Form::has, begin, "has", std::move(all));
  }

  Result number() {
    const auto begin = words_.now().offset;
    const bool negative = words_.take("-");
    const Lexeme word = words_.now();
    words_.step();
    const std::string written = (negative ? "-" : "") + std::string(word.text);
    const auto value = word.sort == Sort::whole ? read_whole(written) : read_fraction(written);
    if (value) return literal(begin, *value, written);
    return shifted(value.error(), begin, words_.length_from(begin));
  }

  Result letters() {
    const Lexeme word = words_.now();
    words_.step();
    const auto value = read_letters(word.text, constants_);
    if (value) return literal(word.offset, *value, "");
    return shifted(value.error(), word.offset, value.error().length);
  }

  Result literal(std::uint32_t begin, const Value& value, std::string written) const {
    auto node = words_.make(Form::literal, begin, std::move(written), {});
    (*node)->value = value;
    (*node)->type = {value.kind};
    return node;
  }

  static Result shifted(Fault fault, std::uint32_t by, std::uint32_t length) {
    fault.offset += by;
    fault.length = length;
    return tl::unexpected(std::move(fault));
  }

  WordReader words_;
  Constants& constants_;
  std::uint32_t depth_ = 0;
};

}  // namespace

Result parse(std::string_view text, Constants& constants) {
  if (text.size() > kLongestText) {
    return tl::unexpected(Fault{0, 0, "the expression is longer than 64 KiB", "", ""});
  }
  auto words = lexemes(text);
  if (!words) return tl::unexpected(words.error());
  return Parser(WordReader(std::move(*words)), constants).whole();
}

}  // namespace assay::core::expression
