#include "host/isolation/exchange.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <ctime>
#include <utility>

namespace assay::host {
namespace {

using Clock = std::chrono::steady_clock;

// A turn that no question has: the process has ended.
constexpr std::uint32_t kGone = UINT32_MAX;

constexpr std::size_t kReplyAt = sizeof(QuestionHead);
constexpr std::size_t kQuestionAt = kReplyAt + kReplySize;
constexpr std::size_t kAnswerAt = sizeof(AnswerHead);

void wake(std::atomic<std::uint32_t>& turn) {
  ::syscall(SYS_futex, &turn, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

// Until it is another turn, something else wakes us, or it is too late.
void sleep_while(std::atomic<std::uint32_t>& turn, std::uint32_t value,
                 const std::timespec* deadline) {
  ::syscall(SYS_futex, &turn, FUTEX_WAIT_BITSET, value, deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
}

std::timespec to_c(Clock::time_point time) {
  const auto ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  return {ns / 1'000'000'000, ns % 1'000'000'000};
}

bool changes_within(const std::atomic<std::uint32_t>& turn, std::uint32_t value,
                    std::chrono::nanoseconds patience) {
  if (patience.count() <= 0) return false;
  const auto end = Clock::now() + patience;
  do {
    if (turn.load(std::memory_order_acquire) != value) return true;
    __builtin_ia32_pause();
  } while (Clock::now() < end);
  return false;
}

std::uint32_t behind(std::uint32_t turn) { return turn + 1 == kGone ? 1 : turn + 1; }

}  // namespace

tl::expected<EngineEnd, std::string> EngineEnd::make(std::chrono::nanoseconds spin) {
  auto questions = SharedMemory::make("assay questions", kQuestionSize, SharedMemory::Others::read);
  if (!questions) return tl::make_unexpected(questions.error());
  auto answers = SharedMemory::make("assay answers", kAnswerSize, SharedMemory::Others::write);
  if (!answers) return tl::make_unexpected(answers.error());
  return EngineEnd(std::move(*questions), std::move(*answers), spin);
}

QuestionHead& EngineEnd::question() const {
  return *reinterpret_cast<QuestionHead*>(questions_.bytes().data());
}
AnswerHead& EngineEnd::answer() const {
  return *reinterpret_cast<AnswerHead*>(answers_.bytes().data());
}

std::span<std::byte> EngineEnd::question_room() const {
  return questions_.bytes().subspan(kQuestionAt);
}
std::span<std::byte> EngineEnd::reply_room() const {
  return questions_.bytes().subspan(kReplyAt, kReplySize);
}

void EngineEnd::ask(Ask kind, std::size_t size) {
  turn_ = behind(turn_);
  auto& head = question();
  head.kind = static_cast<std::uint32_t>(kind);
  head.size = static_cast<std::uint32_t>(size);
  head.turn.store(turn_, std::memory_order_release);
  wake(head.turn);
}

EngineEnd::Came EngineEnd::await(Clock::time_point deadline) {
  auto& head = answer();
  const auto until = to_c(deadline);
  auto came = head.turn.load(std::memory_order_acquire);
  bool spun = false;
  while (came != turn_ && came != kGone) {
    // Nothing but the turn before this one may stand there.
    if (behind(came) != turn_) return Came::nonsense;
    if (!std::exchange(spun, true) && changes_within(head.turn, came, spin_)) {
      came = head.turn.load(std::memory_order_acquire);
      continue;
    }
    if (Clock::now() >= deadline) return Came::nothing;
    sleep_while(head.turn, came, &until);
    came = head.turn.load(std::memory_order_acquire);
  }
  if (came == kGone) return Came::gone;
  const auto room = answers_.bytes().subspan(kAnswerAt);
  // Read once: what is bounded here must be what is used.
  const auto size = *static_cast<volatile std::uint32_t*>(&head.size);
  kind_ = static_cast<Tell>(*static_cast<volatile std::uint32_t*>(&head.kind));
  if (size > room.size()) return Came::nonsense;
  answer_ = room.first(size);
  return Came::answer;
}

std::uint64_t EngineEnd::counter(std::size_t number) const {
  return answer().counters[number].load(std::memory_order_relaxed);
}

int EngineEnd::refused_call() const {
  return static_cast<int>(*static_cast<volatile std::uint32_t*>(&answer().refused_call)) - 1;
}

void EngineEnd::mark_gone() const {
  answer().turn.store(kGone, std::memory_order_release);
  wake(answer().turn);
}

AnswerHead& RuleEnd::answer() const {
  return *reinterpret_cast<AnswerHead*>(answers_.bytes().data());
}

Ask RuleEnd::await() {
  auto& head = *reinterpret_cast<QuestionHead*>(questions_.bytes().data());
  auto came = head.turn.load(std::memory_order_acquire);
  if (came == turn_) changes_within(head.turn, turn_, spin_);
  while ((came = head.turn.load(std::memory_order_acquire)) == turn_) {
    sleep_while(head.turn, turn_, nullptr);
  }
  turn_ = came;
  const auto kind = static_cast<Ask>(head.kind);
  asked_ = questions_.bytes().subspan(kind == Ask::reply ? kReplyAt : kQuestionAt, head.size);
  return kind;
}

std::span<std::byte> RuleEnd::answer_room() const { return answers_.bytes().subspan(kAnswerAt); }

void RuleEnd::tell(Tell kind, std::size_t size) {
  auto& head = answer();
  head.kind = static_cast<std::uint32_t>(kind);
  head.size = static_cast<std::uint32_t>(size);
  head.turn.store(turn_, std::memory_order_release);
  wake(head.turn);
}

void RuleEnd::count(std::size_t number, std::uint64_t value) const {
  answer().counters[number].store(value, std::memory_order_relaxed);
}

void RuleEnd::refused(int call) const {
  answer().refused_call = static_cast<std::uint32_t>(call) + 1;
}

}  // namespace assay::host
