#include "plugins/rules/feature_text.hpp"

#include <algorithm>
#include <charconv>

namespace assay::rules {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

// The part before `mark`, which leaves `rest`; all of it where there is no such mark.
std::string_view take_until(std::string_view& rest, std::string_view mark) {
  const auto at = std::min(rest.find(mark), rest.size());
  const auto part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + mark.size(), rest.size()));
  return trimmed(part);
}

// "payee account" of `payee_account`, "device" of `device_id`; a user is the bank's customer.
std::string noun(std::string_view field) {
  if (field == "user_id") return "customer";
  std::string words(field.ends_with("_id") ? field.substr(0, field.size() - 3) : field);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace

FeatureText::FeatureText(std::string_view text) : text_(text) {
  auto rest = std::string_view(text_);
  aggregate_ = take_until(rest, "(");
  argument_ = take_until(rest, ")");
  auto head = take_until(rest, " where ");
  where_ = trimmed(rest);
  take_until(head, "by ");
  auto keys = take_until(head, " over ");
  while (!keys.empty()) keys_.emplace_back(take_until(keys, ","));
  previous_ = head.starts_with("previous ");
  if (previous_) take_until(head, "previous ");
  window_ = trimmed(head);
}

std::optional<std::uint32_t> FeatureText::type(const Binder& binder) const {
  const auto is = [&](auto... names) { return ((aggregate_ == names) || ...); };
  if (is("count", "distinct")) return ASSAY_INT64;
  if (is("mean", "stddev", "speed")) return ASSAY_DOUBLE;
  if (is("elapsed", "first_seen")) return ASSAY_DURATION;
  if (is("sum", "min", "max", "last")) return binder.type_of(argument_);
  return std::nullopt;
}

std::string FeatureText::scope() const {
  std::string words;
  for (const auto& key : keys_) words += words.empty() ? on_this(key) : " and this " + noun(key);
  if (!window_.empty()) {
    words += (previous_ ? " in the previous " : " in ") + window_in_words(window_);
  }
  return where_.empty() ? words : words + " where " + where_;
}

bool FeatureText::about_the_customer() const {
  return std::any_of(keys_.begin(), keys_.end(),
                     [](const auto& key) { return key == "card" || key == "user_id"; });
}

std::string on_this(std::string_view key) {
  const auto* preposition = key == "card" || key == "device_id" ? "on this "
                            : key == "user_id"                  ? "by this "
                            : key == "merchant"                 ? "at this "
                                                                : "for this ";
  return preposition + noun(key);
}

std::string several(std::string_view field) {
  auto words = noun(field);
  if (words.ends_with('y')) return words.substr(0, words.size() - 1) + "ies";
  return words + (words.ends_with('s') ? "es" : "s");
}

std::string window_in_words(std::string_view window) {
  std::int64_t count = 0;
  const auto* end = window.data() + window.size();
  const auto unit = std::string_view(std::from_chars(window.data(), end, count).ptr, end);
  if (unit == "s") return in_words(seconds{count});
  if (unit == "m") return in_words(minutes{count});
  // A day is named as it was written: "24 hours" is no slip of the pen.
  if (unit == "h") return std::to_string(count) + (count == 1 ? " hour" : " hours");
  if (unit == "d") return in_words(hours{24 * count});
  return std::string(window);
}

}  // namespace assay::rules
