/*
 * Exactly once: interface `assay.sink.transactional/1` of a sink's plugin.
 *
 * A transactional sink stores, in the same transaction as the records, how far it has come: a
 * cursor per (group, step, topic, partition). After a crash the host resumes where the cursor
 * stands, so a record is stored once however often it is read. The cursor moves by compare and set
 * under an epoch that rises with every claim: an owner that lost its partition without noticing
 * writes nothing.
 *
 * The order of calls, all on the sink's thread: claim when partitions are given to this process;
 * then for each transaction begin, any number of write (see sink.h), and commit or abort.
 */
#ifndef ASSAY_TRANSACTIONAL_H
#define ASSAY_TRANSACTIONAL_H

#include <assay/sink.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_TRANSACTIONAL_ID "assay.sink.transactional/1"

/* What became of a cursor. */
#define ASSAY_CURSOR_COMMITTED 1u
#define ASSAY_CURSOR_FENCED 2u /* a higher epoch owns it: drop the batch */
#define ASSAY_CURSOR_BEHIND \
  3u /* the database went back (restore, failover): rewind to next_offset */
#define ASSAY_CURSOR_UNKNOWN 4u /* the connection died in commit: ask position */

#define ASSAY_NO_OFFSET (-1)

typedef struct assay_cursor {
  assay_text group; /* the Kafka consumer group */
  assay_text step;
  assay_text topic;
  assay_text cluster; /* the Kafka cluster's id */
  int32_t partition;
  uint32_t answer; /* ASSAY_CURSOR_*, written by the plugin */
  int64_t epoch;
  int64_t from_offset; /* where the cursor must stand for this transaction to be ours */
  int64_t next_offset; /* where it stands afterwards */
} assay_cursor;

/* Every function: `statuses->count` is 1 and speaks of the call as a whole; on a retry or rejected
 * status the transaction is over and nothing of it is stored. */
typedef struct assay_transactional_api {
  uint32_t size;
  uint32_t flags;

  /* Takes ownership: raises each cursor's epoch, writes epoch and next_offset (ASSAY_NO_OFFSET
   * where there was no cursor: the host then fills in from_offset with the first begin). All or
   * none. [sink] */
  assay_status (*claim)(assay_sink* sink, assay_cursor* cursors, uint32_t count, int64_t timeout,
                        assay_statuses* statuses, assay_error* error);

  /* Opens a transaction and moves the cursors in it. A cursor that does not stand at (epoch,
   * from_offset) is answered FENCED, BEHIND (next_offset says where it stands) or COMMITTED (it
   * already stands at this transaction's next_offset); the transaction is then not opened. [sink]
   */
  assay_status (*begin)(assay_sink* sink, assay_cursor* cursors, uint32_t count, int64_t timeout,
                        assay_statuses* statuses, assay_error* error);

  /* Ends the transaction; each cursor's answer is COMMITTED or UNKNOWN. [sink] */
  assay_status (*commit)(assay_sink* sink, assay_cursor* cursors, uint32_t count, int64_t timeout,
                         assay_statuses* statuses, assay_error* error);

  /* Drops the transaction, if one is open. [sink] */
  void (*abort)(assay_sink* sink);

  /* Reads where each cursor stands: COMMITTED where it stands at next_offset with our epoch, BEHIND
   * (next_offset is rewritten) where it stands lower, FENCED where the epoch is higher. [sink] */
  assay_status (*position)(assay_sink* sink, assay_cursor* cursors, uint32_t count, int64_t timeout,
                           assay_statuses* statuses, assay_error* error);
} assay_transactional_api;

ASSAY_STATIC_ASSERT(sizeof(assay_cursor) == 96, "assay_cursor of 1.0 is 96 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_transactional_api) == 48,
                    "assay_transactional_api of 1.0 is 48 bytes");

#ifdef __cplusplus
}
#endif

#endif
