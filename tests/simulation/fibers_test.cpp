// Simulated processes end when they are killed, whatever their code makes of it.
#include "tests/simulation/fibers.hpp"

#include <gtest/gtest.h>

namespace assay::simulation {
namespace {

constexpr Fibers::Process kOne = 1;
constexpr Fibers::Process kOther = 2;

TEST(Fibers, of_a_process_that_is_killed_go_no_further) {
  Chance chance(7);
  Fibers fibers(chance);
  bool went_on = false;
  fibers.start(kOne, [&] {
    fibers.wait(Fibers::Moment::max(), [] { return false; });
    went_on = true;
  });
  ASSERT_TRUE(fibers.turn());
  fibers.kill(kOne);
  EXPECT_FALSE(fibers.alive(kOne));
  EXPECT_FALSE(went_on);
}

// As the engine does around a plugin's call.
TEST(Fibers, end_with_their_process_where_the_kill_is_caught_and_they_wait_again) {
  Chance chance(7);
  Fibers fibers(chance);
  const auto waits = [&] { fibers.wait(Fibers::Moment::max(), [] { return false; }); };
  fibers.start(kOne, [&] {
    try {
      waits();
    } catch (...) {
      waits();
    }
  });
  fibers.start(kOther, [&] { fibers.step(); });
  ASSERT_TRUE(fibers.turn());
  ASSERT_TRUE(fibers.turn());
  fibers.kill(kOne);
  EXPECT_FALSE(fibers.alive(kOne));
  while (fibers.turn()) {
  }
  EXPECT_FALSE(fibers.alive(kOther));
}

}  // namespace
}  // namespace assay::simulation
