/*
 * A batch: rows of typed cells in one relocatable block.
 *
 * The block begins with this header. Everything else is found by offsets from the header's own
 * address, so copying `block_size` bytes moves the batch, to another thread or another process. A
 * plugin finds in it the fields it declared at bind and nothing else; column n is the n-th it
 * declared. Cells are strided: the host may store rows or columns and change its mind. One byte per
 * cell tells whether it holds a value. Everything lives until the call returns.
 */
#ifndef ASSAY_BATCH_H
#define ASSAY_BATCH_H

#include <assay/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Validity of a cell. */
#define ASSAY_ABSENT 0u /* no value: never read it as zero */
#define ASSAY_PRESENT 1u
#define ASSAY_COLD 2u /* a value, from less history than was asked for */

typedef struct assay_column {
  uint64_t cells;    /* offset of row 0's cell */
  uint64_t validity; /* offset of row 0's validity byte */
  uint32_t stride;   /* bytes from one row's cell to the next one's */
  uint32_t validity_stride;
} assay_column;

typedef struct assay_batch {
  uint32_t size; /* of this header */
  uint32_t rows;
  uint32_t column_count;
  uint32_t flags;
  uint64_t columns; /* offset of assay_column[column_count] */
  uint64_t arena;   /* offset of the bytes that text cells point into */
  uint64_t arena_size;
  uint64_t block_size; /* bytes from this header to the end of the block */
  uint64_t sequence;   /* rises by one from batch to batch of one instance */
} assay_batch;

ASSAY_STATIC_ASSERT(sizeof(assay_column) == 24, "assay_column is 24 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_batch) == 56, "assay_batch of 1.0 is 56 bytes");
ASSAY_STATIC_ASSERT(offsetof(assay_batch, columns) == 16, "assay_batch.columns at 16");
ASSAY_STATIC_ASSERT(offsetof(assay_batch, sequence) == 48, "assay_batch.sequence at 48");

#ifdef __cplusplus
}
#endif

#endif
