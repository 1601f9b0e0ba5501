/*
 * The tables behind a sink: interface `assay.sink.database/1` of a sink's plugin.
 *
 * A sink that stores into tables owns their definition, as numbered migrations. Whoever runs the
 * engine decides when they are applied, so the host offers print, migrate, status and maintain
 * without knowing any SQL; what happened, or would happen, comes back as text. So does what the
 * tables tell about one transaction, and where the cursors of a transactional sink stand. The sink
 * connects for these calls with the rights of an administrator where its configuration names one:
 * the role that the engine runs with needs no right to create a table. Migrations and maintenance
 * exclude each other across processes.
 */
#ifndef ASSAY_DATABASE_H
#define ASSAY_DATABASE_H

#include <assay/sink.h>
#include <assay/transactional.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_DATABASE_ID "assay.sink.database/1"

#define ASSAY_NEWEST (-1) /* as the last version: whatever the sink knows */

#define ASSAY_DRY_RUN 1u /* say what would be done and do nothing */

/* Which versions of the tables there are, and which the sink works with. */
typedef struct assay_database_status {
  uint32_t size;
  uint32_t flags;
  int64_t current; /* applied to the database; 0 where there are no tables yet */
  int64_t oldest;  /* that this sink works with */
  int64_t newest;  /* that this sink knows; migrate reaches it */
} assay_database_status;

/* Where the text of a call goes; owned by the host. */
typedef struct assay_text_stream {
  uint32_t size;
  uint32_t flags;
  /* Appends; any number of calls, at any place in a line. [control] */
  assay_status (*write)(const struct assay_text_stream* stream, assay_text text);
} assay_text_stream;

typedef struct assay_maintenance {
  uint32_t size;
  uint32_t flags;    /* ASSAY_DRY_RUN */
  int64_t now;       /* nanoseconds since 1970-01-01 UTC */
  int64_t ahead;     /* nanoseconds; partitions are made up to now + ahead */
  int64_t retention; /* nanoseconds; what ended before now - retention is detached; 0 keeps all */
} assay_maintenance;

/* `timeout` in nanoseconds from now. A call that fails has changed nothing it did not report. */
typedef struct assay_database_api {
  uint32_t size;
  uint32_t flags;

  /* [control] */
  assay_status (*status)(assay_sink* sink, int64_t timeout, assay_database_status* status,
                         assay_error* error);

  /* The statements that lead from version `from` (0: an empty database) to version `to`, and the
   * grants for the roles that the configuration names. Connects to nothing. [control] */
  assay_status (*print)(assay_sink* sink, int64_t from, int64_t to, const assay_text_stream* stream,
                        assay_error* error);

  /* Applies what is missing up to version `to`, each migration in a transaction of its own; says
   * each one it applied. Nothing to do is a success. [control] */
  assay_status (*migrate)(assay_sink* sink, int64_t to, int64_t timeout,
                          const assay_text_stream* stream, assay_error* error);

  /* Makes the next partitions, moves into place what arrived before its partition existed, detaches
   * what is older than the retention (dropping it stays a person's decision). A sink without
   * partitions deletes nothing and says so. [control] */
  assay_status (*maintain)(assay_sink* sink, const assay_maintenance* maintenance, int64_t timeout,
                           const assay_text_stream* stream, assay_error* error);

  /* What was decided about the transaction of that id: a JSON object a line for each time it was
   * stored, the earliest decision first; nothing where it was never stored. The keys are the
   * columns of the view v_decisions, `reasons` (what fraud_transactions holds; null for an approved
   * one) and `shadow_hits` (a list). Changes nothing. [control] */
  assay_status (*explain)(assay_sink* sink, assay_text transaction_id, int64_t timeout,
                          const assay_text_stream* stream, assay_error* error);

  /* The cursors of a consumer group: a JSON object a line, by step, topic and partition. The keys
   * are `step`, `topic`, `partition`, `next_offset` (null where nothing is known), `epoch`,
   * `cluster` and `updated_at` (RFC 3339, UTC). Changes nothing. Null where the sink keeps no
   * cursors. [control] */
  assay_status (*cursors)(assay_sink* sink, assay_text group, int64_t timeout,
                          const assay_text_stream* stream, assay_error* error);

  /* Puts a cursor at `next_offset`, wherever it stood; ASSAY_NO_OFFSET forgets how far its step had
   * come. One that was not there is made. Its epoch rises, so whoever owns the partition is fenced
   * and claims it anew, and its cluster is forgotten, so that any may. Looks at group, step, topic,
   * partition and next_offset only. Null where the sink keeps no cursors. [control] */
  assay_status (*set_cursor)(assay_sink* sink, const assay_cursor* cursor, int64_t timeout,
                             assay_error* error);
} assay_database_api;

ASSAY_STATIC_ASSERT(sizeof(assay_database_status) == 32,
                    "assay_database_status of 1.0 is 32 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_text_stream) == 16, "assay_text_stream of 1.0 is 16 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_maintenance) == 32, "assay_maintenance of 1.0 is 32 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_database_api) == 64, "assay_database_api of 1.0 is 64 bytes");
ASSAY_STATIC_ASSERT(offsetof(assay_database_api, explain) == 40,
                    "assay_database_api.explain at 40");
ASSAY_STATIC_ASSERT(offsetof(assay_database_api, set_cursor) == 56,
                    "assay_database_api.set_cursor at 56");

#ifdef __cplusplus
}
#endif

#endif
