// The part of the configuration's JSON Schema that every sink of mails has: a list of properties,
// to be joined with the sink's own while compiling, because describe() answers one constant text.
#pragma once

#include <array>
#include <cstddef>

namespace assay::mail {

inline constexpr char mail_properties[] = R"(
    "from": {"type": "string", "description": "sender, name@domain or Name <name@domain>"},
    "reply_to": {"type": "string", "description": "where answers go; the sender if absent"},
    "desk": {"type": "string",
      "description": "address of the fraud desk: gets what the customer may not know"},
    "audience": {"enum": ["customer", "desk", "both"], "default": "both",
      "description": "whom this step tells"},
    "domain": {"type": "string",
      "description": "behind the @ of the Message-ID and in EHLO; that of from if absent"},
    "help": {
      "type": "object",
      "additionalProperties": false,
      "description": "what the customer is to do",
      "properties": {
        "text": {"type": "string"},
        "phone": {"type": "string"},
        "url": {"type": "string", "pattern": "^https://"}
      }
    },
    "templates": {
      "type": "object",
      "additionalProperties": false,
      "description": "mustache templates in the place of the built-in ones",
      "properties": {
        "customer": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "subject": {"type": "string"},
            "text": {"type": "string", "format": "path"},
            "html": {"type": "string", "format": "path"}
          }
        },
        "desk": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "subject": {"type": "string"},
            "text": {"type": "string", "format": "path"},
            "html": {"type": "string", "format": "path"}
          }
        }
      }
    })";

// The texts one behind the other, with one NUL at the end.
template <std::size_t... sizes>
[[nodiscard]] constexpr auto joined(const char (&... parts)[sizes]) {
  std::array<char, (sizes + ...) - sizeof...(sizes) + 1> text{};
  std::size_t end = 0;
  const auto append = [&](const char* part, std::size_t size) {
    for (std::size_t i = 0; i + 1 < size; ++i) text[end++] = part[i];
  };
  (append(parts, sizes), ...);
  return text;
}

}  // namespace assay::mail
