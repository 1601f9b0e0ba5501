// Waiting for something to become true, with an end.
#pragma once

#include <chrono>
#include <thread>

namespace assay::testing {

// What is waited for either comes within seconds or never; a loaded machine gets its time.
inline constexpr std::chrono::seconds kPatience{120};

// True as soon as the condition holds; false when patience is over.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds patience = kPatience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // between two looks
  }
  return true;
}

}  // namespace assay::testing
