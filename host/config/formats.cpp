#include "host/config/formats.hpp"

#include <algorithm>
#include <array>

#include "host/config/listen.hpp"
#include "host/config/values.hpp"

namespace assay::host {
namespace {

using Fault = std::optional<std::string>;

template <auto Parse>
Fault parsed(std::string_view text) {
  const auto value = Parse(text);
  return value ? std::nullopt : Fault(value.error());
}

Fault not_empty(std::string_view text) {
  return text.empty() ? Fault("it must not be empty") : std::nullopt;
}

struct Format {
  std::string_view name;
  Fault (*fault)(std::string_view);
  std::string_view words;
};

constexpr std::array formats{
    Format{"duration", parsed<parse_duration>, "a duration such as `10m`"},
    Format{"size", parsed<parse_size>, "a size such as `64 KiB`"},
    Format{"decimal", parsed<parse_decimal>, "a decimal such as `10.00`"},
    Format{"money", parsed<parse_money>, "an amount and a currency such as `10.00 EUR`"},
    Format{"rate", parsed<parse_rate>, "a rate such as `100/m`"},
    Format{"share", parsed<parse_share>, "a share such as `5 %`"},
    Format{"time", parsed<parse_time>, "a time such as `2024-01-31T10:00:00Z`"},
    Format{"listen", parsed<parse_listen>, "an address such as `127.0.0.1:9464`, or `off`"},
    Format{"secret", not_empty, "a secret such as `${file:password}`"},
    Format{"path", not_empty, "a path"},
    Format{"expression", not_empty, "an expression"},
};

}  // namespace

bool is_format(std::string_view name) {
  return std::ranges::find(formats, name, &Format::name) != formats.end();
}

std::string format_names() {
  std::string names;
  for (const Format& format : formats) {
    if (!names.empty()) names += ", ";
    names += format.name;
  }
  return names;
}

std::optional<std::string> format_fault(std::string_view format, std::string_view text) {
  const auto found = std::ranges::find(formats, format, &Format::name);
  return found == formats.end() ? std::nullopt : found->fault(text);
}

std::string format_words(std::string_view format) {
  const auto found = std::ranges::find(formats, format, &Format::name);
  return found == formats.end() ? "text" : std::string(found->words);
}

}  // namespace assay::host
