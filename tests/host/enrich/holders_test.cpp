#include "host/enrich/holders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "host/enrich/holder_batch.hpp"
#include "tests/host/enrich/enrich_fixture.hpp"

namespace assay::host {
namespace {

core::Message message(std::string_view payload) { return {payload, {}, {0}, {0}, 0}; }

TEST(Holders, say_what_is_wrong_with_the_keys) {
  const auto layout = bound_layout();
  const auto made = Holders::make(core::sample_holder_schema(), "customer", layout, "user_id");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error(), testing::HasSubstr("`customer`"));
}

TEST(Holders, know_whether_anybody_wants_them) {
  EXPECT_TRUE(EnrichFixture{}.holders->wanted());
  core::Layout layout;
  core::sample_transaction_schema().add_to(layout);
  EXPECT_FALSE(
      (*Holders::make(core::sample_holder_schema(), "user_id", layout, "user_id"))->wanted());
}

TEST(HolderBatch, applies_changes_in_their_order) {
  EnrichFixture f;
  HolderBatch batch(*f.holders, {});
  EXPECT_EQ(batch.upsert(message(holder_json(1, "a@example.org"))), core::DecodeError::ok);
  EXPECT_TRUE(batch.erase("1"));
  EXPECT_EQ(batch.upsert(message(holder_json(2, "b@example.org"))), core::DecodeError::ok);
  EXPECT_EQ(batch.upsert(message(holder_json(2, "c@example.org"))), core::DecodeError::ok);
  EXPECT_EQ(f.email_of(2), std::nullopt);  // not yet
  batch.flush();
  EXPECT_EQ(f.email_of(1), std::nullopt);
  EXPECT_EQ(f.email_of(2), "c@example.org");
}

TEST(HolderBatch, refuses_a_card_number_as_the_records_key) {
  EnrichFixture f;
  core::DecodeOptions options;
  options.refuse_card_keys = true;
  HolderBatch batch(*f.holders, options);
  const auto json = holder_json(1, "a@example.org");
  auto record = message(json);
  record.key = "4556737586899855";
  EXPECT_EQ(batch.upsert(record), core::DecodeError::card_in_key);
  record.key = "1";
  EXPECT_EQ(batch.upsert(record), core::DecodeError::ok);
}

TEST(HolderBatch, leaves_a_holder_as_he_was_when_a_record_is_bad) {
  EnrichFixture f;
  HolderBatch batch(*f.holders, {});
  EXPECT_EQ(batch.upsert(message(holder_json(1, "a@example.org"))), core::DecodeError::ok);
  EXPECT_EQ(batch.upsert(message(R"({"user_id":1,"email":"x"})")),
            core::DecodeError::missing_field);
  EXPECT_EQ(batch.upsert(message("{")), core::DecodeError::not_json);
  for (const auto* key : {"", "one", "1 ", "99999999999999999999"}) {
    EXPECT_FALSE(batch.erase(key)) << key;
  }
  batch.flush();
  EXPECT_EQ(f.email_of(1), "a@example.org");
  EXPECT_EQ(f.holders->size().holders, 1u);
}

TEST(HolderBatch, applies_itself_when_it_is_full) {
  EnrichFixture f;
  HolderBatch batch(*f.holders, {});
  constexpr std::int64_t holders = 1'000;
  for (std::int64_t id = 0; id < holders; ++id) {
    const auto mail = std::string(2'000, 'x') + std::to_string(id);
    ASSERT_EQ(batch.upsert(message(holder_json(id, mail))), core::DecodeError::ok);
  }
  EXPECT_GT(f.holders->size().holders, 0u);
  for (std::int64_t id = 0; id < holders; id += 2) EXPECT_TRUE(batch.erase(std::to_string(id)));
  batch.flush();
  EXPECT_EQ(f.holders->size().holders, static_cast<std::size_t>(holders) / 2);
  EXPECT_EQ(f.email_of(999), std::string(2'000, 'x') + "999");
  EXPECT_GE(f.holders->size().most_text, 2'000u);
}

TEST(HolderBatch, keeps_holders_by_text_and_erases_them) {
  core::Layout layout;
  layout.add("iban", core::FieldType::text);
  layout.add("holder.email", core::FieldType::text);
  const auto holders =
      std::move(*Holders::make(core::sample_holder_schema(), "account_number", layout, "iban"));
  HolderBatch batch(*holders, {});
  EXPECT_EQ(batch.upsert(message(holder_json(1, "a@example.org"))), core::DecodeError::ok);
  batch.flush();
  EXPECT_EQ(holders->size().holders, 1u);
  EXPECT_TRUE(batch.erase("PT50"));
  EXPECT_FALSE(batch.erase(std::string(2u << 20, 'x')));  // no block has room for it
  batch.flush();
  EXPECT_EQ(holders->size().holders, 0u);
}

TEST(HolderJoin, counts_over_all_its_batches) {
  EnrichFixture f;
  HolderBatch batch(*f.holders, {});
  EXPECT_EQ(batch.upsert(message(holder_json(1, "a@example.org"))), core::DecodeError::ok);
  batch.flush();
  HolderJoin join(*f.holders, f.targets());
  for (int round = 0; round < 2; ++round) {
    f.block.clear();
    for (const std::int64_t id : {1, 2}) {
      f.block.put_int64(f.block.add_row(), *f.layout.find("user_id"), id);
    }
    join.enrich(f.block);
  }
  EXPECT_EQ(join.counts().known, 2u);
  EXPECT_EQ(join.counts().unknown, 2u);
}

// Every join sees a holder before or after a change, never between: both texts are of one record.
TEST(Holders, are_read_whole_while_they_change) {
  EnrichFixture f;
  std::atomic<bool> done = false;
  HolderBatch batch(*f.holders, {});
  EXPECT_EQ(batch.upsert(message(holder_json(1, "0", "0"))), core::DecodeError::ok);
  batch.flush();
  std::jthread writer([&] {
    for (int round = 0; round < 2'000; ++round) {
      const auto text = std::string(static_cast<std::size_t>(round % 7), 'x');
      static_cast<void>(batch.upsert(message(holder_json(1, text, text))));
      if (round % 50 == 0) {
        for (int id = 2; id < 100; ++id) {
          static_cast<void>(batch.upsert(message(holder_json(std::int64_t{id} * round, "e", "z"))));
        }
      }
      batch.flush();
    }
    done = true;
  });
  const auto email = *f.layout.find("holder.email");
  const auto zone = *f.layout.find("holder.time_zone");
  do {
    ASSERT_TRUE(f.email_of(1));
    ASSERT_EQ(f.block.text(0, email), f.block.text(0, zone));
  } while (!done);
}

}  // namespace
}  // namespace assay::host
