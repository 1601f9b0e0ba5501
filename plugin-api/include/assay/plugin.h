/*
 * The plugin ABI of Assay, version 1: include this one header.
 *
 * A plugin is a shared library that exports one constant data symbol, `assay_entry_v1`; the major
 * version is in the name. The host reads size and minor before it calls anything, then calls init
 * once, asks for interfaces by id, and at the very end calls deinit once. A plugin built for minor
 * m runs on every host whose minor is m or higher. Until version 1.0.0 is tagged a break is allowed
 * by a decision record; afterwards tables only grow at their end.
 *
 * The bracket that ends a function's comment says who calls it: [control] the one control thread,
 * while no other call to that object runs; [worker] the thread that owns the rule instance now;
 * [sink] the sink's own thread; [any-thread] anybody, at any time.
 */
#ifndef ASSAY_PLUGIN_H
#define ASSAY_PLUGIN_H

#include <assay/batch.h>
#include <assay/binder.h>
#include <assay/config.h>
#include <assay/database.h>
#include <assay/host.h>
#include <assay/record.h>
#include <assay/rule.h>
#include <assay/sink.h>
#include <assay/transactional.h>
#include <assay/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_ABI_MINOR 0u
#define ASSAY_ENTRY_SYMBOL "assay_entry_v1"
#define ASSAY_EXPORT __attribute__((visibility("default")))
#define ASSAY_HIDDEN __attribute__((visibility("hidden")))

typedef struct assay_entry {
  uint32_t size;
  uint32_t minor; /* the lowest minor of the host that suffices */
  const char* id; /* a name of its own, by custom its file's, which `use:` gives */

  /* Once, before anything else. [control] */
  assay_status (*init)(const assay_host* host, assay_error* error);
  /* Once, after everything that was created is destroyed. [control] */
  void (*deinit)(void);
  /* The plugin's table of that interface, or null. [any-thread] */
  const void* (*get_interface)(const char* id);

  const char* version; /* of the plugin, e.g. 1.0.0 */
} assay_entry;

extern ASSAY_EXPORT const assay_entry assay_entry_v1;

ASSAY_STATIC_ASSERT(sizeof(assay_entry) == 48, "assay_entry of 1.0 is 48 bytes");

#ifdef __cplusplus
}
#endif

#endif
