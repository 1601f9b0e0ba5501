// Clocks: what the work itself cost, and how long one had to wait for it.
//
// CPU time leaves out what other programs took meanwhile, so it is what costs are told in; waiting
// time is for rates and latencies.
#pragma once

#include <ctime>
#include <utility>
#include <vector>

namespace assay::bench {

// Seconds.
inline double read_clock(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}
inline double thread_cpu() { return read_clock(CLOCK_THREAD_CPUTIME_ID); }
inline double process_cpu() { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }
inline double elapsed() { return read_clock(CLOCK_MONOTONIC); }

// CPU nanoseconds of this thread for each of the `units` that the work consists of.
template <class Work>
double cost_of(double units, Work&& work) {
  const auto begin = thread_cpu();
  work();
  return (thread_cpu() - begin) * 1e9 / units;
}

struct Pairs {
  std::vector<double> samples;
  std::vector<double> baseline;
};

// Measures both in turn; each function answers one sample. One round before is thrown away.
template <class Baseline, class Candidate>
Pairs in_turn(int rounds, Baseline&& baseline, Candidate&& candidate) {
  Pairs pairs;
  baseline();
  candidate();
  for (int i = 0; i < rounds; ++i) {
    pairs.baseline.push_back(baseline());
    pairs.samples.push_back(candidate());
  }
  return pairs;
}

}  // namespace assay::bench
