// The worker's loop must not allocate.
#include <gtest/gtest.h>

#include <string>

#include "tests/core/decode/decode_fixture.hpp"
#include "tests/support/allocation_count.hpp"

namespace assay::core {
namespace {

using tests::allocations;

TEST(Allocation, is_counted_by_this_binary) {
  const auto before = allocations();
  const std::string text(100, 'x');
  EXPECT_EQ(allocations(), before + 1) << text;
}

TEST(Allocation, does_not_happen_while_messages_are_decoded) {
  DecodeFixture fixture;
  const auto good = sample_message();
  const auto escaped = replaced(good, "Lisbon", R"(Lis\u0062on)");
  const auto unknown = replaced(good, R"("location")", R"("x":[1,{"y":"z\n"}],"w":2,"location")");
  const std::string broken = R"({"amount":1,"amount":2})";
  const auto before = allocations();
  bool all_good = true;
  bool all_refused = true;
  for (int i = 0; i < 100; ++i) {
    all_good = all_good && fixture.decode(good) == DecodeError::ok &&
               fixture.decode(escaped) == DecodeError::ok &&
               fixture.decode(unknown) == DecodeError::ok;
    all_refused = all_refused && fixture.decode(broken) == DecodeError::repeated_key &&
                  fixture.decode("{") == DecodeError::not_json;
  }
  const auto after = allocations();
  EXPECT_EQ(after, before);
  EXPECT_TRUE(all_good);
  EXPECT_TRUE(all_refused);
}

}  // namespace
}  // namespace assay::core
