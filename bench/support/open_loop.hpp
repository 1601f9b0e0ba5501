// An open loop: messages are sent by the clock, whether or not earlier ones have been judged, and
// latency counts from the moment a message was due, so a stall is paid for by all that it delays.
//
// A message carries its due time in the first 16 digits of its id. Where half of them are of one
// customer, the due times of those are odd and all others even.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/kafka/handles.hpp"

namespace assay::bench {

inline constexpr std::size_t kDueAt = 19;  // the first of those digits in a message

// Nanoseconds since 1970, as all times here.
std::int64_t wall_clock();

struct Arrival {
  std::int64_t due;
  std::int64_t at;
};
// What `bench_sink` has written: when each decision was taken.
std::vector<Arrival> read_arrivals(const std::filesystem::path& path);

// When sending began and ended.
struct Turn {
  std::int64_t began;
  std::int64_t ended;
};

class OpenLoop final {
 public:
  // `rate`: messages a second. `linger`: milliseconds that one waits for others, without which a
  // high rate is more requests than the broker can answer.
  OpenLoop(const std::string& bootstrap, int rate, const char* linger = "0");

  // Customers in turn, or every other message of the first of them; each customer has a partition.
  enum class Customers { even, one_has_half };
  // Ends the program where the broker does not take a message.
  Turn send(const char* topic, int messages, Customers customers = Customers::even);

 private:
  host::KafkaHandle client_;
  int rate_;
  std::uint64_t sent_ = 0;
};

// Milliseconds, one for each turn.
struct Quantiles {
  std::vector<double> p50, p99, p999;
};
Quantiles quantiles(const std::vector<Arrival>& arrivals, const std::vector<Turn>& turns);

// Each sample without its baseline.
std::vector<double> over(const std::vector<double>& samples, const std::vector<double>& baseline);

}  // namespace assay::bench
