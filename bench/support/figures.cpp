#include "bench/support/figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>
#include <utility>

namespace assay::bench {
namespace {

std::string machine() {
  std::string model = "unknown processor";
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);) {
    if (line.starts_with("model name")) {
      model = line.substr(std::min(line.find(':') + 2, line.size()));
      break;
    }
  }
  double load = 0;
  std::ifstream("/proc/loadavg") >> load;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", load);
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) +
         " cores, load average " + text;
}

std::optional<double> ratio_of(const Figure& figure) {
  if (figure.baseline.empty()) return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < figure.samples.size(); ++i) {
    ratios.push_back(figure.samples[i] / figure.baseline[i]);
  }
  return median(ratios);
}

bool met(const Figure& figure) {
  const auto found =
      figure.goal->of == Of::ratio ? ratio_of(figure).value_or(NAN) : median(figure.samples);
  return figure.goal->at_most ? found <= figure.goal->limit : found >= figure.goal->limit;
}

std::string number(double value) {
  char text[40];
  const char* format = std::abs(value) >= 1000 ? "%.0f" : std::abs(value) >= 10 ? "%.1f" : "%.3f";
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string spread(const std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return number(*least) + " / " + number(median(values)) + " / " + number(*most);
}

[[noreturn]] void usage(const std::string& bench, int result) {
  std::fprintf(result == 0 ? stdout : stderr,
               "Usage: bench_%s [--format human|json] [--quick]\n"
               "  --quick  small sizes that only show that everything runs\n",
               bench.c_str());
  std::exit(result);
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return NAN;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Figures::Figures(std::string bench, int argc, char** argv) : bench_(std::move(bench)) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view next = i + 1 < argc ? argv[i + 1] : "";
    if (argument == "--quick") {
      quick_ = true;
    } else if (argument == "--format" && (next == "json" || next == "human")) {
      json_ = next == "json";
      ++i;
    } else {
      usage(bench_, argument == "--help" ? 0 : 2);
    }
  }
}

void Figures::add(Figure figure) {
  if (figure.samples.empty() ||
      (!figure.baseline.empty() && figure.baseline.size() != figure.samples.size())) {
    std::fprintf(stderr, "bench_%s: %s has %zu samples and %zu of its baseline\n", bench_.c_str(),
                 figure.name.c_str(), figure.samples.size(), figure.baseline.size());
    std::exit(1);
  }
  figures_.push_back(std::move(figure));
}

int Figures::print() const {
  json_ ? print_json() : print_table();
  return std::fflush(stdout) == 0 ? 0 : 1;
}

void Figures::print_table() const {
  std::printf("%s: %s\n%-26s %-9s %-28s %-28s %-6s %s\n", bench_.c_str(), machine().c_str(), "",
              "unit", "min / median / max", "baseline", "ratio", "goal");
  for (const auto& figure : figures_) {
    const auto ratio = ratio_of(figure);
    std::string goal;
    if (figure.goal) {
      goal = std::string(figure.goal->of == Of::ratio ? "ratio " : "") +
             (figure.goal->at_most ? "<= " : ">= ") + number(figure.goal->limit) +
             (met(figure) ? "" : "  MISSED");
    }
    std::printf("%-26s %-9s %-28s %-28s %-6s %s\n", figure.name.c_str(), figure.unit.c_str(),
                spread(figure.samples).c_str(),
                figure.baseline.empty() ? "-" : spread(figure.baseline).c_str(),
                ratio ? number(*ratio).c_str() : "-", goal.c_str());
  }
}

void Figures::print_json() const {
  std::fprintf(stderr, "%s: %s\n", bench_.c_str(), machine().c_str());
  nlohmann::ordered_json all = nlohmann::ordered_json::object();
  for (const auto& figure : figures_) {
    const auto [least, most] = std::minmax_element(figure.samples.begin(), figure.samples.end());
    nlohmann::ordered_json one{{"value", median(figure.samples)},
                               {"unit", figure.unit},
                               {"baseline", nullptr},
                               {"ratio", nullptr},
                               {"min", *least},
                               {"max", *most}};
    if (const auto ratio = ratio_of(figure)) {
      one["baseline"] = median(figure.baseline);
      one["ratio"] = *ratio;
    }
    if (figure.goal) {
      one["goal"] = figure.goal->limit;
      one["goal_of"] = figure.goal->of == Of::ratio ? "ratio" : "value";
      one["met"] = met(figure);
    }
    all[bench_ + "." + figure.name] = std::move(one);
  }
  std::printf("%s\n", all.dump(2).c_str());
}

}  // namespace assay::bench
