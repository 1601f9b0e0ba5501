// All chance of one simulated run, from one seed, and the trace that tells two runs apart.
//
// Faults end when calm is called: from then on only harmless choices are left to chance, so a run
// comes to rest.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iostream>
#include <random>
#include <string_view>

namespace assay::simulation {

class Chance final {
 public:
  explicit Chance(std::uint64_t seed, bool told = false) : random_(seed), told_(told) {}

  // 0 to `limit` - 1.
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool coin() { return below(2) == 0; }
  // Something goes wrong, once in so many times.
  bool fault(std::uint64_t one_in) { return below(one_in) == 0 && !calm_; }
  void calm() { calm_ = true; }

  // What happened: in the same order with the same numbers where a seed is run again.
  void note(std::string_view what, std::initializer_list<std::int64_t> numbers) {
    for (const char letter : what) mix(static_cast<std::uint8_t>(letter));
    for (const auto number : numbers) mix(static_cast<std::uint64_t>(number));
    if (!told_) return;
    std::cout << what;
    for (const auto number : numbers) std::cout << ' ' << number;
    std::cout << '\n';
  }
  [[nodiscard]] std::uint64_t trace() const { return trace_; }

 private:
  void mix(std::uint64_t value) { trace_ = (trace_ ^ value) * 0x100000001b3ULL; }  // FNV-1a

  std::mt19937_64 random_;
  bool calm_ = false;
  bool told_;
  std::uint64_t trace_ = 0xcbf29ce484222325ULL;
};

}  // namespace assay::simulation
