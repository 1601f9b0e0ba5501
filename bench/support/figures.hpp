// The figures of one bench program: what was measured, beside what, and whether the goal is met.
//
//   assay::bench::Figures figures("decode", argc, argv);
//   figures.add({"per_message", "ns", decode_ns, bare_ns, at_most(1.5, Of::ratio)});
//   return figures.print();
//
// A figure has one sample for each round. A baseline has as many, taken in turn with them, so that
// what disturbs one disturbs the other; the ratio is the median of the pairs' ratios. The table
// goes to standard output; with `--format json` one object does and the machine is named on
// standard error. `--quick` asks for sizes that only show that everything runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::bench {

enum class Of { value, ratio };

struct Goal {
  double limit;
  bool at_most;
  Of of;
};
constexpr Goal at_most(double limit, Of of = Of::value) { return {limit, true, of}; }
constexpr Goal at_least(double limit, Of of = Of::value) { return {limit, false, of}; }

struct Figure {
  std::string name;
  std::string unit;
  std::vector<double> samples;
  std::vector<double> baseline = {};  // empty: there is nothing to compare with
  std::optional<Goal> goal = {};
};

double median(std::vector<double> values);

class Figures final {
 public:
  // Ends the program where the arguments are wrong or ask for help.
  Figures(std::string bench, int argc, char** argv);

  [[nodiscard]] bool quick() const { return quick_; }
  // How often to measure: `full`, or a few where only a proof of life is wanted.
  [[nodiscard]] int rounds(int full) const { return quick_ ? 2 : full; }

  void add(Figure figure);

  // Answers main()'s result: a goal that is missed is told and is no failure.
  int print() const;

 private:
  void print_table() const;
  void print_json() const;

  std::string bench_;
  std::vector<Figure> figures_;
  bool quick_ = false;
  bool json_ = false;
};

}  // namespace assay::bench
