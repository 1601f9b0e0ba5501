// Randomness that gives the same numbers on every machine. The engine is std::mt19937_64, whose
// output the standard fixes; the distributions are ours, because the standard leaves theirs to each
// library and the same seed would give other bytes elsewhere. None calls the mathematics library,
// for the same reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace assay::host {

class SeededRandom {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }

  // Uniform in [0, bound), bound at least 1. The bias of the multiplication is below bound / 2^32.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((engine_() >> 32) * bound) >> 32);
  }

  // Uniform in [low, high], both ends included; the width must be below 2^32.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint32_t>(high - low + 1)));
  }

  // Uniform in [0, 1).
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

  bool chance(double probability) { return unit() < probability; }

  bool one_in(std::uint32_t n) { return below(n) == 0; }

  // Exponential with mean 1, by von Neumann's method: it compares uniforms and needs no logarithm.
  double exponential() {
    for (double whole = 0.0;; whole += 1.0) {
      const double first = unit();
      double previous = first;
      int run = 1;
      for (double next = unit(); next < previous; next = unit()) {
        previous = next;
        ++run;
      }
      if (run % 2 == 1) return whole + first;
    }
  }

  // A right-skewed factor in permille, median 1000, from about 200 to 5000: how amounts spread
  // about the usual.
  std::int64_t skewed_permille() {
    static constexpr std::int64_t steps[] = {200,  350,  500,  650,  800, 1000,
                                             1250, 1600, 2100, 3000, 5000};
    const std::uint32_t draw = below(10'000);
    const std::size_t step = draw / 1000;
    return steps[step] + (steps[step + 1] - steps[step]) * (draw % 1000) / 1000;
  }

  // From half to twice, in permille; as often below the usual as above it.
  std::int64_t half_to_twice_permille() {
    return one_in(2) ? between(500, 1000) : between(1000, 2000);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace assay::host
