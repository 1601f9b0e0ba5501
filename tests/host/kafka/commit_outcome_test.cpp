#include "host/kafka/commit_outcome.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

constexpr auto fine = RD_KAFKA_RESP_ERR_NO_ERROR;

TEST(commit_outcome, of_a_clean_answer_is_committed) {
  EXPECT_EQ(commit_outcome(fine, fine), CommitOutcome::committed);
}

TEST(commit_outcome, of_a_partition_in_a_failed_request_is_the_requests) {
  EXPECT_EQ(commit_outcome(RD_KAFKA_RESP_ERR__TRANSPORT, fine), CommitOutcome::retry);
  EXPECT_EQ(commit_outcome(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, fine), CommitOutcome::drop);
}

TEST(commit_outcome, of_one_partition_is_not_changed_by_the_failure_of_another) {
  EXPECT_EQ(commit_outcome(fine, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART), CommitOutcome::retry);
  EXPECT_EQ(commit_outcome(fine, fine), CommitOutcome::committed);
}

TEST(commit_outcome, drops_what_another_member_may_own_by_now) {
  for (const auto code : {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                          RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST,
                          RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR__DESTROY}) {
    EXPECT_EQ(commit_outcome(fine, code), CommitOutcome::drop) << rd_kafka_err2name(code);
  }
}

TEST(commit_outcome, says_again_what_time_or_rights_may_cure) {
  for (const auto code :
       {RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
        RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
        RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__WAIT_COORD,
        RD_KAFKA_RESP_ERR_UNKNOWN}) {
    EXPECT_EQ(commit_outcome(fine, code), CommitOutcome::retry) << rd_kafka_err2name(code);
  }
}

}  // namespace
}  // namespace assay::host
