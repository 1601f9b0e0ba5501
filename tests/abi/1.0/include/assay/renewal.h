/*
 * Other settings for a sink that lives: interface `assay.renewal/1` of a sink's plugin.
 *
 * A password is rotated while the engine runs. The configuration names the file that holds it
 * (`${file:...}`), and when a sink says that its peer refuses it (ASSAY_CLASS_CONFIGURATION), the
 * host reads such files again: at once, and before each probe of a halted sink. Where a value has
 * changed, the instance is given its settings anew and keeps everything else that it has: cursors
 * that it claimed, what it sent of late, counters. A sink without this interface keeps the settings
 * that it was made with, and the host's log says that a restart is needed.
 */
#ifndef ASSAY_RENEWAL_H
#define ASSAY_RENEWAL_H

#include <assay/config.h>
#include <assay/sink.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_RENEWAL_ID "assay.renewal/1"

typedef struct assay_renewal_api {
  uint32_t size;
  uint32_t flags;

  /* Takes other settings; connects to nothing yet. `config` is whole and was judged by the schema;
   * it may be read during the call, as in create, and lives as long as the sink once it was taken.
   * Comes between two calls, behind one that failed: no transaction is open. Where it fails, the
   * sink keeps the settings that it had. [sink] */
  assay_status (*renew)(assay_sink* sink, const assay_config* config, assay_error* error);
} assay_renewal_api;

ASSAY_STATIC_ASSERT(sizeof(assay_renewal_api) == 16, "assay_renewal_api of 1.0 is 16 bytes");

#ifdef __cplusplus
}
#endif

#endif
