#include "core/expression/parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/expression/lexer.hpp"
#include "core/expression/literals.hpp"

namespace assay::core::expression {
namespace {

using Result = tl::expected<NodePointer, Fault>;
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

tl::unexpected<Fault> fault(const Lexeme& at, std::string message, std::string help = {}) {
  return tl::unexpected(Fault{at.offset, static_cast<std::uint32_t>(at.text.size()),
                              std::move(message), "", std::move(help)});
}

tl::unexpected<Fault> fault(const Node& at, std::string message, std::string help = {}) {
  return tl::unexpected(Fault{at.offset, at.length, std::move(message), "", std::move(help)});
}

std::string shown(const Lexeme& word) {
  return word.sort == Sort::end ? "the end" : "`" + std::string(word.text) + "`";
}

class Parser {
 public:
  Parser(std::vector<Lexeme> words, Constants& constants)
      : words_(std::move(words)), constants_(constants) {}

  Result whole() {
    auto node = expression();
    if (!node || now().sort == Sort::end) return node;
    return fault(now(), shown(now()) + " is not expected here",
                 now().is(")") ? "there is no ( that it closes" : "join conditions with && or ||");
  }

 private:
  const Lexeme& now() const { return words_[at_]; }
  const Lexeme& ahead(std::size_t by) const {
    return words_[std::min(at_ + by, words_.size() - 1)];
  }
  bool take(std::string_view sign) {
    if (!now().is(sign)) return false;
    ++at_;
    return true;
  }
  std::uint32_t last_end() const {
    const auto& last = words_[at_ - 1];
    return last.offset + static_cast<std::uint32_t>(last.text.size());
  }

  // A node from `begin` to the last word taken.
  Result make(Form form, std::uint32_t begin, std::string text,
              std::vector<NodePointer> children) const {
    auto node = std::make_unique<Node>();
    node->form = form;
    node->offset = begin;
    node->length = last_end() - begin;
    node->text = std::move(text);
    for (const auto& child : children) node->height = std::max(node->height, child->height + 1);
    node->children = std::move(children);
    if (node->height > kHighest) return fault(*node, "the expression is too complex");
    return node;
  }
  static std::vector<NodePointer> of(NodePointer first) {
    std::vector<NodePointer> nodes;
    nodes.push_back(std::move(first));
    return nodes;
  }

  Result expression() {
    if (++depth_ > kDeepest) return fault(now(), "the expression is nested too deeply");
    auto node = conditional();
    --depth_;
    return node;
  }

  Result conditional() {
    auto test = binary(1);
    if (!test || !now().is("?")) return test;
    const auto begin = (*test)->offset;
    ++at_;
    auto parts = of(std::move(*test));
    auto yes = binary(1);
    if (!yes) return yes;
    if (!take(":")) return fault(now(), "`:` is missing before " + shown(now()), "a ? b : c");
    auto no = expression();
    if (!no) return no;
    parts.push_back(std::move(*yes));
    parts.push_back(std::move(*no));
    return make(Form::conditional, begin, "?:", std::move(parts));
  }

  Result binary(int at_least) {
    auto left = unary();
    while (left) {
      const Lexeme word = now();
      const int level = binding(word);
      if (level == 0 || level < at_least) break;
      ++at_;
      auto right = binary(level + 1);
      if (!right) return right;
      const auto begin = (*left)->offset;
      auto sides = of(std::move(*left));
      sides.push_back(std::move(*right));
      const auto form = level == 1 ? Form::either : level == 2 ? Form::both : Form::call;
      left = make(form, begin, std::string(word.text), std::move(sides));
    }
    return left;
  }

  // A minus before a number is part of it, so that the smallest int can be written.
  Result unary() {
    const auto begin = at_;
    while (now().is("!") || now().is("-")) ++at_;
    const auto behind = at_;
    const bool number = now().sort == Sort::whole || now().sort == Sort::fraction;
    const bool negative = number && behind > begin && words_[behind - 1].is("-");
    if (negative) --at_;
    auto node = member(negative);
    for (auto i = behind - (negative ? 1 : 0); node && i > begin; --i) {
      const auto& word = words_[i - 1];
      node = make(Form::call, word.offset, std::string(word.text), of(std::move(*node)));
    }
    return node;
  }

  Result member(bool negative) {
    auto node = primary(negative);
    while (node) {
      if (now().is("[")) {
        node = index(std::move(*node));
      } else if (now().is(".")) {
        node = selection(std::move(*node));
      } else {
        break;
      }
    }
    return node;
  }

  Result index(NodePointer of_list) {
    const Lexeme open = now();
    ++at_;
    auto place = expression();
    if (!place) return place;
    if (!take("]")) return fault(open, "the bracket is not closed before " + shown(now()));
    const auto begin = of_list->offset;
    auto sides = of(std::move(of_list));
    sides.push_back(std::move(*place));
    return make(Form::call, begin, "[]", std::move(sides));
  }

  Result selection(NodePointer of_what) {
    ++at_;
    const Lexeme word = now();
    if (word.sort != Sort::name) return fault(word, "a name is missing before " + shown(word));
    ++at_;
    const auto begin = of_what->offset;
    if (now().is("(")) return member_call(std::move(of_what), word);
    if (!of_what->is(Form::name)) {
      return fault(word, "`" + std::string(word.text) + "` is a part of no field",
                   "a function is called with brackets: x.size()");
    }
    return make(Form::name, begin, of_what->text + "." + std::string(word.text), {});
  }

