// How many mails one recipient may get in a while, on a clock of the test's own.
#include "plugins/sinks/smtp/recipient_cap.hpp"

#include <gtest/gtest.h>

#include <string>

namespace assay::smtp {
namespace {

class RecipientCapTest : public ::testing::Test {
 protected:
  int admitted(const std::string& recipient, int mails) {
    int sent = 0;
    for (int mail = 0; mail < mails; ++mail) {
      if (!cap_.admits(recipient, now_)) continue;
      cap_.count(recipient, now_);
      ++sent;
    }
    return sent;
  }

  RecipientCap cap_{3, minutes{10}};
  RecipientCap::Moment now_{hours{1}};
};

TEST_F(RecipientCapTest, lets_so_many_mails_through_and_no_more) {
  EXPECT_EQ(admitted("desk@bank.example", 100), 3);
}

TEST_F(RecipientCapTest, counts_each_recipient_alone) {
  EXPECT_EQ(admitted("desk@bank.example", 100), 3);
  EXPECT_EQ(admitted("joao@example.org", 2), 2);
}

TEST_F(RecipientCapTest, takes_upper_and_lower_case_for_one_recipient) {
  EXPECT_EQ(admitted("Desk@Bank.example", 2), 2);
  EXPECT_EQ(admitted("desk@bank.EXAMPLE", 2), 1);
}

TEST_F(RecipientCapTest, begins_anew_when_the_window_is_over_and_not_before) {
  EXPECT_EQ(admitted("desk@bank.example", 1), 1);
  now_ += minutes{9};
  EXPECT_EQ(admitted("desk@bank.example", 100), 2);
  now_ += minutes{1} - std::chrono::nanoseconds{1};
  EXPECT_EQ(admitted("desk@bank.example", 100), 0);
  now_ += std::chrono::nanoseconds{1};
  EXPECT_EQ(admitted("desk@bank.example", 100), 3);
}

TEST_F(RecipientCapTest, does_not_count_what_was_only_asked_for) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    EXPECT_TRUE(cap_.admits("desk@bank.example", now_));
  }
  EXPECT_EQ(admitted("desk@bank.example", 100), 3);
}

TEST_F(RecipientCapTest, lets_everything_through_to_recipients_beyond_those_it_can_count) {
  for (std::size_t i = 0; i < RecipientCap::most_recipients; ++i) {
    cap_.count(std::to_string(i) + "@example.org", now_);
  }
  EXPECT_EQ(admitted("desk@bank.example", 100), 100);
  EXPECT_EQ(admitted("0@example.org", 100), 2);
}

TEST_F(RecipientCapTest, has_room_for_new_recipients_when_the_windows_of_the_others_are_over) {
  for (std::size_t i = 0; i < RecipientCap::most_recipients; ++i) {
    cap_.count(std::to_string(i) + "@example.org", now_);
  }
  now_ += minutes{10};
  EXPECT_EQ(admitted("desk@bank.example", 100), 3);
}

TEST_F(RecipientCapTest, says_itself_in_words) {
  EXPECT_EQ(cap_.words(), "3 mails in 10m");
  EXPECT_EQ(RecipientCap(1, hours{1}).words(), "1 mail in 1h");
}

}  // namespace
}  // namespace assay::smtp
