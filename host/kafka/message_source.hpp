// Where a worker's messages come from, as it sees it: Kafka, or in a simulation something that only
// behaves like it.
//
// Messages come one at a time; assignments are events that are answered when the worker is ready,
// and nothing happens behind the worker's back. Whoever implements it answers each question from
// the worker's own thread.
//
// Thread: the worker's.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/model/message.hpp"
#include "core/model/position.hpp"
#include "host/kafka/properties.hpp"

namespace assay::host {

/// A place in one partition: the record that comes next.
struct Position {
  core::PartitionId partition{};
  core::Offset next{};  // -1: the beginning of the log
  friend constexpr bool operator==(const Position&, const Position&) = default;
};

struct AssignmentEvent {
  enum class Kind : std::uint8_t {
    assigned,  // answer with start()
    revoked,   // drain, commit, answer with release()
    lost,      // the same without drain and commit: they are another member's already
  };
  Kind kind = Kind::assigned;
  std::vector<core::PartitionId> partitions{};
};

/// The first record that is there, and the place behind the last one.
struct LogRange {
  core::Offset low{};
  core::Offset high{};
};

/// A partition whose next record is not in the log: expired (wanted < low) or never written
/// (wanted > high). Nothing of it is fetched until rewind() names another place.
struct Gap {
  core::PartitionId partition{};
  core::Offset wanted{};
  LogRange log{};
};

/// How far one partition is behind the end of its log.
struct Lag {
  core::PartitionId partition{};
  core::Offset next{};  // to be given out
  core::Offset end{};   // behind the newest record, as the last answer of the broker told
  bool held = false;    // its first record waits for a slower partition
  std::int64_t records() const { return end.value > next.value ? end.value - next.value : 0; }
};

/// A time in one partition's log.
struct Moment {
  core::PartitionId partition{};
  std::int64_t milliseconds = 0;  // since 1970, as records are stamped
};

struct ConsumerCounters {
  std::uint64_t messages = 0;
  std::uint64_t out_of_order = 0;  // offsets that did not rise: dropped
  std::uint64_t errors = 0;        // of brokers and connections
  std::uint64_t rebalances = 0;
  std::uint64_t gaps = 0;
  std::uint64_t commits = 0;  // per partition
  std::uint64_t commit_retries = 0;
  std::uint64_t commit_drops = 0;
};

class MessageSource {
 public:
  using Milliseconds = std::chrono::milliseconds;

  virtual ~MessageSource() = default;

  /// The next message; its bytes stay valid until the next poll(), start(), rewind(), release() or
  /// close(). Nothing: the time is over, or there is an event, a gap or the fence to look at. A
  /// timeout of zero takes what is there.
  [[nodiscard]] virtual std::optional<core::Message> poll(Milliseconds timeout) = 0;

  [[nodiscard]] virtual std::optional<AssignmentEvent> take_event() = 0;
  [[nodiscard]] virtual std::optional<Gap> take_gap() = 0;

  /// Fetches these partitions, each from its place. May name fewer than were assigned: the others
  /// are ours but not read.
  [[nodiscard]] virtual tl::expected<void, KafkaError> start(
      std::span<const Position> positions) = 0;
  /// Gives up all partitions; also the answer to an `assigned` that will not be followed.
  [[nodiscard]] virtual tl::expected<void, KafkaError> release() = 0;
  /// Reads one partition of those started from another place; the others go on where they are.
  [[nodiscard]] virtual tl::expected<void, KafkaError> rewind(Position position) = 0;

  /// While paused poll() serves the group and gives no message. What was fetched ahead is fetched
  /// again: for stalls, not for breaths.
  virtual void pause() = 0;
  virtual void resume() = 0;
  virtual bool paused() const = 0;

  /// Sends what has advanced, without waiting. One request is under way at a time: what comes
  /// meanwhile, and what must be said again, goes with the next call. Partitions that are not ours
  /// are left out.
  virtual void commit(std::span<const Position> positions) = 0;
  /// The highest position that the group is known to hold, of those committed here since the
  /// partition was started or rewound; -1 before the first.
  [[nodiscard]] virtual core::Offset acknowledged(core::PartitionId partition) const = 0;
  /// Sends and waits, again and again until each is committed or dropped or the time is over. True:
  /// all are committed.
  [[nodiscard]] virtual bool commit_and_wait(std::span<const Position> positions,
                                             Milliseconds timeout) = 0;

  /// Blocking questions to the brokers. Partitions without a committed offset are absent.
  [[nodiscard]] virtual tl::expected<std::map<core::PartitionId, core::Offset>, KafkaError>
  committed(std::span<const core::PartitionId> partitions, Milliseconds timeout) = 0;
  [[nodiscard]] virtual tl::expected<LogRange, KafkaError> log_range(core::PartitionId partition,
                                                                     Milliseconds timeout) = 0;
  /// For each partition the first record that is stamped at or after its time (milliseconds since
  /// 1970); nothing where there is none.
  [[nodiscard]] virtual tl::expected<std::vector<std::optional<core::Offset>>, KafkaError>
  offsets_at(std::span<const Moment> moments, Milliseconds timeout) = 0;

  /// Our name in the group; empty unless the membership is fixed.
  [[nodiscard]] virtual std::string static_id() const = 0;
  /// Set once the group has fenced us, for ever: why, for a person.
  virtual const std::optional<std::string>& fenced() const = 0;
  /// The host of the member that has our static id now; nothing where none has.
  [[nodiscard]] virtual tl::expected<std::optional<std::string>, KafkaError> rival_host(
      Milliseconds timeout) = 0;

  /// What keeps us from the brokers; nothing once a message, an assignment or a commit has come
  /// through.
  virtual const std::optional<std::string>& trouble() const = 0;
  /// Asks the brokers whether they are back, for at most a tenth of a second, where there is
  /// trouble: with nothing to read and nothing to commit nobody else would.
  virtual void look_after_trouble() = 0;
  virtual const ConsumerCounters& counters() const = 0;
  /// Partitions with records that wait for a slower partition.
  virtual std::size_t held() const = 0;
  /// Of the partitions that are read, by what is known here: asks nobody. One of which no broker
  /// has answered yet is left out.
  [[nodiscard]] virtual std::vector<Lag> lags() const = 0;

  /// A static member stays in the group until its session is over; a dynamic one leaves.
  virtual void close() = 0;
};

}  // namespace assay::host
