// Where the parser stands in the words of an expression, and the nodes it makes of them.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/expression/fault.hpp"
#include "core/expression/lexer.hpp"
#include "core/expression/syntax.hpp"

namespace assay::core::expression {

using NodeResult = tl::expected<NodePointer, Fault>;

tl::unexpected<Fault> fault_at(const Lexeme& word, std::string message, std::string help = {});

class WordReader final {
 public:
  explicit WordReader(std::vector<Lexeme> words) : words_(std::move(words)) {}

  const Lexeme& now() const { return words_[at_]; }
  const Lexeme& before() const { return words_[at_ - 1]; }
  bool at_begin() const { return at_ == 0; }
  // Whether a name stands behind the word that is read now.
  bool name_follows() const;

  void step() { ++at_; }
  void step_back() { --at_; }
  // Steps over that sign, if it is there.
  bool take(std::string_view sign);
  // The fault where that sign is missing.
  tl::expected<void, Fault> close(std::string_view sign, const Lexeme& open);

  // From `begin` to the last word that was read.
  std::uint32_t length_from(std::uint32_t begin) const;
  NodeResult make(Node::Form form, std::uint32_t begin, std::string text,
                  std::vector<NodePointer> children) const;

 private:
  std::vector<Lexeme> words_;
  std::size_t at_ = 0;
};

// "`)`", "the end".
std::string said(const Lexeme& word);

}  // namespace assay::core::expression
