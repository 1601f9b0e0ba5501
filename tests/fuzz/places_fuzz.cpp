// Feeds bytes to the parser of places and checks what holds for any of them.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "plugins/rules/places.hpp"

namespace {

using assay::rules::Place;
using assay::rules::Places;

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::istringstream lines(text);
  try {
    const Places places(lines, "places.csv");
    // Every line's name that was taken leads to a place on the globe.
    std::istringstream again(text);
    std::size_t found = 0;
    for (std::string line; std::getline(again, line);) {
      const auto second = line.rfind(',');
      if (second == std::string::npos || second == 0) continue;
      const auto first = line.rfind(',', second - 1);
      if (first == std::string::npos) continue;
      const auto* place = places.find(line.substr(0, first));
      if (place == nullptr) continue;
      ++found;
      expect(std::abs(place->latitude) <= 90 && std::abs(place->longitude) <= 180);
      const auto distance = assay::rules::distance_km(*place, Place{0, 0});
      expect(distance >= 0 && distance < 20'100);
    }
    expect(found >= places.size());
  } catch (const assay::Refusal& refusal) {
    expect(refusal.what() != std::string());
  }
  return 0;
}
