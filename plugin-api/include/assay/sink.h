/*
 * A sink: interface `assay.sink/1` of a plugin.
 *
 * A sink delivers batches of records and says of each record one of three things: delivered, retry,
 * rejected. The host owns everything around that: queues, retry with back-off, the breaker, dead
 * letters, isolation of bad rows, metrics. So a sink stays small: it owns one connection, may block
 * up to the deadline it is given, and runs on a thread of its own, one call at a time (interrupt is
 * the exception). A sink whose connection is lost answers retry and connects anew at the next
 * write.
 */
#ifndef ASSAY_SINK_H
#define ASSAY_SINK_H

#include <assay/binder.h>
#include <assay/config.h>
#include <assay/host.h>
#include <assay/record.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_SINK_ID "assay.sink/1"

/* Outcomes. */
#define ASSAY_DELIVERED 0u
#define ASSAY_RETRY 1u
#define ASSAY_REJECTED 2u

/* What a status speaks of. */
#define ASSAY_SCOPE_RECORD 0u
#define ASSAY_SCOPE_BATCH 1u
#define ASSAY_SCOPE_SINK 2u

/* Why. An outage is never a dead letter: only ASSAY_CLASS_DATA with ASSAY_REJECTED becomes one. */
#define ASSAY_CLASS_NONE 0u      /* with ASSAY_RETRY: not judged yet, the host asks again at once */
#define ASSAY_CLASS_TRANSIENT 1u /* an outage: the host retries for ever, with back-off */
#define ASSAY_CLASS_DATA 2u      /* this record can never be delivered */
#define ASSAY_CLASS_CONFIGURATION \
  3u                          /* password, rights, missing table: the host halts and probes */
#define ASSAY_CLASS_FENCED 4u /* another owner took the partition: the batch is dropped */

/* Flags of a status. A bit without a name is 0, and a host ignores those that it does not know. */
#define ASSAY_IN_DOUBT \
  1u /* with ASSAY_RETRY: it may have been delivered, for the receiver's answer was lost */

typedef struct assay_sink_status {
  uint16_t outcome;
  uint16_t scope;
  uint16_t error_class;
  uint16_t flags;
  int64_t retry_after; /* nanoseconds; 0 leaves it to the host */
  assay_cell code;     /* e.g. a SQLSTATE or an SMTP reply code, in the buffer */
  assay_cell text;     /* in words, without payload or secrets, in the buffer */
} assay_sink_status;

/* Where a call's statuses go: rows[0..count), zeroed (delivered) before the call. */
typedef struct assay_statuses {
  uint32_t size;
  uint32_t count;
  assay_sink_status* rows;
  char* buffer;      /* the host's; code and text are ranges of it */
  uint32_t capacity; /* of the buffer, in bytes */
  uint32_t used;     /* grows as the plugin appends */
} assay_statuses;

typedef struct assay_sink assay_sink; /* owned by the plugin */

typedef struct assay_sink_api {
  uint32_t size;
  uint32_t flags;

  /* A constant JSON text: the JSON Schema of the sink's configuration. [any-thread] */
  const char* (*describe)(void);

  /* Reads the configuration; connects to nothing yet and writes to nothing: an instance may be made
   * to be bound and asked alone, beside one that delivers. [control] */
  assay_status (*create)(const assay_host* host, const assay_config* config, assay_sink** sink,
                         assay_error* error);
  /* [control] */
  void (*destroy)(assay_sink* sink);

  /* Once per kind of record that exists; ASSAY_NOT_WANTED for a kind that the sink does not take.
   * [control] */
  assay_status (*bind)(assay_sink* sink, uint32_t kind, const assay_binder* binder,
                       assay_error* error);

  /* Delivers a batch; statuses->count is the number of rows. A status with scope batch or sink in
   * row 0 speaks for all of them, and so do its flags. `timeout` in nanoseconds from now. For a
   * transactional sink this runs between begin and commit and "delivered" means: will be, with the
   * commit. [sink] */
  assay_status (*write)(assay_sink* sink, const assay_record_batch* batch, int64_t timeout,
                        assay_statuses* statuses, assay_error* error);

  /* Makes durable what write took; optional. statuses->count is 1. [sink] */
  assay_status (*flush)(assay_sink* sink, int64_t timeout, assay_statuses* statuses,
                        assay_error* error);

  /* Reaches the peer without delivering anything: the start's check, and the probe of a halted
   * sink. statuses->count is 1. [sink] */
  assay_status (*health)(assay_sink* sink, int64_t timeout, assay_statuses* statuses,
                         assay_error* error);

  /* Makes a running call return soon; optional. [any-thread] */
  void (*interrupt)(assay_sink* sink);
} assay_sink_api;

ASSAY_STATIC_ASSERT(sizeof(assay_sink_status) == 32, "assay_sink_status is 32 bytes");
ASSAY_STATIC_ASSERT(offsetof(assay_sink_status, flags) == 6, "assay_sink_status.flags at 6");
ASSAY_STATIC_ASSERT(offsetof(assay_sink_status, code) == 16, "assay_sink_status.code at 16");
ASSAY_STATIC_ASSERT(sizeof(assay_statuses) == 32, "assay_statuses of 1.0 is 32 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_sink_api) == 72, "assay_sink_api of 1.0 is 72 bytes");

#ifdef __cplusplus
}
#endif

#endif
