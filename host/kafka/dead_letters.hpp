// Where dead letters go. A record counts as finished only when its letter is durable, so a letter
// is never given up: while the other side is away it waits, and with it the partition's watermark.
//
// Thread: any for all functions; acknowledgements come on a thread of the implementation.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "host/kafka/dead_letter.hpp"

namespace assay::host {

struct DeadLetterCounters {
  std::uint64_t sent = 0;  // taken by send()
  std::uint64_t acknowledged = 0;
  std::uint64_t failed_attempts = 0;
  std::uint64_t pending = 0;
  std::uint64_t pending_bytes = 0;
};

class DeadLetters {
 public:
  /// Called once, when the letter is durable; never after the destructor has returned. Must be
  /// quick and must not throw or call back.
  using Ack = std::function<void()>;

  virtual ~DeadLetters() = default;

  /// Does not wait for the other side. Who sends watches `pending_bytes`.
  virtual void send(DeadLetter letter, Ack ack) = 0;
  /// Waits until every letter sent is acknowledged; false when the time was over before.
  [[nodiscard]] virtual bool flush(std::chrono::steady_clock::time_point deadline) = 0;

  [[nodiscard]] virtual DeadLetterCounters counters() const = 0;
  /// Why letters are waiting, for a person; nothing while they flow.
  [[nodiscard]] virtual std::optional<std::string> trouble() const = 0;
};

}  // namespace assay::host
