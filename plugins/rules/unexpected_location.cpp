// Flags a transaction in a place that is neither the holder's city nor a known exception.
//
// A weak sign by itself (people travel), so its score is low and it is meant to be combined; the
// customer may be told, a place gives nothing away.
#include <algorithm>
#include <assay/rule.hpp>

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// ASCII letters only: a feed spells a city's accents as the holder's record does, or it differs.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_place(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

class UnexpectedLocation {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "exceptions": {
        "type": "array", "items": {"type": "string"}, "default": [],
        "description": "Places that are never unexpected, e.g. Online or an airport."
      },
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.25,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    for (const auto& exception : binder.config().texts("exceptions")) {
      exceptions_.emplace_back(trimmed(exception));
    }
    score_ = binder.config("score", 0.25);
    location_ = binder.field<std::string_view>("location");
    home_ = binder.field<std::string_view>("holder.city");
    unexpected_ = binder.reason({"unexpected_location",
                                 "paid in {location}, the holder lives in {holder.city}",
                                 "a payment was made in {location}"});
  }

  assay::Verdict evaluate(const assay::Row& tx) const {
    const auto location = trimmed(tx[location_].value_or(""));
    const auto home = trimmed(tx[home_].value_or(""));
    if (location.empty() || home.empty()) return assay::inconclusive();
    const auto expected =
        same_place(location, home) ||
        std::any_of(exceptions_.begin(), exceptions_.end(),
                    [&](const auto& exception) { return same_place(location, exception); });
    return expected ? assay::no_hit() : assay::hit(unexpected_, score_);
  }

 private:
  std::vector<std::string> exceptions_;
  double score_ = 0;
  assay::Field<std::string_view> location_;
  assay::Field<std::string_view> home_;
  assay::Reason unexpected_;
};

}  // namespace

ASSAY_RULE(UnexpectedLocation, "unexpected_location", "1.0.0")
