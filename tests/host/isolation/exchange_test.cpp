// Questions and answers through shared memory, and what becomes of a side that does not play by the
// rules.
#include "host/isolation/exchange.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <thread>

namespace assay::tests {
namespace {

using host::Ask;
using host::EngineEnd;
using host::SharedMemory;
using host::Tell;
using Came = EngineEnd::Came;
using namespace std::chrono_literals;

std::chrono::steady_clock::time_point in(std::chrono::nanoseconds time) {
  return std::chrono::steady_clock::now() + time;
}

class ExchangeTest : public ::testing::TestWithParam<std::chrono::nanoseconds> {
 protected:
  ExchangeTest() : engine_(std::move(*EngineEnd::make(GetParam()))) {}

  host::RuleEnd other_end() const {
    return {std::move(*SharedMemory::open(engine_.question_file(), SharedMemory::Others::read)),
            std::move(*SharedMemory::open(engine_.answer_file(), SharedMemory::Others::write)),
            GetParam()};
  }
  host::AnswerHead& answer() {
    if (!answers_) {
      answers_.emplace(
          std::move(*SharedMemory::open(engine_.answer_file(), SharedMemory::Others::write)));
    }
    return *reinterpret_cast<host::AnswerHead*>(answers_->bytes().data());
  }

  EngineEnd engine_;
  std::optional<SharedMemory> answers_;
};

TEST_P(ExchangeTest, carries_questions_calls_replies_and_answers) {
  std::thread other([end = other_end()]() mutable {
    for (Ask asked = end.await(); asked != Ask::end; asked = end.await()) {
      const auto question = static_cast<char>(end.asked()[0]);
      end.answer_room()[0] = std::byte{'?'};
      end.tell(Tell::log, 1);
      ASSERT_EQ(end.await(), Ask::reply);
      end.answer_room()[0] = static_cast<std::byte>(question + static_cast<char>(end.asked()[0]));
      end.tell(Tell::returned, 1);
    }
  });
  for (int i = 0; i < 100; ++i) {
    engine_.question_room()[0] = static_cast<std::byte>(i % 100);
    engine_.ask(Ask::tick, 1);
    ASSERT_EQ(engine_.await(in(60s)), Came::answer);
    ASSERT_EQ(engine_.kind(), Tell::log);
    engine_.reply_room()[0] = std::byte{1};
    engine_.ask(Ask::reply, 1);
    ASSERT_EQ(engine_.await(in(60s)), Came::answer);
    ASSERT_EQ(engine_.kind(), Tell::returned);
    ASSERT_EQ(engine_.untrusted()[0], static_cast<std::byte>(i % 100 + 1));
  }
  engine_.ask(Ask::end, 0);
  other.join();
}

TEST_P(ExchangeTest, waits_no_longer_than_it_is_told) {
  engine_.ask(Ask::load, 0);
  EXPECT_EQ(engine_.await(in(1ms)), Came::nothing);
}

TEST_P(ExchangeTest, wakes_when_the_other_side_is_gone) {
  engine_.ask(Ask::load, 0);
  std::thread keeper([&] {
    std::this_thread::sleep_for(5ms);
    engine_.mark_gone();
  });
  EXPECT_EQ(engine_.await(in(60s)), Came::gone);
  keeper.join();
  engine_.ask(Ask::load, 0);
  EXPECT_EQ(engine_.await(in(60s)), Came::gone);
}

TEST_P(ExchangeTest, believes_no_turn_that_is_not_due_and_no_size_that_is_not_there) {
  engine_.ask(Ask::load, 0);
  answer().turn = 17;
  EXPECT_EQ(engine_.await(in(60s)), Came::nonsense);
  answer().size = UINT32_MAX;
  answer().turn = 1;
  EXPECT_EQ(engine_.await(in(60s)), Came::nonsense);
}

TEST_P(ExchangeTest, lets_the_other_side_neither_write_questions_nor_change_a_size) {
  const int questions = engine_.question_file();
  EXPECT_EQ(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, questions, 0), MAP_FAILED);
  EXPECT_EQ(::pwrite(questions, "x", 1, 0), -1);
  EXPECT_NE(::ftruncate(questions, 0), 0);
  EXPECT_NE(::ftruncate(engine_.answer_file(), 0), 0);
  EXPECT_NE(::ftruncate(engine_.answer_file(), 1 << 30), 0);
}

INSTANTIATE_TEST_SUITE_P(Waiting, ExchangeTest, ::testing::Values(0ns, 20us), [](const auto& spin) {
  return std::string(spin.param.count() > 0 ? "spinning" : "asleep");
});

}  // namespace
}  // namespace assay::tests
