#include "core/holders/holder_table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/core/holders/holder_fixture.hpp"

namespace assay::core {
namespace {

TEST(HolderTable, joins_fields_of_every_type) {
  HolderFixture f;
  const auto row = f.holder(7);
  f.holders.put_text(row, f.of("name"), "Ada");
  f.holders.put_int64(row, f.of("balance"), 12'3400);
  f.holders.put_double(row, f.of("limit"), 2.5);
  f.holders.put_int64(row, f.of("vip"), 1);
  f.holders.put_token(row, f.of("card"), {11, 22});
  f.holders.put_text(row, f.of("address"), "nobody has asked for it");
  ASSERT_TRUE(f.table.upsert(f.holders, row));

  EXPECT_EQ(f.name_of(7), "Ada");
  EXPECT_EQ(f.transactions.int64(0, f.joined("holder.balance")), 12'3400);
  EXPECT_EQ(f.transactions.float64(0, f.joined("holder.limit")), 2.5);
  EXPECT_EQ(f.transactions.int64(0, f.joined("holder.vip")), 1);
  const auto card = f.transactions.token(0, f.joined("holder.card"));
  const assay_token expected{11, 22};
  EXPECT_EQ(std::memcmp(&card, &expected, sizeof card), 0);
  EXPECT_EQ(f.table.most_text(), 3u);
}

TEST(HolderTable, leaves_absent_what_a_holder_lacks) {
  HolderFixture f;
  f.upsert(7, std::nullopt);
  EXPECT_EQ(f.name_of(7), std::nullopt);
  for (const auto* name : {"holder.balance", "holder.limit", "holder.vip", "holder.card"}) {
    EXPECT_FALSE(f.transactions.has(0, f.joined(name))) << name;
  }
}

TEST(HolderTable, tells_an_empty_text_from_an_absent_one) {
  HolderFixture f;
  f.upsert(7, "");
  EXPECT_EQ(f.name_of(7), "");
}

TEST(HolderTable, counts_known_and_unknown_rows_and_those_that_name_nobody) {
  HolderFixture f;
  f.upsert(1, "Ada");
  for (const std::int64_t id : {1, 2, 1}) {
    f.transactions.put_int64(f.transactions.add_row(), f.joined("user_id"), id);
  }
  f.transactions.add_row();
  const auto counts = f.table.join(f.transactions);
  EXPECT_EQ(counts.known, 2u);
  EXPECT_EQ(counts.unknown, 2u);
  EXPECT_EQ(counts.no_room, 0u);
  EXPECT_FALSE(f.transactions.has(1, f.joined("holder.name")));
  EXPECT_FALSE(f.transactions.has(3, f.joined("holder.name")));
}

TEST(HolderTable, knows_nobody_while_empty) {
  HolderFixture f;
  EXPECT_EQ(f.name_of(7), std::nullopt);
  EXPECT_FALSE(f.table.erase(f.holders, f.holder(7)));
}

TEST(HolderTable, replaces_a_holder_whole) {
  HolderFixture f;
  const auto row = f.holder(7);
  f.holders.put_text(row, f.of("name"), "Ada");
  f.holders.put_int64(row, f.of("vip"), 1);
  f.table.upsert(f.holders, row);
  f.upsert(7, "Bob");  // of the same length: in place
  EXPECT_EQ(f.name_of(7), "Bob");
  EXPECT_FALSE(f.transactions.has(0, f.joined("holder.vip")));
  f.upsert(7, "Clementine");
  EXPECT_EQ(f.name_of(7), "Clementine");
  EXPECT_EQ(f.table.size(), 1u);
}

TEST(HolderTable, refuses_a_holder_without_a_key) {
  HolderFixture f;
  f.holders.add_row();
  EXPECT_FALSE(f.table.upsert(f.holders, 0));
  EXPECT_FALSE(f.table.erase(f.holders, 0));
  EXPECT_EQ(f.table.size(), 0u);
}

TEST(HolderTable, finds_holders_by_text) {
  HolderFixture f(FieldType::text);
  for (const auto* id : {"a", "b", "", "a-long-key-that-fits-nowhere-else"}) {
    const auto row = f.holder(id);
    f.holders.put_text(row, f.of("name"), std::string("name of ") + id);
    f.table.upsert(f.holders, row);
  }
  EXPECT_EQ(f.table.size(), 4u);
  EXPECT_TRUE(f.table.erase(f.holders, f.holder("b")));
  const auto a = f.transactions.add_row();
  f.transactions.put_text(a, f.joined("user_id"), "a-long-key-that-fits-nowhere-else");
  const auto b = f.transactions.add_row();
  f.transactions.put_text(b, f.joined("user_id"), "b");
  f.table.join(f.transactions);
  EXPECT_EQ(f.transactions.text(a, f.joined("holder.name")),
            "name of a-long-key-that-fits-nowhere-else");
  EXPECT_FALSE(f.transactions.has(b, f.joined("holder.name")));
}

TEST(HolderTable, joins_nothing_of_a_holder_for_whom_the_block_has_no_room) {
  HolderFixture f(FieldType::int64, 4);
  const auto row = f.holder(7);
  f.holders.put_text(row, f.of("name"), "Clementine");
  f.holders.put_int64(row, f.of("vip"), 1);
  f.table.upsert(f.holders, row);
  f.transactions.put_int64(f.transactions.add_row(), f.joined("user_id"), 7);
  const auto counts = f.table.join(f.transactions);
  EXPECT_EQ(counts.known, 1u);
  EXPECT_EQ(counts.no_room, 1u);
  EXPECT_FALSE(f.transactions.has(0, f.joined("holder.name")));
  EXPECT_FALSE(f.transactions.has(0, f.joined("holder.vip")));
}

TEST(HolderTable, gives_back_the_memory_of_those_it_forgets) {
  HolderFixture f;
  f.upsert(0, "somebody");
  const auto before = f.table.bytes();
  for (std::int64_t id = 1; id < 40; ++id) f.upsert(id, "somebody");
  EXPECT_GT(f.table.bytes(), before);
  for (std::int64_t id = 1; id < 40; ++id) f.table.erase(f.holders, f.holder(id));
  EXPECT_EQ(f.table.bytes(), before);
  EXPECT_EQ(f.table.size(), 1u);
}

TEST(HolderTable, costs_little_more_than_its_bytes) {
  HolderFixture f;
  constexpr std::int64_t holders = 20'000;
  for (std::int64_t id = 0; id < holders; ++id) f.upsert(id, "a name of 20 letters");
  // Head, key, cells, validity, text; the index in its worst moment and the heap add 40 at most.
  const auto own = 8 + 8 + f.table.plan().cells + f.table.plan().copies.size() + 20;
  EXPECT_LE(f.table.bytes(), holders * (own + 40));
}

// Any changes in any order leave what a map would hold.
TEST(HolderTable, is_a_map_of_the_newest_records) {
  using Change = std::tuple<std::int64_t, bool, std::string>;  // key, keep or erase, name
  const bool holds = rc::check([] {
    // Few keys, so that they meet again; far apart, so that their places are no row of neighbours.
    const auto key = rc::gen::map(rc::gen::inRange<std::int64_t>(0, 150),
                                  [](std::int64_t small) { return small * small * 0x10001 - 99; });
    const auto changes = *rc::gen::container<std::vector<Change>>(
        rc::gen::tuple(key, rc::gen::weightedElement<bool>({{2, true}, {1, false}}),
                       rc::gen::string<std::string>()));
    HolderFixture f;
    std::map<std::int64_t, std::string> model;
    for (const auto& [id, keep, name] : changes) {
      if (keep) {
        f.upsert(id, name);
        model[id] = name;
      } else {
        RC_ASSERT(f.table.erase(f.holders, f.holder(id)) == (model.erase(id) == 1));
      }
      RC_ASSERT(f.table.size() == model.size());
    }
    for (const auto& [id, keep, name] : changes) {
      const auto known = model.find(id);
      const auto expected =
          known == model.end() ? std::nullopt : std::optional<std::string>(known->second);
      RC_ASSERT(f.name_of(id) == expected);
    }
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace assay::core
