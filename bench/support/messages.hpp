// The messages that every bench uses: JSON transactions of 237 bytes in the sample schema, the same
// on every run.
//
// Ten thousand customers; each lives in one of four cities and nearly always pays there. One in a
// hundred of the flagged kind is above the limit of `large_amount`; of the quiet kind no decision
// is anything but an approval, so whoever stores them writes one table only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace assay::bench {

inline constexpr std::size_t kMessageSize = 237;
inline constexpr std::uint64_t kCustomers = 10'000;

enum class Kind { quiet, flagged };

// Appends message number `number`: its id is unique, its customer `number % kCustomers`.
void append_message(std::string& out, std::uint64_t number, Kind kind);
std::string message(std::uint64_t number, Kind kind);

// The customers as JSON lines in the sample schema of account holders.
std::string holder_lines();

}  // namespace assay::bench
