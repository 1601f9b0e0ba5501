#include "plugins/sinks/smtp/recipient_cap.hpp"

#include <algorithm>
#include <assay/values.hpp>

namespace assay::smtp {
namespace {

std::string in_lower_case(std::string_view recipient) {
  std::string lower(recipient);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace

bool RecipientCap::admits(std::string_view recipient, Moment now) {
  forget(now);
  const auto found = by_recipient_.find(in_lower_case(recipient));
  return found == by_recipient_.end() || found->second->mails < mails_;
}

void RecipientCap::count(std::string_view recipient, Moment now) {
  forget(now);
  auto key = in_lower_case(recipient);
  if (const auto found = by_recipient_.find(key); found != by_recipient_.end()) {
    ++found->second->mails;
    return;
  }
  if (windows_.size() >= most_recipients) return;
  windows_.push_back({std::move(key), now + window_, 1});
  by_recipient_.emplace(windows_.back().recipient, std::prev(windows_.end()));
}

std::string RecipientCap::words() const {
  return std::to_string(mails_) + (mails_ == 1 ? " mail in " : " mails in ") + to_string(window_);
}

void RecipientCap::forget(Moment now) {
  while (!windows_.empty() && windows_.front().over <= now) {
    by_recipient_.erase(windows_.front().recipient);
    windows_.pop_front();
  }
}

std::optional<RecipientCap> read_cap(const Config& config) {
  if (!config.has("cap.mails") && !config.has("cap.window")) return std::nullopt;
  const auto mails = config.get("cap.mails", 0);
  if (mails < 1) {
    throw config.refuse("cap.mails", "a cap needs mails, at least 1")
        .advise("write cap: { mails: 20, window: 10m }");
  }
  const Duration window = config.get("cap.window", Duration{0});
  if (window < seconds{1} || window > hours{24 * 7}) {
    throw config.refuse("cap.window", "a cap needs a window, between 1s and 7d")
        .advise("write cap: { mails: 20, window: 10m }");
  }
  return RecipientCap(mails, window);
}

}  // namespace assay::smtp
