// An expression ready to be asked of rows: flat, typed, over slots.
//
// Nothing is looked up by name and nothing is allocated: registers and scratch memory are reserved
// when the program is made. (RE2 fills the automaton of a pattern as it meets new texts, inside the
// memory that the pattern was given.)
//
// Thread: one at a time; each thread compiles programs of its own.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/expression/constants.hpp"
#include "core/expression/emitter.hpp"
#include "core/expression/scratch.hpp"
#include "core/expression/short_way.hpp"
#include "core/expression/syntax.hpp"
#include "core/model/condition.hpp"
#include "core/model/row_block.hpp"

namespace assay::core::expression {

class Program final : public Condition {
 public:
  // A checked tree and what its literals view. `scratch` bytes are reserved where it makes texts
  // or lists.
  Program(NodePointer tree, Constants constants, std::size_t scratch);

  // A value, absent or an error. A text, list or token views the row, the program or its scratch
  // memory: good until the next call.
  Value evaluate(const RowBlock& block, std::uint32_t row) const;

  // Of a program that was compiled to give a bool.
  Truth test(const RowBlock& block, std::uint32_t row) const override;

  Type type() const { return tree_->type; }
  // Equal for programs that are the same by their form.
  const std::string& text() const { return text_; }
  // The fields it reads, each once, in the order they stand in.
  const std::vector<std::string>& names() const { return names_; }
  const Node& tree() const { return *tree_; }

 private:
  struct Run;

  const Value& run(const RowBlock& block, std::uint32_t row) const;

  Constants constants_;
  NodePointer tree_;
  std::string text_;
  std::vector<std::string> names_;
  Code code_;
  ShortWay short_way_;
  mutable std::vector<Value> registers_;
  mutable Scratch scratch_;
};

}  // namespace assay::core::expression
