#include "core/expression/word_reader.hpp"

#include <algorithm>
#include <utility>

#include "core/expression/parser.hpp"

namespace assay::core::expression {

tl::unexpected<Fault> fault_at(const Lexeme& word, std::string message, std::string help) {
  return tl::unexpected(Fault{word.offset, static_cast<std::uint32_t>(word.text.size()),
                              std::move(message), "", std::move(help)});
}

std::string said(const Lexeme& word) {
  return word.sort == Lexeme::Sort::end ? "the end" : "`" + std::string(word.text) + "`";
}

bool WordReader::name_follows() const {
  return at_ + 1 < words_.size() && words_[at_ + 1].sort == Lexeme::Sort::name;
}

bool WordReader::take(std::string_view sign) {
  if (!now().is(sign)) return false;
  ++at_;
  return true;
}

tl::expected<void, Fault> WordReader::close(std::string_view sign, const Lexeme& open) {
  if (take(sign)) return {};
  return fault_at(open, "the bracket is not closed before " + said(now()));
}

std::uint32_t WordReader::length_from(std::uint32_t begin) const {
  return before().offset + static_cast<std::uint32_t>(before().text.size()) - begin;
}

NodeResult WordReader::make(Node::Form form, std::uint32_t begin, std::string text,
                            std::vector<NodePointer> children) const {
  auto node = std::make_unique<Node>();
  node->form = form;
  node->offset = begin;
  node->length = length_from(begin);
  node->text = std::move(text);
  for (const auto& child : children) node->height = std::max(node->height, child->height + 1);
  node->children = std::move(children);
  if (node->height > kHighest) return fault_at(*node, "the expression is too complex");
  return node;
}

}  // namespace assay::core::expression
