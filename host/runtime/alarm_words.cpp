#include "host/runtime/alarm_words.hpp"

#include "core/model/words.hpp"

namespace assay::host {

std::string counted_words(const core::EventWindow::Counts& counts,
                          const core::AlarmLimits& limits) {
  auto words =
      std::to_string(counts.marked) + " of " + std::to_string(counts.all) + " transactions within ";
  core::append_value(words, core::FieldType::duration, limits.window);
  return words;
}

std::string share_words(std::int32_t millionths) {
  auto words = std::to_string(millionths / 10'000);
  if (const auto rest = millionths % 10'000; rest > 0) {
    auto digits = std::to_string(10'000 + rest).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    words += "." + digits;
  }
  return words + " %";
}

}  // namespace assay::host
