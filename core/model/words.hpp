// The words of a reason: a template compiled at load, filled in for each hit.
//
// `{name}` stands for a piece of evidence, for a field of the transaction or for a text that is
// known at load. Which of them, and where it is, is resolved once; filling in appends to a buffer
// and looks nothing up.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/model/row_block.hpp"

namespace assay::core {

using EvidenceValues = std::array<std::int64_t, ASSAY_MAX_EVIDENCE>;

struct EvidenceInfo {
  std::string name;
  std::string unit;  // printed behind the number; empty for none
  FieldType type = FieldType::int64;
};

// As a person reads it: "1234.50", "10 minutes", "2026-03-01 14:05:09 UTC", "0.82". Texts and
// tokens have no number to print.
void append_value(std::string& to, FieldType type, std::int64_t bits);

class Words final {
 public:
  struct Unknown {
    std::string name;
    std::uint32_t at;  // offset of the brace in the template
  };

  // What a name that is no evidence stands for.
  using Known = std::variant<Slot, std::string>;
  using Find = std::function<std::optional<Known>(std::string_view)>;
  // Nothing for a template that is sound; else the first name that nobody knows.
  static std::optional<Unknown> parse(std::string_view text,
                                      const std::vector<EvidenceInfo>& evidence, const Find& find,
                                      Words& words);

  bool empty() const { return pieces_.empty(); }
  void append_to(std::string& to, const std::vector<EvidenceInfo>& evidence,
                 const EvidenceValues& values, const RowBlock& block, std::uint32_t row) const;

 private:
  struct Piece {
    enum class Kind { literal, evidence, field } kind = Kind::literal;
    std::string text;
    std::uint32_t index = 0;  // of the evidence or of the slot
  };
  std::vector<Piece> pieces_;
};

}  // namespace assay::core
