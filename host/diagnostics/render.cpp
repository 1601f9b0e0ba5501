#include "host/diagnostics/render.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "host/diagnostics/credentials.hpp"
#include "host/diagnostics/printable.hpp"

namespace assay::host {
namespace {

constexpr std::size_t widest_line = 120;

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return "error";
}

bool continues_letter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return !continues_letter(byte); }));
}

class Painter {
 public:
  explicit Painter(Colour colour) : on_(colour == Colour::always) {}

  [[nodiscard]] std::string strong(std::string_view text) const { return paint("1", text); }
  [[nodiscard]] std::string frame(std::string_view text) const { return paint("1;34", text); }
  [[nodiscard]] std::string loud(Severity severity, std::string_view text) const {
    return paint(severity == Severity::error     ? "1;31"
                 : severity == Severity::warning ? "1;33"
                                                 : "1;36",
                 text);
  }

 private:
  [[nodiscard]] std::string paint(std::string_view style, std::string_view text) const {
    if (!on_) return std::string(text);
    return "\x1b[" + std::string(style) + "m" + std::string(text) + "\x1b[0m";
  }
  bool on_;
};

// The line, cut to what fits around the marked text, and the marks below it.
struct Excerpt {
  std::string line;
  std::string indent;
  std::string carets;
};

Excerpt excerpt(const Span& span) {
  const std::string raw = without_credentials(span.source->shown_line(span.line));
  std::size_t begin = std::min<std::size_t>(span.column > 0 ? span.column - 1 : 0, raw.size());
  std::size_t end =
      std::min<std::size_t>(begin + std::max<std::uint32_t>(span.length, 1), raw.size());
  // Each part by itself, for what is shown may be shorter than what stands there.
  const auto parts = std::string_view(raw);
  const std::string before = printable(parts.substr(0, begin));
  const std::string meant = printable(parts.substr(begin, end - begin));
  std::string line = before + meant + printable(parts.substr(end));
  begin = before.size();
  end = begin + meant.size();
  std::string head;
  if (line.size() > widest_line) {
    std::size_t from = begin > widest_line / 2 ? begin - widest_line / 2 : 0;
    while (from > 0 && continues_letter(line[from])) --from;
    std::size_t to = std::min(line.size(), from + widest_line);
    while (to < line.size() && continues_letter(line[to])) ++to;
    const bool cut_behind = to < line.size();
    line = line.substr(from, to - from) + (cut_behind ? "..." : "");
    end = std::min(end, to) - from;
    begin -= from;
    if (from > 0) head = "...";
  }
  Excerpt result;
  result.indent = std::string(head.size() + letters(std::string_view(line).substr(0, begin)), ' ');
  const std::size_t width = letters(std::string_view(line).substr(begin, end - begin));
  result.carets = std::string(std::max<std::size_t>(width, 1), '^');
  result.line = head + line;
  return result;
}

void human(std::string& out, const Diagnostic& one, const Painter& paint) {
  out += paint.loud(one.severity, std::string(word(one.severity)) + "[" + text(one.code) + "]");
  out += paint.strong(": " + printable(one.message)) + "\n";
  const std::string number = std::to_string(one.span.line);
  const bool has_line = one.span.source && one.span.line > 0;
  const std::string margin(has_line ? number.size() : 1, ' ');
  if (one.span.source) {
    out += margin + paint.frame("--> ") + printable(one.span.text()) + "\n";
  }
  if (has_line) {
    const Excerpt shown = excerpt(one.span);
    out += margin + paint.frame(" |") + "\n";
    out += paint.frame(number + " |") + (shown.line.empty() ? "" : " ") + shown.line + "\n";
    out += margin + paint.frame(" | ") + shown.indent + paint.loud(one.severity, shown.carets);
    if (!one.label.empty()) out += " " + paint.loud(one.severity, printable(one.label));
    out += "\n";
    if (!one.note.empty() || !one.help.empty()) out += margin + paint.frame(" |") + "\n";
  }
  if (!one.note.empty()) {
    out += margin + paint.frame(" = ") + paint.strong("note") + ": " + printable(one.note) + "\n";
  }
  if (!one.help.empty()) {
    out += margin + paint.frame(" = ") + paint.strong("help") + ": " + printable(one.help) + "\n";
  }
  out += "\n";
}

void brief(std::string& out, const Diagnostic& one) {
  const std::string place = one.span.text();
  if (!place.empty()) out += printable(place) + ": ";
  out += std::string(word(one.severity)) + "[" + text(one.code) + "] " + printable(one.message);
  if (!one.help.empty()) out += " (" + printable(one.help) + ")";
  out += "\n";
}

void json(std::string& out, const Diagnostic& one) {
  nlohmann::ordered_json object;
  object["severity"] = word(one.severity);
  object["code"] = text(one.code);
  object["message"] = one.message;
  if (one.span.source) object["file"] = one.span.source->path();
  if (one.span.source && one.span.line > 0) {
    object["line"] = one.span.line;
    object["column"] = one.span.column;
    object["length"] = one.span.length;
  }
  if (!one.path.empty()) object["path"] = one.path;
  if (!one.label.empty()) object["label"] = one.label;
  if (!one.note.empty()) object["note"] = one.note;
  if (!one.help.empty()) object["help"] = one.help;
  // A file need not be UTF-8; the output must be.
  out += object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Diagnostic as_shown(Diagnostic one, const Diagnostics& all) {
  for (std::string* words : {&one.message, &one.label, &one.note, &one.help, &one.path}) {
    *words = all.without_secrets(std::move(*words));
  }
  return one;
}

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

Colour colour_of(int file_descriptor) {
  const char* refused = std::getenv("NO_COLOR");
  if (refused != nullptr && *refused != '\0') return Colour::never;
  return isatty(file_descriptor) == 1 ? Colour::always : Colour::never;
}

std::string render(const Diagnostics& diagnostics, DiagnosticFormat format, Colour colour) {
  std::string out;
  const Painter paint(colour);
  for (const Diagnostic& found : diagnostics.all()) {
    const Diagnostic one = as_shown(found, diagnostics);
    switch (format) {
      case DiagnosticFormat::human:
        human(out, one, paint);
        break;
      case DiagnosticFormat::brief:
        brief(out, one);
        break;
      case DiagnosticFormat::json:
        json(out, one);
        break;
    }
  }
  if (format == DiagnosticFormat::human && !diagnostics.all().empty()) {
    out += counted(diagnostics.errors(), "error") + ", " +
           counted(diagnostics.warnings(), "warning") + "\n";
  }
  return out;
}

}  // namespace assay::host
