// Cuts the text of an expression into its words.
#pragma once

#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/expression/fault.hpp"

namespace assay::core::expression {

struct Lexeme {
  enum class Sort : std::uint8_t {
    end,
    name,      // a word that is no literal: a field, a function, `in`
    whole,     // 12, 0x1F, 12u
    fraction,  // 1.5, .5, 1e3
    letters,   // 'a', r"a", b'a', """a"""
    sign,      // an operator or a bracket
  };
  Sort sort = Sort::end;
  std::uint32_t offset = 0;
  std::string_view text;

  bool is(std::string_view wanted) const {
    return (sort == Sort::sign || sort == Sort::name) && text == wanted;
  }
};

// Ends with one lexeme of sort `end`. White space and comments (`// to the end of the line`) are
// left out.
tl::expected<std::vector<Lexeme>, Fault> lexemes(std::string_view text);

}  // namespace assay::core::expression
