// What the engine says of its work when it ends.
#include "host/commands/final_words.hpp"

#include <gmock/gmock.h>

namespace assay::host {
namespace {

using ::testing::ElementsAre;

TEST(final_words, speak_of_history_and_snapshots_only_where_there_were_some) {
  EXPECT_THAT(final_words({}), ElementsAre("stopped: 0 received, 0 delivered, 0 dead-lettered, "
                                           "0 duplicates, 0 given back"));
}

TEST(final_words, count_what_was_evicted_and_which_snapshots_failed) {
  Status status;
  status.received = 9;
  status.delivered = 8;
  status.dead_lettered = 1;
  status.features.applied = 16;
  status.features.late = 2;
  status.features.evicted = 3;
  status.features.forgotten = 4;
  status.passed_over = 2;
  status.snapshots.written = 5;
  status.snapshots.bytes = 600;
  status.snapshots.failed = 1;
  status.snapshots.given_up = 2;
  EXPECT_THAT(
      final_words(status),
      ElementsAre(
          "stopped: 9 received, 8 delivered, 1 dead-lettered, 0 duplicates, 0 given back",
          "history: 16 counted, 2 late, 0 answers approximate, 0 at a limit, 3 keys evicted for "
          "want of memory, 4 forgotten as too old",
          "order: 2 times a worker that stood still was waited for no longer",
          "snapshots: 5 written, 600 bytes, 1 failed, 2 given up"));
}

}  // namespace
}  // namespace assay::host
