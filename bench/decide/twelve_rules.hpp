// Twelve rules over twenty features: four from their libraries, eight without code.
//
// The rules read the features by name. In the one configuration a name stands for a declared
// feature; in the other for a field that no message has and somebody else fills in. So the rules
// are the same to the letter, and what differs is who computes history.
#pragma once

#include <array>
#include <string>

namespace assay::bench {

struct NamedFeature {
  const char* name;
  const char* type;  // as a field's
  const char* text;
};
// In the order of PlainFeatures::Answers.
extern const std::array<NamedFeature, 20> kTwentyFeatures;

// The sections `schema`, `rules` and, with history, `features`.
std::string twelve_rules(bool with_history);

}  // namespace assay::bench
