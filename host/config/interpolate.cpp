#include "host/config/interpolate.hpp"

#include <cstdlib>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace assay::host {
namespace {

// Keys, passwords and certificates are small.
constexpr std::size_t max_file_bytes = 256u << 10;

using Failure = tl::unexpected<Diagnostic>;

Diagnostic fault(std::string message, std::string help) {
  return {.code = Code::bad_interpolation, .message = std::move(message), .help = std::move(help)};
}

tl::expected<std::string, Diagnostic> from_environment(std::string_view text,
                                                       const Environment& environment) {
  const auto split = text.find(":-");
  const std::string name(text.substr(0, split));
  if (name.empty()) {
    return Failure(
        fault("`${env:}` names no variable", "write ${env:NAME} or ${env:NAME:-default}"));
  }
  auto value = environment(name);
  if (split != std::string_view::npos && (!value || value->empty())) {
    return std::string(text.substr(split + 2));
  }
  if (!value) {
    const std::string shown = shown_key(name);
    return Failure(fault("the environment variable `" + shown + "` is not set",
                         "set it, or give a default: ${env:" + shown + ":-default}"));
  }
  return std::move(*value);
}

tl::expected<std::string, Diagnostic> from_file(std::string_view path, const Span& where) {
  if (path.empty()) return Failure(fault("`${file:}` names no file", "write ${file:path}"));
  const std::string resolved = resolve_path(where, path);
  const auto source = Source::load(resolved, max_file_bytes);
  if (!source) {
    return Failure(fault("the file `" + resolved + "` cannot be read: " + source.error(),
                         "a relative path starts at the file in which it stands"));
  }
  std::string text = (*source)->text();
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

class Interpolator {
 public:
  Interpolator(const Environment& environment, Diagnostics& diagnostics)
      : environment_(environment), diagnostics_(diagnostics) {}

  void visit(Node& node) {
    if (node.is_scalar()) scalar(node);
    for (Node& item : node.items) visit(item);
    for (Entry& entry : node.entries) visit(entry.value);
  }

 private:
  void scalar(Node& node) {
    if (node.text.find("${") == std::string::npos) return;
    std::string result;
    std::string_view rest = node.text;
    while (!rest.empty()) {
      const auto start = rest.find("${");
      if (start == std::string_view::npos) {
        result += rest;
        break;
      }
      // Judged by what is written, not by what came out so far: a value may end in a dollar sign.
      const bool escaped = start > 0 && rest[start - 1] == '$';
      result += rest.substr(0, start);
      rest.remove_prefix(start);
      if (escaped) {
        result += "{";
        rest.remove_prefix(2);
        continue;
      }
      const auto end = rest.find('}');
      if (end == std::string_view::npos) {
        report(node,
               fault("`${` has no closing `}`", "write $${ for the two characters themselves"));
        return;
      }
      auto value = replace(node, rest.substr(2, end - 2));
      if (!value) {
        report(node, std::move(value.error()));
        return;
      }
      result += *value;
      rest.remove_prefix(end + 1);
    }
    node.written = std::exchange(node.text, std::move(result));
  }

  tl::expected<std::string, Diagnostic> replace(Node& node, std::string_view body) {
    if (body.starts_with("env:")) return from_environment(body.substr(4), environment_);
    if (body.starts_with("file:")) {
      node.secret = true;
      return from_file(body.substr(5), node.span);
    }
    return Failure(fault("what `${` begins is neither `${env:...}` nor `${file:...}`",
                         "write ${env:NAME}, ${env:NAME:-default} or ${file:path}; "
                         "$${ stands for the two characters themselves"));
  }

  void report(Node& node, Diagnostic diagnostic) {
    node.written = node.text;
    node.faulty = true;
    diagnostic.span = node.span;
    diagnostics_.add(std::move(diagnostic));
  }

  const Environment& environment_;
  Diagnostics& diagnostics_;
};

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

void interpolate(Node& root, const Environment& environment, Diagnostics& diagnostics) {
  Interpolator(environment, diagnostics).visit(root);
}

}  // namespace assay::host
