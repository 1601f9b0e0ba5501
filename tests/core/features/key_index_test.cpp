#include "core/features/key_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory_resource>
#include <random>
#include <set>
#include <vector>

namespace assay::core {
namespace {

class KeyIndexTest : public ::testing::Test {
 protected:
  bool holds(std::uint32_t tag, std::uint32_t record) const {
    return index_.find(tag, [&](std::uint32_t one) { return one == record; }) == record;
  }
  // All records that a walk of so many places comes to.
  std::set<std::uint32_t> met(KeyIndex::Hand& hand, std::size_t places) const {
    std::set<std::uint32_t> records;
    for (; places > 0; --places) records.insert(index_.look(hand));
    records.erase(0);
    return records;
  }

  std::uint32_t some() { return static_cast<std::uint32_t>(random_()); }

  BlockPool pool_{*std::pmr::get_default_resource()};
  KeyIndex index_{pool_};
  std::mt19937 random_{42};
};

TEST_F(KeyIndexTest, finds_what_was_put_in_and_not_taken_out) {
  std::map<std::uint32_t, std::uint32_t> tags;  // by record
  std::uint32_t record = 0;
  for (int i = 0; i < 60'000; ++i) {
    if (some() % 3 > 0 || tags.empty()) {
      // Many agree in their tag, or in its first bits.
      const auto tag = some() % 4 == 0 ? some() % 16 : some();
      index_.insert(tag, ++record);
      tags[record] = tag;
    } else {
      auto one = tags.lower_bound(some() % record + 1);
      if (one == tags.end()) one = tags.begin();
      index_.erase(one->second, one->first);
      ASSERT_FALSE(holds(one->second, one->first));
      tags.erase(one);
    }
  }
  EXPECT_EQ(index_.size(), tags.size());
  for (const auto& [one, tag] : tags) EXPECT_TRUE(holds(tag, one));
}

TEST_F(KeyIndexTest, moves_one_segment_at_most_for_a_new_key_however_many_there_are) {
  std::size_t most = 0;
  for (std::uint32_t record = 1; record <= 200'000; ++record) {
    const auto before = pool_.used();
    index_.insert(some(), record);
    most = std::max(most, pool_.used() - before);
  }
  EXPECT_LE(most, 16u << 10);
  EXPECT_LE(pool_.used(), index_.places() * 8);
  EXPECT_GT(index_.size() * 5, index_.places() * 2);
}

TEST_F(KeyIndexTest, holds_more_keys_of_one_tag_than_a_segment_has_places) {
  for (std::uint32_t record = 1; record <= 3'000; ++record) index_.insert(7, record);
  for (std::uint32_t record = 1; record <= 3'000; ++record) EXPECT_TRUE(holds(7, record));
  EXPECT_LT(index_.bytes(), 2u << 20);
}

TEST_F(KeyIndexTest, walks_over_every_key_in_one_round) {
  for (std::uint32_t record = 1; record <= 20'000; ++record) {
    index_.insert(some(), record);
  }
  KeyIndex::Hand hand;
  EXPECT_EQ(met(hand, index_.places()).size(), 20'000u);
  EXPECT_EQ(met(hand, index_.places()).size(), 20'000u);
}

TEST_F(KeyIndexTest, misses_few_keys_in_a_round_during_which_it_grows) {
  for (std::uint32_t record = 1; record <= 20'000; ++record) {
    index_.insert(some(), record);
  }
  KeyIndex::Hand hand;
  std::set<std::uint32_t> seen;
  std::uint32_t record = 20'000;
  do {
    seen.merge(met(hand, 4));
    index_.insert(some(), ++record);
  } while (hand.tag != 0 || hand.place != 0);
  std::size_t old = 0;
  for (const auto one : seen) old += one <= 20'000;
  EXPECT_GT(old, 18'000u);
  EXPECT_GT(index_.size(), 22'000u);
}

TEST_F(KeyIndexTest, says_what_a_walk_comes_to) {
  for (std::uint32_t record = 1; record <= 5'000; ++record) {
    index_.insert(some(), record);
  }
  KeyIndex::Hand hand;
  std::size_t known = 0;
  for (std::size_t i = 0; i < index_.places(); ++i) {
    const auto said = index_.ahead(hand, 3);
    auto later = hand;
    for (int k = 0; k < 3; ++k) index_.look(later);
    const auto found = index_.look(later);
    if (said == 0) {
      index_.look(hand);
      continue;
    }
    ++known;
    ASSERT_EQ(said, found);
    index_.look(hand);
  }
  EXPECT_GT(known, 4'900u);
}

}  // namespace
}  // namespace assay::core
