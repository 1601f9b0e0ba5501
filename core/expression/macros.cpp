#include "core/expression/macros.hpp"

#include <algorithm>

namespace assay::core::expression {

tl::expected<void, Fault> make_macro(Node& call, const Lexeme& word) {
  const std::string_view name = word.text == "existsOne" ? "exists_one" : word.text;
  const auto found = std::ranges::find(kMacros, name);
  if (found == kMacros.end()) return {};
  const auto form = static_cast<Node::Form>(static_cast<std::size_t>(Node::Form::all) +
                                            static_cast<std::size_t>(found - kMacros.begin()));
  auto& all = call.children;
  const bool is_map = form == Node::Form::map;
  const bool fits = all.size() == 3 || (is_map && all.size() == 4);
  const bool named =
      all.size() > 1 && all[1]->is(Node::Form::name) && all[1]->text.find('.') == std::string::npos;
  if (!fits || !named) {
    return fault_at(word,
                    "`" + std::string(word.text) + "` wants a name for the elements and " +
                        (is_map ? "what to make of each" : "a condition"),
                    "list." + std::string(word.text) + "(x, x > 0)");
  }
  call.form = form;
  call.member = false;
  call.text = all[1]->text;
  all.erase(all.begin() + 1);
  return {};
}

}  // namespace assay::core::expression
