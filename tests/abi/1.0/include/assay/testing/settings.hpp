// The parameters a test gives a rule, behind `assay.config/1`.
//
// Written as texts, as they would stand in a rule's file: {{"limit", "1000.00 EUR"}, {"window",
// "10m"}, {"limits", {{"EUR", "5000.00"}}}, {"types", list({"transfer"})}}. A look-up parses the
// text by the type that is asked for. What does not parse, and what the rule never looks up, is
// remembered as a complaint: the real host would have refused it by the rule's JSON Schema.
#pragma once

#include <assay/values.hpp>
#include <charconv>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace assay::testing {

// A text, a list or a map.
class Setting {
 public:
  struct Entry;

  Setting();  // an empty map
  // NOLINTBEGIN(google-explicit-constructor): parameters read as they do in a rule's file
  Setting(const char* text);
  Setting(std::string text);
  Setting(std::initializer_list<Entry> map);
  // NOLINTEND(google-explicit-constructor)

  friend Setting list(std::initializer_list<std::string> texts);

  const std::optional<std::string>& text() const { return text_; }
  const std::vector<Entry>& entries() const { return entries_; }
  inline const Setting* find(std::string_view path) const;

 private:
  std::optional<std::string> text_;
  std::vector<Entry> entries_;
};

struct Setting::Entry {
  std::string name;
  Setting value;
};

inline Setting::Setting() = default;
inline Setting::Setting(const char* text) : text_(text) {}
inline Setting::Setting(std::string text) : text_(std::move(text)) {}
inline Setting::Setting(std::initializer_list<Entry> map) : entries_(map) {}

inline Setting list(std::initializer_list<std::string> texts) {
  Setting setting;
  for (const auto& text : texts) {
    setting.entries_.push_back({std::to_string(setting.entries_.size()), Setting(text)});
  }
  return setting;
}

// Names may hold dots themselves, so every prefix of the path is tried.
inline const Setting* Setting::find(std::string_view path) const {
  for (const auto& entry : entries_) {
    if (path == entry.name) return &entry.value;
    if (path.starts_with(entry.name) && path.size() > entry.name.size() &&
        path[entry.name.size()] == '.') {
      if (const auto* found = entry.value.find(path.substr(entry.name.size() + 1))) return found;
    }
  }
  return nullptr;
}

namespace detail {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto end = text.data() + text.size();
  const auto [stopped, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

// "1000", "1000.5", "-1000.50 EUR".
inline std::optional<Money> parse_money(std::string_view text) {
  if (const auto blank = text.find(' '); blank != std::string_view::npos) {
    if (text.size() - blank != 4) return std::nullopt;
    text = text.substr(0, blank);
  }
  const auto negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  auto fraction = std::string(point == text.npos ? std::string_view{} : text.substr(point + 1));
  if (fraction.size() > 4 || (point != text.npos && fraction.empty())) return std::nullopt;
  fraction.resize(4, '0');
  const auto whole = parse_number<std::uint32_t>(text.substr(0, point));
  const auto part = parse_number<std::uint16_t>(fraction);
  if (!whole || !part) return std::nullopt;
  const auto units = std::int64_t{*whole} * 10000 + *part;
  return Money{negative ? -units : units};
}

// "10m", "1h30m".
inline std::optional<Duration> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Duration total{};
  while (!text.empty()) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number<std::int64_t>(text.substr(0, digits));
    text.remove_prefix(digits);
    const auto letters = std::min(text.find_first_of("0123456789"), text.size());
    const auto unit = text.substr(0, letters);
    text.remove_prefix(letters);
    const auto length = unit == "d"    ? Duration{hours{24}}
                        : unit == "h"  ? Duration{hours{1}}
                        : unit == "m"  ? Duration{minutes{1}}
                        : unit == "s"  ? Duration{seconds{1}}
                        : unit == "ms" ? Duration{1'000'000}
                        : unit == "ns" ? Duration{1}
                                       : Duration{0};
    if (!number || length == Duration{0}) return std::nullopt;
    total += *number * length;
  }
  return total;
}

inline std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

}  // namespace detail

// What create and bind look things up in. Texts live as long as it does.
class Settings {
 public:
  explicit Settings(Setting root) : root_(std::move(root)) {}

  const assay_config* handle() const { return reinterpret_cast<const assay_config*>(this); }
  static const assay_config_api& api();

