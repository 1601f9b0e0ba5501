/*
 * Records for later: interface `assay.outbox/1` of a transactional sink's plugin.
 *
 * A chain step may be deferred: what it gets is stored by a transactional sink, in the transaction
 * that stores the rows and moves the cursor, and the host delivers it from there at its own pace,
 * through the ordinary write of the step's own sink. So a mail server that is away holds nothing
 * up, and a sink without transactions misses nothing. The outbox keeps the host's text of each
 * record and does not look into it.
 *
 * A record is pending, then sending (somebody took it, for the time of a lease), then sent or dead.
 * Whoever takes a record rises its attempt, and only that attempt may settle it: a process that
 * stood still and lost its lease changes nothing. A record whose lease ended without a settlement
 * is ambiguous: it may have been delivered. So is one of which the step's sink is in doubt
 * (ASSAY_IN_DOUBT); that one the host settles.
 *
 * store is called between begin and commit of the transactional interface. The others of the sink's
 * thread are called on an instance of their own, each in a transaction of its own.
 */
#ifndef ASSAY_OUTBOX_H
#define ASSAY_OUTBOX_H

#include <assay/database.h>
#include <assay/transactional.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_OUTBOX_ID "assay.outbox/1"

/* States of a record, as far as the host names them. */
#define ASSAY_OUTBOX_PENDING 1u
#define ASSAY_OUTBOX_SENT 2u
#define ASSAY_OUTBOX_DEAD 3u /* until a person decides */

/* What is done with ambiguous records. */
#define ASSAY_OUTBOX_RESEND 0u /* they are taken again */
#define ASSAY_OUTBOX_HOLD 1u   /* they become dead, with the code `ambiguous` */

/* One record of a deferred step. (group, step, topic, partition, record_offset) names it. */
typedef struct assay_outbox_record {
  int64_t id; /* the outbox's own; 0 for store */
  assay_text group;
  assay_text step;
  assay_text topic;
  int32_t partition;
  uint32_t attempt; /* from 1; 0 for store */
  int64_t record_offset;
  assay_text record;  /* JSON, the host's */
  uint32_t ambiguous; /* 1 where it may have been delivered before */
  uint32_t reserved;
} assay_outbox_record;

/* Where taken records go; owned by the host. */
typedef struct assay_outbox_taker {
  uint32_t size;
  uint32_t flags;
  /* The record lives until the call returns. [sink] */
  void (*take)(const struct assay_outbox_taker* taker, const assay_outbox_record* record);
} assay_outbox_taker;

typedef struct assay_outbox_order {
  uint32_t size;
  uint32_t limit; /* records */
  assay_text group;
  assay_text step;
  int64_t lease;         /* nanoseconds from now */
  uint32_t on_ambiguous; /* ASSAY_OUTBOX_RESEND or ASSAY_OUTBOX_HOLD */
  uint32_t held;         /* out: ambiguous records that became dead */
} assay_outbox_order;

/* What became of a record that was taken. */
typedef struct assay_outbox_outcome {
  int64_t id;
  uint32_t attempt;
  uint32_t state;  /* ASSAY_OUTBOX_PENDING, ASSAY_OUTBOX_SENT or ASSAY_OUTBOX_DEAD */
  int64_t wait;    /* pending: nanoseconds until it may be taken again */
  assay_text code; /* why not; empty where it was sent */
  assay_text text; /* the same in words; what the receiver answered where it was sent */
} assay_outbox_outcome;

typedef struct assay_outbox_counts {
  uint32_t size;
  uint32_t flags;
  uint64_t waiting; /* pending and sending */
  uint64_t dead;
  int64_t oldest; /* how long the oldest that waits has waited, nanoseconds */
  uint64_t bytes; /* of the text of the records that wait */
} assay_outbox_counts;

/* Which records a person means; an empty text means all. */
typedef struct assay_outbox_filter {
  uint32_t size;
  uint32_t limit; /* records; 0 for all */
  assay_text group;
  assay_text step;
  assay_text state; /* pending, sending, sent or dead */
  assay_text code;
  assay_text text; /* a part of the reason */
} assay_outbox_filter;

/* `statuses->count` is 1 and speaks of the call as a whole. */
typedef struct assay_outbox_api {
  uint32_t size;
  uint32_t flags;

  /* Adds records to the open transaction. One that is known already stays as it is. [sink] */
  assay_status (*store)(assay_sink* sink, const assay_outbox_record* records, uint32_t count,
                        int64_t timeout, assay_statuses* statuses, assay_error* error);

  /* Makes up to `limit` records that are due, the oldest first, sending, and hands them over. Two
   * that take at once get different ones. [sink] */
  assay_status (*take)(assay_sink* sink, assay_outbox_order* order, const assay_outbox_taker* taker,
                       int64_t timeout, assay_statuses* statuses, assay_error* error);

  /* Writes down what became of them; one that was taken anew meanwhile stays as it is. May be said
   * again. [sink] */
  assay_status (*settle)(assay_sink* sink, const assay_outbox_outcome* outcomes, uint32_t count,
                         int64_t timeout, assay_statuses* statuses, assay_error* error);

  /* Deletes some records of a step that were sent more than `keep` nanoseconds ago; says in
   * `deleted` how many. 0: there are no more. [sink] */
  assay_status (*forget)(assay_sink* sink, assay_text group, assay_text step, int64_t keep,
                         uint64_t* deleted, int64_t timeout, assay_statuses* statuses,
                         assay_error* error);

  /* [sink] */
  assay_status (*count)(assay_sink* sink, assay_text group, assay_text step,
                        assay_outbox_counts* counts, int64_t timeout, assay_statuses* statuses,
                        assay_error* error);

  /* What there is: a JSON object a line for each step, state, code and reason. The keys are `step`,
   * `state`, `code`, `reason`, `count`, `oldest`, `newest` (when they were stored, RFC 3339, UTC)
   * and `example` (the newest: topic, partition, offset, receipt). Changes nothing. [control] */
  assay_status (*list)(assay_sink* sink, const assay_outbox_filter* filter, int64_t timeout,
                       const assay_text_stream* stream, assay_error* error);

  /* Makes dead records pending again, to be taken at once; says how many. [control] */
  assay_status (*retry)(assay_sink* sink, const assay_outbox_filter* filter, int64_t timeout,
                        uint64_t* changed, assay_error* error);

  /* Deletes records of one state, dead or pending; says how many. [control] */
  assay_status (*drop)(assay_sink* sink, const assay_outbox_filter* filter, int64_t timeout,
                       uint64_t* changed, assay_error* error);
} assay_outbox_api;

ASSAY_STATIC_ASSERT(sizeof(assay_outbox_record) == 96, "assay_outbox_record of 1.0 is 96 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_outbox_taker) == 16, "assay_outbox_taker of 1.0 is 16 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_outbox_order) == 56, "assay_outbox_order of 1.0 is 56 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_outbox_outcome) == 56, "assay_outbox_outcome of 1.0 is 56 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_outbox_counts) == 40, "assay_outbox_counts of 1.0 is 40 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_outbox_filter) == 88, "assay_outbox_filter of 1.0 is 88 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_outbox_api) == 72, "assay_outbox_api of 1.0 is 72 bytes");

#ifdef __cplusplus
}
#endif

#endif
