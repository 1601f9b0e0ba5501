// The verdicts of one batch: a row of 16-byte records for each rule.
//
// Rules write into it through the ABI; the decision reads it. Further pieces of evidence, which
// only hits have, stand beside. Nothing is allocated after construction.
//
// Thread: the worker that owns it.
#pragma once

#include <assay/rule.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/model/words.hpp"

namespace assay::core {

class VerdictTable final {
 public:
  VerdictTable(std::size_t rules, std::uint32_t rows)
      : rows_(rows), verdicts_(rules * rows), more_(rules * rows) {
    for (std::size_t rule = 0; rule < rules; ++rule) {
      outputs_.push_back(
          {{sizeof(assay_verdicts), 0, &verdicts_[rule * rows]}, &more_[rule * rows], 0});
    }
  }

  std::size_t rules() const { return outputs_.size(); }

  // Where a rule writes its verdicts on `rows` rows: all "no hit" so far.
  const assay_verdicts* output(std::size_t rule, std::uint32_t rows) {
    auto& output = outputs_[rule];
    output.head.count = rows;
    // Evidence of an earlier batch belongs to another customer; few rules explain, so this is rare.
    std::fill_n(output.more, output.explained, More{});
    output.explained = 0;
    std::memset(output.head.rows, 0, std::size_t{rows} * sizeof(assay_verdict));
    return &output.head;
  }

  assay_verdict& at(std::size_t rule, std::uint32_t row) { return verdicts_[rule * rows_ + row]; }
  const assay_verdict& at(std::size_t rule, std::uint32_t row) const {
    return verdicts_[rule * rows_ + row];
  }
  std::span<const assay_verdict> of(std::size_t rule, std::uint32_t rows) const {
    return {&verdicts_[rule * rows_], rows};
  }

  EvidenceValues evidence(std::size_t rule, std::uint32_t row) const {
    const auto& more = more_[rule * rows_ + row].values;
    return {at(rule, row).evidence, more[0], more[1], more[2]};
  }

  // Rows behind the last one that may have more than its first piece of evidence.
  std::uint32_t explained(std::size_t rule) const { return outputs_[rule].explained; }

  // Bits of the pieces of evidence that the hit does not have: absent is not zero.
  std::uint8_t absent_evidence(std::size_t rule, std::uint32_t row) const {
    return more_[rule * rows_ + row].absent;
  }

  // One row's verdict with its evidence, from a row of another table.
  void copy(std::size_t rule, std::uint32_t row, const VerdictTable& from, std::size_t from_rule,
            std::uint32_t from_row) {
    at(rule, row) = from.at(from_rule, from_row);
    more_[rule * rows_ + row] = from.more_[from_rule * from.rows_ + from_row];
    note_explained(outputs_[rule], row);
  }

  // `number` 0 to 3. Of a rule of the engine's own.
  static void leave_out(const assay_verdicts* verdicts, std::uint32_t row, std::uint32_t number) {
    const auto* output = reinterpret_cast<const Output*>(verdicts);
    output->more[row].absent |= static_cast<std::uint8_t>(1u << number);
    note_explained(*output, row);
  }

  // assay.explain/1: `number` 1 to 3; anything else is ignored.
  static void explain(const assay_verdicts* verdicts, std::uint32_t row, std::uint32_t number,
                      std::int64_t value) {
    const auto* output = reinterpret_cast<const Output*>(verdicts);
    if (row < output->head.count && number >= 1 && number < ASSAY_MAX_EVIDENCE) {
      output->more[row].values[number - 1] = value;
      note_explained(*output, row);
    }
  }

 private:
  struct More {
    std::int64_t values[ASSAY_MAX_EVIDENCE - 1]{};
    std::uint8_t absent = 0;
  };
  struct Output {
    assay_verdicts head;  // first: the plugin hands its address back
    More* more;
    mutable std::uint32_t explained;  // rows of `more` that may hold something
  };

  static void note_explained(const Output& output, std::uint32_t row) {
    if (output.explained <= row) output.explained = row + 1;
  }

  std::uint32_t rows_;
  std::vector<assay_verdict> verdicts_;
  std::vector<More> more_;
  std::vector<Output> outputs_;
};

}  // namespace assay::core