  Result member_call(NodePointer of_what, const Lexeme& word) {
    const auto begin = of_what->offset;
    auto all = of(std::move(of_what));
    if (auto done = arguments(all); !done) return tl::unexpected(done.error());
    const auto name = word.text == "existsOne" ? "exists_one" : word.text;
    const auto macro = std::find(kMacros.begin(), kMacros.end(), name);
    if (macro == kMacros.end()) {
      auto node = make(Form::call, begin, std::string(word.text), std::move(all));
      if (node) (*node)->member = true;
      return node;
    }
    const auto form = static_cast<Form>(static_cast<std::size_t>(Form::all) +
                                        static_cast<std::size_t>(macro - kMacros.begin()));
    const bool fits = all.size() == 3 || (form == Form::map && all.size() == 4);
    const bool named =
        all.size() > 1 && all[1]->is(Form::name) && all[1]->text.find('.') == std::string::npos;
    if (!fits || !named) {
      return fault(word,
                   "`" + std::string(word.text) + "` wants a name for the elements and " +
                       (form == Form::map ? "what to make of each" : "a condition"),
                   "list." + std::string(word.text) + "(x, x > 0)");
    }
    std::string variable = all[1]->text;
    all.erase(all.begin() + 1);
    return make(form, begin, std::move(variable), std::move(all));
  }

  // Everything from ( to ), behind what is there.
  tl::expected<void, Fault> arguments(std::vector<NodePointer>& all) {
    return items(all, "(", ")");
  }

  tl::expected<void, Fault> items(std::vector<NodePointer>& all, std::string_view opens,
                                  std::string_view closes) {
    const Lexeme open = now();
    take(opens);
    const auto before = all.size();
    while (!take(closes)) {
      if (all.size() > before && !take(",")) {
        return fault(open, "the bracket is not closed before " + shown(now()),
                     "parts are separated by commas");
      }
      // A list may end with a comma.
      if (closes == "]" && all.size() > before && take(closes)) break;
      auto item = expression();
      if (!item) return tl::unexpected(item.error());
      all.push_back(std::move(*item));
    }
    return {};
  }

  Result primary(bool negative) {
    const Lexeme word = now();
    const auto begin = word.offset;
    if (negative) return number();
    if (take("(")) {
      auto inside = expression();
      if (!inside) return inside;
      if (!take(")")) return fault(word, "the bracket is not closed before " + shown(now()));
      (*inside)->offset = begin;
      (*inside)->length = last_end() - begin;
      return inside;
    }
    if (word.is("[")) {
      std::vector<NodePointer> all;
      if (auto done = items(all, "[", "]"); !done) return tl::unexpected(done.error());
      return make(Form::list, begin, "", std::move(all));
    }
    if (word.is("{")) return fault(word, "maps and messages are not part of the language");
    if (word.sort == Sort::letters) return letters();
    if (word.sort == Sort::whole || word.sort == Sort::fraction) return number();
    // A point before a name means the outermost scope; there is only one.
    if (word.is(".") && ahead(1).sort == Sort::name) ++at_;
    if (now().sort == Sort::name) return name(begin);
    return fault(word,
                 (at_ == 0 || word.sort == Sort::end ? "something is missing before "
                                                     : "something else is expected than ") +
                     shown(word),
                 word.sort == Sort::end && at_ == 0 ? "the expression is empty" : "");
  }

  Result name(std::uint32_t begin) {
    const Lexeme word = now();
    ++at_;
    if (word.text == "true" || word.text == "false") {
      return literal(begin, boolean(word.text == "true"), "");
    }
    if (word.text == "null") return literal(begin, null(), "");
    if (word.text == "in" ||
        std::find(kReserved.begin(), kReserved.end(), word.text) != kReserved.end()) {
      return fault(word, "`" + std::string(word.text) + "` is reserved and no name");
    }
    if (!now().is("(")) return make(Form::name, begin, std::string(word.text), {});
    std::vector<NodePointer> all;
    if (auto done = arguments(all); !done) return tl::unexpected(done.error());
    if (word.text != "has") {
      return make(Form::call, begin, std::string(word.text), std::move(all));
    }
    if (all.size() != 1 || !all[0]->is(Form::name)) {
      return fault(word, "has() asks for one field", "has(holder.city)");
    }
    return make(Form::has, begin, "has", std::move(all));
  }

  Result number() {
    const auto begin = now().offset;
    const bool negative = take("-");
    const Lexeme word = now();
    ++at_;
    const std::string written = (negative ? "-" : "") + std::string(word.text);
    const auto value = word.sort == Sort::whole ? read_whole(written) : read_fraction(written);
    if (value) return literal(begin, *value, written);
    return shifted(value.error(), begin, last_end() - begin);
  }

  Result letters() {
    const Lexeme word = now();
    ++at_;
    const auto value = read_letters(word.text, constants_);
    if (value) return literal(word.offset, *value, "");
    return shifted(value.error(), word.offset, value.error().length);
  }

  Result literal(std::uint32_t begin, const Value& value, std::string written) const {
    auto node = make(Form::literal, begin, std::move(written), {});
    (*node)->value = value;
    (*node)->type = {value.kind};
    return node;
  }

  static Result shifted(Fault fault, std::uint32_t by, std::uint32_t length) {
    fault.offset += by;
    fault.length = length;
    return tl::unexpected(std::move(fault));
  }

  std::vector<Lexeme> words_;
  Constants& constants_;
  std::size_t at_ = 0;
  std::uint32_t depth_ = 0;
};

}  // namespace

Result parse(std::string_view text, Constants& constants) {
  if (text.size() > kLongestText) {
    return tl::unexpected(Fault{0, 0, "the expression is longer than 64 KiB", "", ""});
  }
  auto words = lexemes(text);
  if (!words) return tl::unexpected(words.error());
  return Parser(std::move(*words), constants).whole();
}

}  // namespace assay::core::expression
