#include "plugins/sinks/mail/templates.hpp"

#include <algorithm>
#include <assay/file.hpp>

#include "plugins/sinks/mail/default_templates.hpp"
#include "plugins/sinks/mail/template_values.hpp"
#include "plugins/sinks/mail/text.hpp"

namespace assay::mail {
namespace {

using kainjow::mustache::mustache;

constexpr std::size_t kLargestTemplate = 1 << 20;  // bytes

struct Source {
  std::string key;
  std::string file;  // empty: the text stands in the configuration, or is built in
  std::string text;
};

Refusal refusal(const Config& config, const Source& source, std::size_t at,
                const std::string& message) {
  if (source.file.empty()) return config.refuse(source.key, message);
  const auto lines =
      std::count(source.text.begin(), source.text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  return Refusal(message).at(source.file, static_cast<std::uint32_t>(lines + 1));
}

std::string listed(std::span<const std::string_view> names) {
  std::string list;
  for (const auto name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

// The name of the tag whose inside this is: without sigil and spaces.
std::string_view tag_name(std::string_view inside) {
  const auto first = inside.find_first_not_of(" \t\n#/^&{");
  if (first == std::string_view::npos) return {};
  inside.remove_prefix(first);
  return inside.substr(0, inside.find_first_of(" \t\n}"));
}

void check_names(const Config& config, const Source& source, Audience audience) {
  const auto names = template_names(audience);
  for (auto at = source.text.find("{{"); at != std::string::npos;
       at = source.text.find("{{", at + 2)) {
    const auto end = std::min(source.text.find("}}", at), source.text.size());
    const auto inside = std::string_view(source.text).substr(at + 2, end - at - 2);
    if (inside.empty() || inside.front() == '!') continue;
    if (inside.front() == '>' || inside.front() == '=') {
      throw refusal(config, source, at, "partials and other delimiters are not supported");
    }
    if (audience == Audience::customer && (inside.front() == '{' || inside.front() == '&')) {
      throw refusal(config, source, at, "unescaped values are not allowed in a customer's mail")
          .advise("write {{name}} with two braces");
    }
    const auto name = tag_name(inside);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw refusal(config, source, at,
                    "this template has no value named \"" + std::string(name) + "\"")
          .advise("the names are " + listed(names));
    }
  }
}

mustache compile(const Config& config, const Source& source, Audience audience) {
  mustache compiled(source.text);
  if (!compiled.is_valid()) {
    throw refusal(config, source, 0, "not a mustache template: " + compiled.error_message());
  }
  check_names(config, source, audience);
  return compiled;
}

std::string content_of(const Config& config, const std::string& key, const std::string& file) {
  auto read = read_file(file, kLargestTemplate);
  if (read.fault.empty()) return std::move(read.text);
  throw config.refuse(key, "cannot read the template " + file + ": " + read.fault);
}

mustache from_file(const Config& config, const std::string& key, std::string_view built_in,
                   Audience audience) {
  Source source{key, std::string(config.path(key, "")), std::string(built_in)};
  if (!source.file.empty()) source.text = content_of(config, key, source.file);
  return compile(config, source, audience);
}

mustache from_text(const Config& config, const std::string& key, std::string_view built_in,
                   Audience audience) {
  return compile(config, {key, "", std::string(config.get(key, built_in))}, audience);
}

std::string keys_of(Audience audience) {
  return audience == Audience::customer ? "templates.customer." : "templates.desk.";
}

// A section that is left out leaves its empty line behind: of several, one stays.
std::string without_gaps(const std::string& text) {
  std::string closed;
  closed.reserve(text.size());
  std::size_t copied = 0;
  for (auto gap = text.find("\n\n\n"); gap != std::string::npos;
       gap = text.find("\n\n\n", copied)) {
    closed.append(text, copied, gap + 2 - copied);
    copied = std::min(text.find_first_not_of('\n', gap), text.size());
  }
  return closed.append(text, copied);
}

// Into a string at once: mustache's own way to one is by a stream.
std::string filled_in(mustache& text, const kainjow::mustache::data& values) {
  std::string filled;
  text.render(values, [&](const std::string& piece) { filled += piece; });
  return filled;
}

std::string unescaped(const std::string& text) { return text; }

}  // namespace

Templates::Templates(const Config& config, Audience audience)
    : audience_(audience),
      subject_(from_text(config, keys_of(audience) + "subject", default_templates(audience).subject,
                         audience)),
      text_(from_file(config, keys_of(audience) + "text", default_templates(audience).text,
                      audience)),
      html_(from_file(config, keys_of(audience) + "html", default_templates(audience).html,
                      audience)) {
  // Only the HTML part is HTML: "Marks & Spencer" must stay so in the others.
  subject_.set_custom_escape(unescaped);
  text_.set_custom_escape(unescaped);
}

Words Templates::render(const Alert& alert, const Help& help, const std::string& sender) {
  const auto values = template_values(alert, audience_, help, sender);
  return {single_line(filled_in(subject_, values)), without_gaps(filled_in(text_, values)),
          without_gaps(filled_in(html_, values))};
}

}  // namespace assay::mail
