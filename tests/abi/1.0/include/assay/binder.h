/*
 * Binding: names are resolved once, at load; afterwards there are only numbers.
 *
 * In bind() a rule declares the fields, features and reasons it works with, a sink the fields it
 * stores. A required field that the schema lacks stops the start with a message that names the
 * plugin, the field and the nearest name. The order of the declarations numbers the columns of the
 * batches, and the reasons, from 0.
 */
#ifndef ASSAY_BINDER_H
#define ASSAY_BINDER_H

#include <assay/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_REQUIRED 0u    /* the start is refused where the schema has no such field */
#define ASSAY_OPTIONAL 1u    /* the column is absent in every row where the schema has none */
#define ASSAY_NO_COVERAGE 2u /* a feature's coverage is not read: it gets no column */

/* Who may read a reason's words. Telling a customer about structuring is tipping off. */
#define ASSAY_FOR_ANALYST 0u
#define ASSAY_FOR_CUSTOMER 1u

#define ASSAY_MAX_EVIDENCE 4u

/* One value that a hit carries: `{name}` in a reason's words stands for it. */
typedef struct assay_evidence {
  assay_text name;
  assay_text unit; /* as printed behind the number; empty for none */
  uint32_t type;
  uint32_t flags;
} assay_evidence;

typedef struct assay_reason {
  uint32_t size;
  uint32_t audience;
  assay_text code;           /* lower_snake_case, stable: it is stored and configured by */
  assay_text words;          /* for the analyst; {evidence} and {field} are filled in */
  assay_text customer_words; /* for the customer; no limit, score or rule in it; may be empty */
  const assay_evidence* evidence;
  uint32_t evidence_count; /* at most ASSAY_MAX_EVIDENCE */
  uint32_t flags;
} assay_reason;

/* Valid during bind() only. */
typedef struct assay_binder {
  uint32_t size;
  uint32_t flags;

  /* Declares a field by name and type; answers the number of its column. [control] */
  assay_status (*field)(const struct assay_binder* binder, assay_text name, uint32_t type,
                        uint32_t flags, uint32_t* column);

  /* Declares a feature by its text, e.g. `count() by card over 10m`; answers the column of its
   * value and that of its coverage: the part of the window that has been seen without a gap, an
   * ASSAY_DURATION. With ASSAY_NO_COVERAGE the second one is neither made nor written. [control]
   */
  assay_status (*feature)(const struct assay_binder* binder, assay_text text, uint32_t type,
                          uint32_t flags, uint32_t* column, uint32_t* coverage_column);

  /* Declares a reason; answers its number. Texts are copied. A code may be declared again with
   * other words: what the configuration says of a code holds for all of them. [control] */
  assay_status (*reason)(const struct assay_binder* binder, const assay_reason* reason,
                         uint32_t* number);

  /* Name and type of the index-th field that could be bound, ASSAY_END behind the last. The name
   * lives until bind() returns. [control] */
  assay_status (*offered)(const struct assay_binder* binder, uint32_t index, assay_text* name,
                          uint32_t* type);
} assay_binder;

ASSAY_STATIC_ASSERT(sizeof(assay_evidence) == 40, "assay_evidence is 40 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_reason) == 72, "assay_reason of 1.0 is 72 bytes");
ASSAY_STATIC_ASSERT(sizeof(assay_binder) == 40, "assay_binder of 1.0 is 40 bytes");

#ifdef __cplusplus
}
#endif

#endif
