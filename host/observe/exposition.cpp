#include "host/observe/exposition.hpp"

#include <spdlog/fmt/fmt.h>

namespace assay::host {
namespace {

// The format escapes a backslash and a line break everywhere, a quote in label values.
void append_escaped(std::string& to, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\n') {
      to += "\\n";
      continue;
    }
    if (c == '\\' || (quotes && c == '"')) to += '\\';
    to += c;
  }
}

}  // namespace

void Exposition::counter(std::string_view name, std::string_view help) {
  family(name, "counter", help);
}

void Exposition::gauge(std::string_view name, std::string_view help) {
  family(name, "gauge", help);
}

void Exposition::histogram(std::string_view name, std::string_view help) {
  family(name, "histogram", help);
}

void Exposition::sample(std::uint64_t value, Labels labels) {
  head("", labels);
  text_ += fmt::format("{}\n", value);
}

void Exposition::sample(double value, Labels labels) {
  head("", labels);
  text_ += fmt::format("{}\n", value);
}

// Each bound counts what is below it, too.
void Exposition::sample(const Histogram& times, Labels labels) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i <= Histogram::kBounds.size(); ++i) {
    sum += times.count(i);
    const bool last = i == Histogram::kBounds.size();
    head("_bucket", labels, last ? "+Inf" : fmt::format("{}", Histogram::kBounds[i]));
    text_ += fmt::format("{}\n", sum);
  }
  head("_sum", labels);
  text_ += fmt::format("{}\n", times.seconds());
  head("_count", labels);
  text_ += fmt::format("{}\n", sum);
}

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} ", name);
  append_escaped(text_, help, false);
  text_ += fmt::format("\n# TYPE {} {}\n", name, type);
}

void Exposition::head(std::string_view suffix, Labels labels, std::string_view bound) {
  text_ += name_;
  text_ += suffix;
  char before = '{';
  const auto append = [&](std::string_view label, std::string_view value) {
    text_ += before;
    before = ',';
    text_ += label;
    text_ += "=\"";
    append_escaped(text_, value, true);
    text_ += '"';
  };
  for (const auto& [label, value] : labels) append(label, value);
  if (!bound.empty()) append("le", bound);
  text_ += before == ',' ? "} " : " ";
}

}  // namespace assay::host
