// What the engine and the process of one rule say to each other: one question, one answer, in
// turns, through shared memory.
//
// The engine writes the memory of questions, which the other can only read; the other writes that
// of answers. Each begins with a head; a side that has written raises the turn in its head, and
// wakes the other by a futex. While it works on a question the process may call back: its answer is
// then a call, and the engine's reply a question, which goes to a place of its own, for the batch
// that is being judged must stay. Nothing in the memory of answers is trusted: it is copied before
// it is judged, and every size in it is bounded here.
//
// Thread: the one that speaks; mark_gone() is anybody's.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tl/expected.hpp>

#include "host/isolation/shared_memory.hpp"

namespace assay::host {

enum class Ask : std::uint32_t {
  load = 1,       // the library; its answer tells what the plugin is
  create_shared,  // from the parameters that the process was started with
  create,         // an instance
  bind,
  close,  // the last of what a rule must not do is forbidden from now on
  evaluate,
  tick,
  save,
  load_state,
  destroy,
  end,
  reply,  // to a call
};

enum class Tell : std::uint32_t {
  returned = 1,  // status and error
  verdicts,
  // Calls, which want a reply.
  field,
  feature,
  reason,
  offered,
  log,
  counter,
  state_write,
  state_read,
};

// Of counters that one plugin may declare.
inline constexpr std::size_t kCounters = 64;

struct QuestionHead {
  std::atomic<std::uint32_t> turn;
  std::uint32_t kind;
  std::uint32_t size;  // bytes
  std::uint32_t unused[13];
};

struct AnswerHead {
  std::atomic<std::uint32_t> turn;
  std::uint32_t kind;
  std::uint32_t size;          // bytes
  std::uint32_t refused_call;  // number of the system call that the sandbox stopped, and one more
  std::uint32_t unused[12];
  std::atomic<std::uint64_t> counters[kCounters];  // of the plugin, so far
};

static_assert(sizeof(QuestionHead) == 64);
static_assert(sizeof(AnswerHead) == 64 + 8 * kCounters);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

inline constexpr std::size_t kReplySize = 64 << 10;     // bytes of a reply, and of a text in a call
inline constexpr std::size_t kQuestionSize = 16 << 20;  // bytes of a batch, nearly
inline constexpr std::size_t kAnswerSize = 4 << 20;     // bytes of verdicts, nearly

// Of the engine.
class EngineEnd final {
 public:
  // `spin`: how long an answer is waited for without going to sleep.
  [[nodiscard]] static tl::expected<EngineEnd, std::string> make(std::chrono::nanoseconds spin);
  EngineEnd(EngineEnd&&) = default;

  [[nodiscard]] int question_file() const { return questions_.file(); }
  [[nodiscard]] int answer_file() const { return answers_.file(); }

  // Where the next question, or reply, is written.
  [[nodiscard]] std::span<std::byte> question_room() const;
  [[nodiscard]] std::span<std::byte> reply_room() const;
  // Asks what was written: the first `size` bytes of the room.
  void ask(Ask kind, std::size_t size);

  enum class Came { answer, nothing, gone, nonsense };
  // Until there is an answer, the process is gone, or it is too late.
  [[nodiscard]] Came await(std::chrono::steady_clock::time_point deadline);
  // Of the answer that came: as the other side wrote it, and perhaps still writes.
  [[nodiscard]] Tell kind() const { return kind_; }
  [[nodiscard]] std::span<const std::byte> untrusted() const { return answer_; }

  [[nodiscard]] std::uint64_t counter(std::size_t number) const;
  // Of the system call that ended the process; -1 for none.
  [[nodiscard]] int refused_call() const;

  // The process has ended: whoever awaits it, now or later, hears so.
  void mark_gone() const;

 private:
  EngineEnd(SharedMemory questions, SharedMemory answers, std::chrono::nanoseconds spin)
      : questions_(std::move(questions)), answers_(std::move(answers)), spin_(spin) {}
  [[nodiscard]] QuestionHead& question() const;
  [[nodiscard]] AnswerHead& answer() const;

  SharedMemory questions_;
  SharedMemory answers_;
  std::chrono::nanoseconds spin_;
  std::uint32_t turn_ = 0;
  Tell kind_ = Tell::returned;
  std::span<const std::byte> answer_{};
};

// Of the process. The memory is as the engine made it.
class RuleEnd final {
 public:
  RuleEnd(SharedMemory questions, SharedMemory answers, std::chrono::nanoseconds spin)
      : questions_(std::move(questions)), answers_(std::move(answers)), spin_(spin) {}

  // Waits for as long as it takes.
  Ask await();
  // Of the question, or the reply. It stays until the next one of its kind.
  [[nodiscard]] std::span<const std::byte> asked() const { return asked_; }

  [[nodiscard]] std::span<std::byte> answer_room() const;
  void tell(Tell kind, std::size_t size);

  void count(std::size_t number, std::uint64_t value) const;
  // For a signal's handler.
  void refused(int call) const;

 private:
  [[nodiscard]] AnswerHead& answer() const;

  SharedMemory questions_;
  SharedMemory answers_;
  std::chrono::nanoseconds spin_;
  std::uint32_t turn_ = 0;
  std::span<const std::byte> asked_{};
};

}  // namespace assay::host
