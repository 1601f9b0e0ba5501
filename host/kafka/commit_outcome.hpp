// What became of one partition's commit, from librdkafka's codes: the hard knowledge about them in
// one place, without a broker.
//
// Thread: any.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>

namespace assay::host {

enum class CommitOutcome : std::uint8_t {
  committed,
  retry,  // still ours: say it again with the next commit
  drop,   // not ours to say any more
};

/// `partition` is the partition's own code, `overall` that of the request.
///
/// A request can fail as a whole and leave the partitions' codes untouched, so a partition without
/// an error of its own takes the request's. One with an error of its own is judged by that alone: a
/// partial failure holds nobody else back.
///
/// Dropped is what says that the group has moved on: the partition may be another member's by now,
/// and the broker, which does not check who owns it, would let us overwrite that member's progress.
/// Everything else is tried again, codes nobody has heard of included: to commit the same position
/// twice does no harm, and to forget it would.
constexpr CommitOutcome commit_outcome(rd_kafka_resp_err_t overall, rd_kafka_resp_err_t partition) {
  const auto code = partition != RD_KAFKA_RESP_ERR_NO_ERROR ? partition : overall;
  switch (code) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return CommitOutcome::committed;
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:  // a rebalance is behind us
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:   // our session is over
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:  // somebody else has our name
    case RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:    // the same, noticed by librdkafka
    case RD_KAFKA_RESP_ERR__FATAL:              // this client will never commit again
    case RD_KAFKA_RESP_ERR__DESTROY:            // it is being closed
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:  // it was deleted
    case RD_KAFKA_RESP_ERR__NO_OFFSET:          // nothing was in the request
      return CommitOutcome::drop;
    default:
      return CommitOutcome::retry;
  }
}

}  // namespace assay::host
