#include "host/observe/notices.hpp"

#include <algorithm>
#include <string_view>

#include "host/observe/health.hpp"

namespace assay::host {
namespace {

// systemd drops a message of more than 4,096 bytes.
constexpr std::size_t kLongest = 1000;

// The first check that fails, or empty.
std::string first_failing(const Checks& checks) {
  const auto failing = std::ranges::find(checks, false, &Check::ok);
  return failing == checks.end() ? std::string{} : failing->name + ": " + failing->reason;
}

// A line end would begin another variable; half a letter would make systemd drop the line.
std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char letter) { return static_cast<unsigned char>(letter) < 0x20; }, ' ');
  if (text.size() <= kLongest) return text;
  auto end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  text.resize(end);
  return text;
}

// Of the clock that the supervisor has as well.
std::string microseconds(Notices::Clock::time_point time) {
  const auto since = time.time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
}

std::string words_of(const Status& status, const std::string& trouble, bool stopping) {
  if (!trouble.empty()) return "not alive: " + trouble;
  if (stopping) return "stopping: finishing what is under way";
  if (!status.running && status.waits_for.empty()) return "starting";
  if (status.reloads.under_way) return "reading the configuration again";
  const auto missing = first_failing(readiness(status));
  if (!missing.empty()) return "not ready: " + missing;
  return status.reloads.refusal.empty()
             ? "ready"
             : "ready, by the configuration before: the one read last is refused, see the log";
}

}  // namespace

bool Notices::has_started(const Status& status, Clock::time_point now) {
  if (status.running) return true;
  if (status.waits_for.empty()) return false;
  if (waits_since_ == Clock::time_point{}) waits_since_ = now;
  return now - waits_since_ >= limits_.outage;
}

std::string Notices::next(const Status& status, Clock::time_point now, bool stopping) {
  std::string lines;
  if (stopping && !stopping_) lines += "STOPPING=1\n";
  stopping_ = stopping_ || stopping;
  if (!started_ && !stopping_ && has_started(status, now)) {
    started_ = true;
    lines += "READY=1\n";
  }
  if (started_ && !stopping_ && status.reloads.under_way != reloading_) {
    reloading_ = status.reloads.under_way;
    lines += reloading_ ? "RELOADING=1\nMONOTONIC_USEC=" + microseconds(now) + "\n" : "READY=1\n";
  }
  trouble_ = first_failing(liveness(status));
  auto words = one_line(words_of(status, trouble_, stopping_));
  if (words != told_) {
    lines += "STATUS=" + words + "\n";
    told_ = std::move(words);
  }
  if (trouble_.empty()) lines += "WATCHDOG=1\n";
  return lines;
}

}  // namespace assay::host
