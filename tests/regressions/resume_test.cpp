// An engine that was killed before its first commit to Kafka, with rows in the database already,
// went on at the database's cursor: a required topic that was down never got those records.
#include "host/runtime/resume.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

constexpr core::PartitionId kPartition{2};

core::Step step(bool transactional, bool required = true) {
  core::Step made;
  made.transactional = transactional;
  made.required = required;
  return made;
}

Claimed::Cursor cursor(std::size_t of, std::optional<core::Offset> next) {
  return {of, kPartition, next};
}

TEST(resume, without_a_commit_a_cursor_does_not_speak_for_a_step_that_keeps_none) {
  const std::vector steps{step(true), step(false)};
  EXPECT_EQ(resume_at(steps, {cursor(0, core::Offset{500})}, kPartition, std::nullopt),
            std::nullopt);
}

TEST(resume, without_a_commit_a_cursor_does_not_speak_for_another_database) {
  const std::vector steps{step(true), step(true)};
  EXPECT_EQ(resume_at(steps, {cursor(0, core::Offset{500}), cursor(1, std::nullopt)}, kPartition,
                      std::nullopt),
            std::nullopt);
  EXPECT_EQ(resume_at(steps, {cursor(0, core::Offset{500}), cursor(1, std::nullopt)}, kPartition,
                      core::Offset{300}),
            core::Offset{300});
}

TEST(resume, the_lowest_of_all_that_count_is_taken) {
  const std::vector steps{step(true), step(true), step(false)};
  const std::vector cursors{cursor(0, core::Offset{500}), cursor(1, core::Offset{400})};
  EXPECT_EQ(resume_at(steps, cursors, kPartition, core::Offset{450}), core::Offset{400});
  EXPECT_EQ(resume_at(steps, cursors, kPartition, core::Offset{350}), core::Offset{350});
}

TEST(resume, where_every_required_step_has_a_cursor_the_commit_has_no_say) {
  const std::vector steps{step(true), step(false, false)};
  const std::vector cursors{cursor(0, core::Offset{500})};
  EXPECT_FALSE(commit_counts(steps, cursors, kPartition));
  EXPECT_EQ(resume_at(steps, cursors, kPartition, std::nullopt), core::Offset{500});
}

TEST(resume, cursors_of_other_partitions_do_not_matter) {
  const std::vector steps{step(true)};
  const std::vector<Claimed::Cursor> cursors{{0, {1}, core::Offset{7}},
                                             {0, kPartition, core::Offset{9}}};
  EXPECT_EQ(resume_at(steps, cursors, kPartition, std::nullopt), core::Offset{9});
}

TEST(resume, without_any_cursor_the_commit_alone_counts) {
  const std::vector steps{step(false)};
  EXPECT_EQ(resume_at(steps, {}, kPartition, core::Offset{12}), core::Offset{12});
  EXPECT_EQ(resume_at(steps, {}, kPartition, std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace assay::host
