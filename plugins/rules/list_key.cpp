#include "plugins/rules/list_key.hpp"

#include <charconv>

namespace assay::rules {

ListKey::ListKey(const Binder& binder, const ListIndex& index)
    : type_(binder.type_of(index.field()).value_or(ASSAY_TEXT)),
      column_(binder.declare(index.field(), type_, ASSAY_REQUIRED)) {
  const auto is_card_field = index.field() == "card";
  if (is_card_field != is_card() ||
      (type_ != ASSAY_TEXT && type_ != ASSAY_TOKEN && type_ != ASSAY_INT64)) {
    throw binder.config()
        .refuse("field", "a list cannot look up `" + index.field() + "`")
        .advise("lists work on text, on whole numbers and on `card`");
  }
  if (index.by_prefix() && type_ != ASSAY_TEXT) {
    throw binder.config()
        .refuse("match", "only text has prefixes, `" + index.field() + "` is no text")
        .advise("use match: exact; for the first digits of a card, field: card_bin");
  }
  if (type_ == ASSAY_INT64) index.require_numbers();
}

std::optional<std::string_view> ListKey::of(const Row& row, Buffer& buffer) const {
  if (type_ == ASSAY_TEXT) return row[Field<std::string_view>(column_)];
  if (type_ == ASSAY_TOKEN) {
    const auto token = row[Field<Token>(column_)];
    if (!token) return std::nullopt;
    buffer.token = *token;
    return std::string_view(reinterpret_cast<const char*>(&buffer.token), sizeof buffer.token);
  }
  const auto number = row[Field<std::int64_t>(column_)];
  if (!number) return std::nullopt;
  auto* const begin = buffer.digits;
  return std::string_view(begin, std::to_chars(begin, begin + sizeof buffer.digits, *number).ptr);
}

}  // namespace assay::rules
