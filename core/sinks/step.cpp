#include "core/sinks/step.hpp"

#include <cctype>

namespace assay::core {
namespace {

// Reads the condition from left to right; remembers the first fault.
class ConditionReader {
 public:
  explicit ConditionReader(std::string_view text) : text_(text) {}

  tl::expected<OutcomeSet, ConditionFault> read() {
    OutcomeSet set;
    if (word("true")) {
      set.set();
    } else if (!word("decision")) {
      return fault("expected `decision` or `true`");
    } else if (symbol("==")) {
      if (!outcome(set)) return bad_outcome();
    } else if (symbol("!=")) {
      if (!outcome(set)) return bad_outcome();
      set.flip();
    } else if (word("in") && symbol("[")) {
      do {
        if (!outcome(set)) return bad_outcome();
      } while (symbol(","));
      if (!symbol("]")) return fault("expected `]`");
    } else {
      return fault("expected `==`, `!=` or `in [`");
    }
    skip_space();
    if (at_ < text_.size()) return fault("expected the end of the condition");
    return set;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool symbol(std::string_view symbol) {
    skip_space();
    if (!text_.substr(at_).starts_with(symbol)) return false;
    at_ += symbol.size();
    return true;
  }
  bool word(std::string_view word) {
    skip_space();
    const auto rest = text_.substr(at_);
    if (!rest.starts_with(word)) return false;
    if (rest.size() > word.size() && std::isalnum(static_cast<unsigned char>(rest[word.size()]))) {
      return false;
    }
    at_ += word.size();
    return true;
  }
  bool outcome(OutcomeSet& set) {
    skip_space();
    for (std::size_t i = 0; i < kOutcomes; ++i) {
      const auto name = to_string(static_cast<Outcome>(i));
      for (const char* quote : {"\"", "'"}) {
        if (symbol(quote + std::string(name) + quote)) {
          set.set(i);
          return true;
        }
      }
    }
    return false;
  }
  tl::unexpected<ConditionFault> fault(std::string message) const {
    return tl::make_unexpected(ConditionFault{static_cast<std::uint32_t>(at_), std::move(message)});
  }
  tl::unexpected<ConditionFault> bad_outcome() const {
    return fault(R"(expected "approve", "review" or "decline")");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

tl::expected<OutcomeSet, ConditionFault> parse_condition(std::string_view text) {
  return ConditionReader(text).read();
}

}  // namespace assay::core
