#include "core/decision/event_window.hpp"

#include <algorithm>

namespace assay::core {
namespace {

constexpr std::int64_t kLeastWidth = 1'000;  // nanoseconds: numbers of steps stay far from the ends

// Downwards, for times before 1970 as well: a step is as long there as anywhere.
std::int64_t step_of(std::int64_t time, std::int64_t width) {
  return time / width - (time % width < 0 ? 1 : 0);
}

}  // namespace

EventWindow::EventWindow(std::int64_t length) {
  steps_.width = std::max(length / kSteps + (length % kSteps > 0 ? 1 : 0), kLeastWidth);
}

EventWindow::Counts& EventWindow::at(std::int64_t step) {
  return steps_.counts[static_cast<std::size_t>((step % kSteps + kSteps) % kSteps)];
}

void EventWindow::add(std::int64_t event_time, const Counts& more) {
  const auto step = step_of(event_time, steps_.width);
  if (steps_.begun == 0) {
    steps_.begun = 1;
    steps_.newest = step;
  }
  if (step > steps_.newest) slide_to(step);
  if (step <= steps_.newest - kSteps) return;
  auto& counts = at(step);
  counts.all += more.all;
  total_.all += more.all;
  counts.marked += more.marked;
  total_.marked += more.marked;
}

void EventWindow::slide_to(std::int64_t step) {
  // Of a leap over more than the window, the last steps are all that matters.
  for (auto next = std::max(steps_.newest + 1, step - kSteps + 1); next <= step; ++next) {
    auto& leaving = at(next);
    total_.all -= leaving.all;
    total_.marked -= leaving.marked;
    leaving = {};
  }
  steps_.newest = step;
}

void EventWindow::save(StateSink& to) const { to.put(steps_); }

bool EventWindow::load(StateSource& from) {
  Steps loaded;
  if (!from.take(loaded)) return false;
  Counts total;
  for (const auto& counts : loaded.counts) {
    total.all += counts.all;
    total.marked += counts.marked;
    if (counts.marked > counts.all || total.all < counts.all) return false;
  }
  const bool begun = loaded.begun == 1;
  if (loaded.width < kLeastWidth || (!begun && (loaded.begun != 0 || total != Counts{}))) {
    return false;
  }
  // A step's number times its width is a time.
  if (loaded.newest > step_of(INT64_MAX, loaded.width) ||
      loaded.newest < step_of(INT64_MIN, loaded.width)) {
    return false;
  }
  if (loaded.width != steps_.width) return true;
  steps_ = loaded;
  total_ = total;
  return true;
}

}  // namespace assay::core