  // The first parameter that has the wrong type or that nobody asked for, in words.
  std::optional<std::string> complaint() const {
    if (!complaint_.empty()) return complaint_;
    for (const auto& entry : root_.entries()) {
      if (!asked_.contains(entry.name)) {
        return "parameter `" + entry.name + "` is never looked up by the rule";
      }
    }
    return std::nullopt;
  }

 private:
  static const Settings& self(const assay_config* config) {
    return *reinterpret_cast<const Settings*>(config);
  }

  const Setting* find(assay_text key) const {
    const auto path = std::string(assay::detail::from_c(key));
    for (const auto& entry : root_.entries()) {
      if (path == entry.name || path.starts_with(entry.name + ".")) asked_.insert(entry.name);
    }
    return root_.find(path);
  }

  template <class T, class Parse>
  T look_up(assay_text key, T fallback, const char* wanted, Parse&& parse) const {
    const auto* setting = find(key);
    if (!setting) return fallback;
    if (setting->text()) {
      if (const auto parsed = parse(std::string_view(*setting->text()))) return T(*parsed);
    }
    if (complaint_.empty()) {
      complaint_ = "parameter `" + std::string(assay::detail::from_c(key)) + "`: expected " +
                   wanted + ", found " +
                   (setting->text() ? "`" + *setting->text() + "`" : "a list or map");
    }
    return fallback;
  }

  Setting root_;
  // Look-ups are const for the rule; what they leave behind is the test's.
  mutable std::set<std::string, std::less<>> asked_;
  mutable std::string complaint_;
  mutable std::deque<std::string> made_;
};

inline const assay_config_api& Settings::api() {
  using assay::detail::to_c;
  static const assay_config_api table = {
      .size = sizeof(assay_config_api),
      .flags = 0,
      .has = [](const assay_config* config, assay_text key) -> std::uint32_t {
        return self(config).find(key) ? 1 : 0;
      },
      .int64 =
          [](const assay_config* config, assay_text key, std::int64_t fallback) {
            return self(config).look_up(key, fallback, "a whole number",
                                        detail::parse_number<std::int64_t>);
          },
      .float64 =
          [](const assay_config* config, assay_text key, double fallback) {
            return self(config).look_up(key, fallback, "a number", detail::parse_number<double>);
          },
      .flag =
          [](const assay_config* config, assay_text key, std::uint32_t fallback) {
            return self(config).look_up(key, fallback, "true or false", detail::parse_flag);
          },
      .decimal =
          [](const assay_config* config, assay_text key, std::int64_t fallback) {
            const Money money{fallback};
            return self(config)
                .look_up(key, money, "an amount such as 10.00 EUR", detail::parse_money)
                .units;
          },
      .duration =
          [](const assay_config* config, assay_text key, std::int64_t fallback) {
            return self(config)
                .look_up(key, Duration{fallback}, "a duration such as 10m", detail::parse_duration)
                .count();
          },
      .text =
          [](const assay_config* config, assay_text key, assay_text fallback) {
            const auto same = [](std::string_view text) { return std::optional(text); };
            return to_c(self(config).look_up(key, assay::detail::from_c(fallback), "a text", same));
          },
      .count =
          [](const assay_config* config, assay_text key) {
            const auto* setting = self(config).find(key);
            return setting ? static_cast<std::uint32_t>(setting->entries().size()) : 0;
          },
      .key_at =
          [](const assay_config* config, assay_text key, std::uint32_t index) {
            const auto* setting = self(config).find(key);
            const auto there = setting && index < setting->entries().size();
            return there ? to_c(setting->entries()[index].name) : assay_text{};
          },
      .path =
          [](const assay_config* config, assay_text key, assay_text fallback) {
            const auto same = [](std::string_view text) { return std::optional(text); };
            const auto& settings = self(config);
            const auto text =
                settings.look_up(key, assay::detail::from_c(fallback), "a path", same);
            if (text.empty()) return to_c(text);
            return to_c(settings.made_.emplace_back(std::filesystem::absolute(text).string()));
          },
      // The n-th parameter stands in line n of a file called `parameters`.
      .where =
          [](const assay_config* config, assay_text key, assay_text* file, std::uint32_t* line,
             std::uint32_t* column) {
            if (!self(config).find(key)) return ASSAY_END;
            const auto path = assay::detail::from_c(key);
            const auto& entries = self(config).root_.entries();
            *file = to_c("parameters");
            *column = 1;
            *line = 0;
            for (const auto& entry : entries) {
              ++*line;
              if (path == entry.name || path.starts_with(entry.name + ".")) break;
            }
            return ASSAY_OK;
          }};
  return table;
}

}  // namespace assay::testing
