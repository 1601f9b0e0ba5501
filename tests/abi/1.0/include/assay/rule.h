/*
 * A rule: interface `assay.rule/1` of a plugin.
 *
 * A rule looks at transactions and answers one verdict for each. It is a function of the fields and
 * features it declared: it has no clock, does no input or output, never blocks, and what it keeps
 * between batches is a cache that may vanish at any batch boundary. The host makes one instance per
 * worker and never enters it twice at a time; an instance may move between threads from one batch
 * to the next. A rule that must remember more sets ASSAY_RULE_STATEFUL: it gets an instance per
 * partition and batches of that partition alone, in offset order.
 */
#ifndef ASSAY_RULE_H
#define ASSAY_RULE_H

#include <assay/batch.h>
#include <assay/binder.h>
#include <assay/config.h>
#include <assay/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_RULE_ID "assay.rule/1"

#define ASSAY_RULE_STATEFUL 1u

/* Answers. */
#define ASSAY_NO_HIT 0u
#define ASSAY_HIT 1u
#define ASSAY_INCONCLUSIVE 2u /* something the rule needs is absent */
#define ASSAY_ERROR 3u        /* the rule failed on this row; policy decides what that means */
#define ASSAY_NOT_EVALUATED 4u

/* Scores are in millionths: 1,000,000 is certain fraud. */
#define ASSAY_SCORE_ONE 1000000

typedef struct assay_verdict {
  uint16_t answer;
  uint16_t reason;  /* number from bind; read for hits only */
  int32_t score;    /* millionths, 0 to ASSAY_SCORE_ONE; read for hits only */
  int64_t evidence; /* the first evidence's cell: an int64, or the bits of a double */
} assay_verdict;

/* Where a batch's verdicts go: `rows` records, zeroed (no hit) before the call. */
typedef struct assay_verdicts {
  uint32_t size;
  uint32_t count;
  assay_verdict* rows;
} assay_verdicts;

/* Evidence two to four of a hit: host interface `assay.explain/1`. */
#define ASSAY_EXPLAIN_ID "assay.explain/1"

typedef struct assay_explain {
  uint32_t size;
  uint32_t flags;

  /* `number` is 1 to 3: the place in the reason's evidence list. [worker] */
  void (*evidence)(const assay_verdicts* verdicts, uint32_t row, uint32_t number, int64_t value);
} assay_explain;

/* Owned by the plugin. */
typedef struct assay_rule_shared assay_rule_shared; /* immutable after create_shared */
typedef struct assay_rule assay_rule;               /* one per instance */

/* Which instance is being made. */
typedef struct assay_instance {
  uint32_t size;
  uint32_t worker; /* 0 to workers - 1 */
  uint32_t workers;
  int32_t partition; /* -1 unless the rule is stateful; -1 also where it is made to learn what it
                        binds and is never entered */
} assay_instance;

/* Bytes of a snapshot; owned by the host. */
typedef struct assay_stream {
  uint32_t size;
  uint32_t flags;
  /* Appends; any number of calls. [worker] */
  assay_status (*write)(const struct assay_stream* stream, const void* data, uint64_t size);
  /* Takes up to `size` bytes and answers how many there were. [worker] */
  uint64_t (*read)(const struct assay_stream* stream, void* data, uint64_t size);
} assay_stream;

typedef struct assay_rule_api {
  uint32_t size;
  uint32_t flags;
  uint64_t state_version; /* of what save() writes; 0 for a rule without state */

  /* A constant JSON text: the JSON Schema of the rule's parameters. [any-thread] */
  const char* (*describe)(void);

  /* Once per configured rule: models and lists. Optional. [control] */
  assay_status (*create_shared)(const assay_host* host, const assay_config* config,
                                assay_rule_shared** shared, assay_error* error);
  /* Optional. [control] */
  void (*destroy_shared)(assay_rule_shared* shared);

  /* Once per instance; `shared` is null where create_shared is. An instance for a partition comes
   * and goes with it: create, bind and destroy are then called by its worker, beside other
   * instances that are at work. [control], of a stateful rule [worker] too */
  assay_status (*create)(const assay_host* host, const assay_config* config,
                         assay_rule_shared* shared, const assay_instance* instance,
                         assay_rule** rule, assay_error* error);
  /* [control], of a stateful rule [worker] too */
  void (*destroy)(assay_rule* rule);

  /* Once per instance, before the first batch; the same declarations in the same order each time.
   * [control], of a stateful rule [worker] too */
  assay_status (*bind)(assay_rule* rule, const assay_binder* binder, assay_error* error);

  /* The only hot call. A failure makes every row of the batch an error verdict. [worker] */
  assay_status (*evaluate)(assay_rule* rule, const assay_batch* batch,
                           const assay_verdicts* verdicts, assay_error* error);

  /* Housekeeping between batches; `now` is event time. Optional. [worker] */
  void (*tick)(assay_rule* rule, int64_t now);

  /* Stateful rules only, between batches. [worker] */
  assay_status (*save)(assay_rule* rule, const assay_stream* stream, assay_error* error);
  /* [worker] */
  assay_status (*load)(assay_rule* rule, const assay_stream* stream, uint64_t state_version,
                       assay_error* error);
} assay_rule_api;

ASSAY_STATIC_ASSERT(sizeof(assay_verdict) == 16, "assay_verdict is 16 bytes");
ASSAY_STATIC_ASSERT(offsetof(assay_verdict, evidence) == 8, "assay_verdict.evidence at 8");
ASSAY_STATIC_ASSERT(sizeof(assay_verdicts) == 16, "assay_verdicts of 1.0 is 16 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_explain) == 16, "assay_explain of 1.0 is 16 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_instance) == 16, "assay_instance of 1.0 is 16 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_stream) == 24, "assay_stream of 1.0 is 24 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_rule_api) == 96, "assay_rule_api of 1.0 is 96 bytes");
ASSAY_STATIC_ASSERT(offsetof(assay_rule_api, evaluate) == 64, "assay_rule_api.evaluate at 64");

#ifdef __cplusplus
}
#endif

#endif
