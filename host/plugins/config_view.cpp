#include "host/plugins/config_view.hpp"

#include <charconv>
#include <string_view>

#include "host/config/values.hpp"

namespace assay::host {
namespace {

std::string_view view(assay_text text) { return {text.data, text.size}; }
assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }

const Node* find(const assay_config* config, assay_text key) {
  const Node* node = &config->root;
  auto rest = view(key);
  while (node && !rest.empty()) {
    const auto dot = rest.find('.');
    const auto part = rest.substr(0, dot);
    rest = dot == rest.npos ? std::string_view{} : rest.substr(dot + 1);
    if (node->is_list()) {
      std::size_t index = 0;
      const auto read = std::from_chars(part.data(), part.data() + part.size(), index);
      const bool there = read.ec == std::errc{} && index < node->items.size();
      node = there ? &node->items[index] : nullptr;
    } else {
      node = node->find(part);
    }
  }
  return node && !node->is_null() ? node : nullptr;
}

const Node* scalar(const assay_config* config, assay_text key) {
  const auto* node = find(config, key);
  return node && node->is_scalar() ? node : nullptr;
}

std::uint32_t has(const assay_config* config, assay_text key) { return find(config, key) ? 1 : 0; }

std::int64_t int64(const assay_config* config, assay_text key, std::int64_t fallback) {
  const auto* node = scalar(config, key);
  return node ? parse_integer(node->text).value_or(fallback) : fallback;
}

double float64(const assay_config* config, assay_text key, double fallback) {
  const auto* node = scalar(config, key);
  return node ? parse_number(node->text).value_or(fallback) : fallback;
}

std::uint32_t flag(const assay_config* config, assay_text key, std::uint32_t fallback) {
  const auto* node = scalar(config, key);
  if (!node) return fallback;
  const auto value = parse_bool(node->text);
  return value ? (*value ? 1 : 0) : fallback;
}

std::int64_t decimal(const assay_config* config, assay_text key, std::int64_t fallback) {
  const auto* node = scalar(config, key);
  if (!node) return fallback;
  if (const auto money = parse_money(node->text)) return money->units;
  return parse_decimal(node->text).value_or(fallback);
}

std::int64_t duration(const assay_config* config, assay_text key, std::int64_t fallback) {
  const auto* node = scalar(config, key);
  return node ? parse_duration(node->text).value_or(fallback) : fallback;
}

assay_text text(const assay_config* config, assay_text key, assay_text fallback) {
  const auto* node = scalar(config, key);
  return node ? to_c(node->text) : fallback;
}

std::uint32_t count(const assay_config* config, assay_text key) {
  const auto* node = find(config, key);
  if (!node) return 0;
  return static_cast<std::uint32_t>(node->is_list() ? node->items.size() : node->entries.size());
}

assay_text key_at(const assay_config* config, assay_text key, std::uint32_t index) {
  const auto* node = find(config, key);
  if (!node || index >= node->entries.size()) return {nullptr, 0};
  return to_c(node->entries[index].key);
}

assay_text path(const assay_config* config, assay_text key, assay_text fallback) {
  const auto* node = scalar(config, key);
  if (!node) return fallback;
  return to_c(config->texts.emplace_back(resolve_path(node->span, node->text)));
}

assay_status where(const assay_config* config, assay_text key, assay_text* file,
                   std::uint32_t* line, std::uint32_t* column) {
  const auto* node = find(config, key);
  if (!node || !node->span.source) return ASSAY_END;
  *file = to_c(node->span.source->path());
  *line = node->span.line;
  *column = node->span.column;
  return ASSAY_OK;
}

constexpr assay_config_api kApi{sizeof(assay_config_api),
                                0,
                                &has,
                                &int64,
                                &float64,
                                &flag,
                                &decimal,
                                &duration,
                                &text,
                                &count,
                                &key_at,
                                &path,
                                &where};

}  // namespace

const assay_config_api& config_api() { return kApi; }

}  // namespace assay::host
