#include "host/commands/outbox_groups.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace assay::host {
namespace {

// A group as a sink answers it, one line.
std::string a_line(const std::string& reason, const std::string& minute, int offset, int count) {
  const auto time = "2026-03-01T10:" + minute + ":00Z";
  return nlohmann::json{{"step", "main.alert"},
                        {"state", "dead"},
                        {"code", "550"},
                        {"reason", reason},
                        {"count", count},
                        {"oldest", time},
                        {"newest", time},
                        {"example", {{"topic", "payments"}, {"partition", 1}, {"offset", offset}}}}
             .dump() +
         "\n";
}

TEST(outbox_groups, put_together_what_differs_in_numbers_alone) {
  const auto groups =
      outbox_groups(a_line("no mailbox 17", "05", 30, 2) + a_line("no mailbox 4", "02", 12, 3));
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->size(), 1U);
  EXPECT_EQ(groups->at(0).reason, "no mailbox #");
  EXPECT_EQ(groups->at(0).count, 5U);
  EXPECT_EQ(groups->at(0).oldest, "2026-03-01T10:02:00Z");
  EXPECT_EQ(groups->at(0).newest, "2026-03-01T10:05:00Z");
  EXPECT_EQ(groups->at(0).example, "payments:1:30") << "that of the newest";
}

TEST(outbox_groups, keep_apart_what_differs_in_words) {
  const auto groups =
      outbox_groups(a_line("no mailbox", "05", 30, 2) + a_line("mailbox full", "06", 31, 1));
  ASSERT_TRUE(groups);
  EXPECT_EQ(groups->size(), 2U);
  EXPECT_EQ(count_of(*groups), 3U);
}

TEST(outbox_groups, are_none_where_a_line_is_no_group) {
  EXPECT_FALSE(outbox_groups(a_line("no mailbox", "05", 30, 2) + "not a group\n"));
  EXPECT_FALSE(outbox_groups("{}\n"));
}

TEST(outbox_groups, of_an_empty_outbox_are_an_empty_list) {
  const auto groups = outbox_groups("");
  ASSERT_TRUE(groups);
  EXPECT_TRUE(groups->empty());
  EXPECT_EQ(nlohmann::json::parse(json_of_outbox(*groups)).at("groups").size(), 0U);
}

TEST(outbox_groups, are_printed_with_a_dash_for_what_is_missing) {
  OutboxGroup sent{.step = "main.alert", .state = "sent", .count = 1, .receipt = "250 queued"};
  EXPECT_NE(print_outbox({sent}).find("main.alert  sent   -"), std::string::npos);
  EXPECT_NE(print_outbox({sent}).find("250 queued"), std::string::npos);
  sent.receipt.clear();
  const auto text = print_outbox({sent});
  EXPECT_EQ(text.substr(text.size() - 2), "-\n");
}

}  // namespace
}  // namespace assay::host
