// How many mails one recipient may get in a while: a storm of alerts is a storm in one mailbox, and
// nobody reads its thousandth mail.
//
// A recipient's window opens with the first mail and is over one window's length later; the next
// mail opens a new one. Upper and lower case are one recipient. Recipients whose window is over are
// forgotten, and beyond `most_recipients` windows at a time a further recipient is not counted: too
// many mails are better than too few. It lives in memory only, so it begins anew with its sink.
//
// Times are the caller's, of a clock that does not go back. Thread: the sink's.
#pragma once

#include <assay/config.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace assay::smtp {

class RecipientCap {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  static constexpr std::size_t most_recipients = 65'536;

  // `mails` and `window` are above zero.
  RecipientCap(std::int64_t mails, Duration window) : mails_(mails), window_(window) {}
  // Not copied: the look-up points into the list.
  RecipientCap(RecipientCap&&) = default;
  RecipientCap& operator=(RecipientCap&&) = default;

  // Whether one more mail may go to `recipient`. Counts nothing: a mail that fails and is tried
  // again has not reached anybody.
  [[nodiscard]] bool admits(std::string_view recipient, Moment now);

  // A server has taken a mail to `recipient`.
  void count(std::string_view recipient, Moment now);

  // The cap in words: "5 mails in 10m".
  [[nodiscard]] std::string words() const;

 private:
  struct Window {
    std::string recipient;
    Moment over;
    std::int64_t mails;
  };

  void forget(Moment now);

  std::int64_t mails_;
  Duration window_;
  std::list<Window> windows_;  // in the order in which they opened, so in that of their ends
  // The keys are the recipients in `windows_`.
  std::unordered_map<std::string_view, std::list<Window>::iterator> by_recipient_;
};

// None where the configuration has no `cap`; throws a refusal of one that cannot work.
[[nodiscard]] std::optional<RecipientCap> read_cap(const Config& config);

}  // namespace assay::smtp
