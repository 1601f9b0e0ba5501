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

void Exposition::sample(std::uint64_t value, Labels labels) {
  head(labels);
  text_ += fmt::format("{}\n", value);
}

void Exposition::sample(double value, Labels labels) {
  head(labels);
  text_ += fmt::format("{}\n", value);
}

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} ", name);
  append_escaped(text_, help, false);
  text_ += fmt::format("\n# TYPE {} {}\n", name, type);
}

void Exposition::head(Labels labels) {
  text_ += name_;
  char before = '{';
  for (const auto& [label, value] : labels) {
    text_ += before;
    before = ',';
    text_ += label;
    text_ += "=\"";
    append_escaped(text_, value, true);
    text_ += '"';
  }
  text_ += labels.size() > 0 ? "} " : " ";
}

}  // namespace assay::host
