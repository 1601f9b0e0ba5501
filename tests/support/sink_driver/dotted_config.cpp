#include "tests/support/sink_driver/dotted_config.hpp"

#include <algorithm>
#include <assay/values.hpp>
#include <cstdint>
#include <map>
#include <string_view>

namespace assay::testing::sinks {
namespace {

const Settings& settings_of(const assay_config* config) {
  return *reinterpret_cast<const Settings*>(config);
}
const std::string* find(const assay_config* config, assay_text key) {
  for (const auto& [name, value] : settings_of(config)) {
    if (name == detail::from_c(key)) return &value;
  }
  return nullptr;
}
// The names right below a key, in the order of the file.
std::vector<std::string_view> below(const assay_config* config, assay_text key) {
  const auto prefix = std::string(detail::from_c(key)) + ".";
  std::vector<std::string_view> names;
  for (const auto& [name, value] : settings_of(config)) {
    if (name.rfind(prefix, 0) != 0) continue;
    const auto rest = std::string_view(name).substr(prefix.size());
    const auto child = rest.substr(0, rest.find('.'));
    if (std::find(names.begin(), names.end(), child) == names.end()) names.push_back(child);
  }
  return names;
}
std::int64_t duration_of(const std::string& text) {
  std::size_t digits = 0;
  const auto amount = std::stoll(text, &digits);
  static const std::map<std::string, std::int64_t> units{{"ms", 1'000'000},
                                                         {"s", 1'000'000'000},
                                                         {"m", 60'000'000'000},
                                                         {"h", 3'600'000'000'000},
                                                         {"d", 86'400'000'000'000}};
  return amount * units.at(text.substr(digits));
}
std::int64_t decimal_of(const std::string& text) {
  const auto point = text.find('.');
  const auto whole = std::stoll(text.substr(0, point));
  auto fraction = point == std::string::npos ? "" : text.substr(point + 1);
  fraction.resize(4, '0');
  const auto units = std::stoll(fraction);
  return whole * 10'000 + (text.front() == '-' ? -units : units);
}

constexpr assay_config_api api{
    sizeof(assay_config_api),
    0,
    [](const assay_config* config, assay_text key) -> std::uint32_t {
      return find(config, key) || !below(config, key).empty() ? 1 : 0;
    },
    [](const assay_config* config, assay_text key, std::int64_t fallback) -> std::int64_t {
      const auto* value = find(config, key);
      return value ? std::stoll(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, double fallback) {
      const auto* value = find(config, key);
      return value ? std::stod(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, std::uint32_t fallback) -> std::uint32_t {
      const auto* value = find(config, key);
      return value ? *value == "true" : fallback;
    },
    [](const assay_config* config, assay_text key, std::int64_t fallback) {
      const auto* value = find(config, key);
      return value ? decimal_of(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, std::int64_t fallback) {
      const auto* value = find(config, key);
      return value ? duration_of(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, assay_text fallback) {
      const auto* value = find(config, key);
      return value ? detail::to_c(*value) : fallback;
    },
    [](const assay_config* config, assay_text key) {
      return static_cast<std::uint32_t>(below(config, key).size());
    },
    [](const assay_config* config, assay_text key, std::uint32_t index) {
      return detail::to_c(below(config, key).at(index));
    },
    [](const assay_config* config, assay_text key, assay_text fallback) {
      const auto* value = find(config, key);
      return value ? detail::to_c(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, assay_text* file, std::uint32_t* line,
       std::uint32_t* column) -> assay_status {
      if (!find(config, key)) return ASSAY_END;
      *file = detail::to_c("test.yaml");
      *line = 1;
      *column = 1;
      return ASSAY_OK;
    }};

}  // namespace

const assay_config_api& dotted_config_api() { return api; }

const assay_config* dotted_config(const Settings& settings) {
  return reinterpret_cast<const assay_config*>(&settings);
}

}  // namespace assay::testing::sinks
