/*
 * What the host offers a plugin.
 *
 * A plugin references no symbol of the host: everything comes through this table and the interfaces
 * it hands out by string id. A table grows only at its end; a function inside `size` is never null.
 * An interface that this host does not have is a null pointer, so a plugin built for a newer host
 * can say what it misses instead of crashing.
 */
#ifndef ASSAY_HOST_H
#define ASSAY_HOST_H

#include <assay/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One per loaded plugin; the host knows by its address who is speaking. */
typedef struct assay_host {
  uint32_t size;
  uint32_t minor; /* of ABI major 1, as offered by this host */

  /* The interface of that id (see below), or null. Lives as long as the plugin is loaded.
   * [any-thread] */
  const void* (*get_interface)(const struct assay_host* host, const char* id);

  /* Says why the running call fails. `code` is the plugin's own number; `message` stands alone, in
   * lower case, without a full stop. The text is copied. The first call wins. [any-thread] */
  void (*fail)(assay_error* error, int32_t code, assay_text message);

  /* Adds the place of the fault in a file that the plugin reads: 1-based line and column, column 0
   * for the whole line. [any-thread] */
  void (*locate)(assay_error* error, assay_text file, uint32_t line, uint32_t column);

  /* Adds how to mend it. [any-thread] */
  void (*advise)(assay_error* error, assay_text help);
} assay_host;

/* Lines in the host's log, under the plugin's name. Never one per transaction. */
#define ASSAY_LOG_ID "assay.log/1"
#define ASSAY_LOG_DEBUG 0u
#define ASSAY_LOG_INFO 1u
#define ASSAY_LOG_WARNING 2u
#define ASSAY_LOG_ERROR 3u

typedef struct assay_log {
  uint32_t size;
  uint32_t flags;

  /* [any-thread] */
  void (*write)(const assay_host* host, uint32_t level, assay_text message);
} assay_log;

/* Counters that appear with the host's own. */
#define ASSAY_METRICS_ID "assay.metrics/1"

typedef struct assay_metrics {
  uint32_t size;
  uint32_t flags;

  /* Declares a counter (`name` in lower_snake_case, without prefix) and answers its number; the
   * same name answers the same number. [control] */
  assay_status (*counter)(const assay_host* host, assay_text name, assay_text help,
                          uint32_t* number);

  /* [any-thread] */
  void (*add)(const assay_host* host, uint32_t number, uint64_t delta);
} assay_metrics;

/* The wall clock, for sinks only: a rule has no use for it, event time is in the batch. */
#define ASSAY_CLOCK_ID "assay.clock/1"

typedef struct assay_clock {
  uint32_t size;
  uint32_t flags;

  /* Nanoseconds since 1970-01-01 UTC. [any-thread] */
  int64_t (*now)(const assay_host* host);
} assay_clock;

/* What is running: for sinks that keep the configuration beside the decisions made by it. In the
 * midst of a batch it is what that batch was judged under, otherwise what is in force, which may
 * change while the engine runs. So a text that is answered stays as it is until the thread asks
 * again, and no longer than the running call: whoever wants to keep it copies it. */
#define ASSAY_RUN_ID "assay.run/1"

typedef struct assay_run {
  uint32_t size;
  uint32_t flags;

  /* Lower-case hexadecimal SHA-256 of the configuration. [any-thread] */
  assay_text (*config_hash)(const assay_host* host);
  /* The configuration itself as JSON, secrets as ***. [any-thread] */
  assay_text (*configuration)(const assay_host* host);
  /* Of the engine, e.g. 0.1.0. [any-thread] */
  assay_text (*engine_version)(const assay_host* host);
} assay_run;

ASSAY_STATIC_ASSERT(sizeof(assay_run) == 32, "assay_run of 1.0 is 32 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_host) == 40, "assay_host of 1.0 is 40 bytes");
ASSAY_STATIC_ASSERT(offsetof(assay_host, get_interface) == 8, "assay_host.get_interface at 8");
ASSAY_STATIC_ASSERT(offsetof(assay_host, advise) == 32, "assay_host.advise at 32");
ASSAY_STATIC_ASSERT(sizeof(assay_log) == 16, "assay_log of 1.0 is 16 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_metrics) == 24, "assay_metrics of 1.0 is 24 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_clock) == 16, "assay_clock of 1.0 is 16 bytes");

#ifdef __cplusplus
}
#endif

#endif
