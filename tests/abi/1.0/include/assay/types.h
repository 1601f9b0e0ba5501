/*
 * The words every other header is written in.
 *
 * Only fixed-width integers, doubles, offsets and opaque handles cross the border between host and
 * plugin. There is no enum, bool, padding, exception, C++ type or allocation ownership in it, so
 * two compilers that never heard of each other agree on every byte. Money is a 64-bit integer at
 * scale 4 (12.34 is 123400); a double never holds money. Times are nanoseconds since 1970-01-01
 * UTC, durations nanoseconds. Text is UTF-8, not NUL-terminated, and borrowed: unless a comment
 * says otherwise it is valid until the call that passed it returns.
 */
#ifndef ASSAY_TYPES_H
#define ASSAY_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a call answers: 0 is success, a positive number a defined outcome, a negative one failure.
 */
typedef int32_t assay_status;
#define ASSAY_OK 0
#define ASSAY_END 1            /* nothing more, or nothing at that place */
#define ASSAY_NOT_WANTED 2     /* the plugin does not take this kind of record */
#define ASSAY_FAILED (-1)      /* the error handle says why */
#define ASSAY_UNSUPPORTED (-2) /* this host does not offer that yet */

/* Text owned by the caller. */
typedef struct assay_text {
  const char* data;
  uint64_t size;
} assay_text;

/* Text inside a block: a range relative to the start of the block's arena. */
typedef struct assay_cell {
  uint32_t offset;
  uint32_t size;
} assay_cell;

/* A range of entries in one of a block's tables. */
typedef struct assay_span {
  uint32_t first;
  uint32_t count;
} assay_span;

/* A 128-bit keyed token, for instance of a card number. Compared as bytes. */
typedef struct assay_token {
  uint64_t high;
  uint64_t low;
} assay_token;

/* Owned by the host and valid during the call it was passed to; see assay_host.fail. */
typedef struct assay_error assay_error;

/* The type of a field, a feature or a piece of evidence: how the bytes of its cell are read. */
#define ASSAY_INT64 1u
#define ASSAY_DOUBLE 2u
#define ASSAY_BOOL 3u     /* int64_t, 0 or 1 */
#define ASSAY_TIME 4u     /* int64_t, nanoseconds since 1970-01-01 UTC */
#define ASSAY_DURATION 5u /* int64_t, nanoseconds */
#define ASSAY_DECIMAL 6u  /* int64_t at scale 4 */
#define ASSAY_TEXT 7u     /* assay_cell into the arena */
#define ASSAY_TOKEN 8u    /* assay_token */

#ifdef __cplusplus
#define ASSAY_STATIC_ASSERT static_assert
#else
#define ASSAY_STATIC_ASSERT _Static_assert
#endif

ASSAY_STATIC_ASSERT(sizeof(void*) == 8, "the ABI needs 64-bit pointers");
ASSAY_STATIC_ASSERT(sizeof(assay_text) == 16, "assay_text is 16 bytes");
ASSAY_STATIC_ASSERT(offsetof(assay_text, size) == 8, "assay_text.size at 8");
ASSAY_STATIC_ASSERT(sizeof(assay_cell) == 8, "assay_cell is 8 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_span) == 8, "assay_span is 8 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_token) == 16, "assay_token is 16 bytes");

#ifdef __cplusplus
}
#endif

#endif
