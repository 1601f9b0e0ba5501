/*
 * What a sink receives: a batch of records of one kind and one partition.
 *
 * The columns are those the sink declared for that kind. Besides the fields of the schema a
 * decision offers `decision` (approve, review, decline), `score`, `decided_at`, `record_offset`,
 * `record_time`, `config_hash`, `card_key_id`, `inconclusive_rules`, `error_rules`, `id_reused` and
 * `holder.*`; a holder offers its own fields, `record_offset` and `record_time`. A decision brings
 * its verdicts along: every one that is not "no hit", in the order of the rules. (topic, partition,
 * record_offset) names a record for ever; with group and step it is the idempotency key.
 */
#ifndef ASSAY_RECORD_H
#define ASSAY_RECORD_H

#include <assay/batch.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of records. */
#define ASSAY_DECISION 1u
#define ASSAY_HOLDER 2u
#define ASSAY_LABEL 3u /* has its number; none is sent yet */

/* Modes of a rule. */
#define ASSAY_LIVE 1u
#define ASSAY_SHADOW 2u /* evaluated and stored, never acted on */

/* What the configuration does on a hit beyond its score. */
#define ASSAY_ACTION_NONE 0u
#define ASSAY_ACTION_ALLOW 1u
#define ASSAY_ACTION_REVIEW 2u
#define ASSAY_ACTION_BLOCK 3u

/* One value compared, named. `bits` is an int64, the bits of a double, or (text) an assay_cell. */
typedef struct assay_record_evidence {
  assay_cell name;
  assay_cell unit;
  uint32_t type;
  uint32_t flags;
  int64_t bits;
} assay_record_evidence;

typedef struct assay_record_verdict {
  assay_cell rule;           /* the configured id */
  assay_cell plugin;         /* what the rule uses */
  assay_cell reason;         /* code; empty unless the answer is a hit */
  assay_cell words;          /* for the analyst, filled in */
  assay_cell customer_words; /* empty unless the customer may read the reason */
  assay_span evidence;       /* into the evidence table */
  uint32_t version;          /* of the rule's file */
  uint16_t answer;           /* ASSAY_HIT, ASSAY_INCONCLUSIVE, ASSAY_ERROR */
  uint16_t mode;
  int32_t score; /* millionths */
  uint16_t action;
  uint16_t audience;
} assay_record_verdict;

typedef struct assay_record_batch {
  assay_batch batch; /* its `size` is that of this whole header */
  uint32_t kind;
  int32_t partition;
  assay_cell topic;
  assay_cell group;
  assay_cell step;        /* the chain step's id, e.g. `main.store` */
  int64_t first_offset;   /* of the range of the partition that this batch covers */
  int64_t next_offset;    /* one past it; rows may be fewer than offsets */
  uint64_t verdict_spans; /* offset of assay_span[rows]; 0 for kinds without verdicts */
  uint64_t verdicts;      /* offset of assay_record_verdict[verdict_count] */
  uint64_t evidence;      /* offset of assay_record_evidence[evidence_count] */
  uint32_t verdict_count;
  uint32_t evidence_count;
} assay_record_batch;

ASSAY_STATIC_ASSERT(sizeof(assay_record_evidence) == 32, "assay_record_evidence is 32 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_record_verdict) == 64, "assay_record_verdict is 64 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_record_batch) == 136, "assay_record_batch of 1.0 is 136 bytes");
ASSAY_STATIC_ASSERT(offsetof(assay_record_batch, first_offset) == 88,
                    "assay_record_batch.first_offset at 88");

#ifdef __cplusplus
}
#endif

#endif
