/*
 * Configuration, looked up with types: interface `assay.config/1`.
 *
 * The host parses and validates; a plugin has no parser. What a plugin accepts stands in the JSON
 * Schema that its table's describe() answers, so by the time a plugin looks, every value has the
 * declared type and unknown keys were refused with file, line and column. A key is a path with
 * dots: `limits.EUR`, `entries.2.value`. A value that is not there is the fallback.
 */
#ifndef ASSAY_CONFIG_H
#define ASSAY_CONFIG_H

#include <assay/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_CONFIG_ID "assay.config/1"

/* The `parameters` of a rule or the `config` of a sink. Lives as long as the object that create
 * made from it; so do the texts that it answers. */
typedef struct assay_config assay_config;

typedef struct assay_config_api {
  uint32_t size;
  uint32_t flags;

  /* 1 where the key has a value. [control] */
  uint32_t (*has)(const assay_config* config, assay_text key);
  /* [control] */
  int64_t (*int64)(const assay_config* config, assay_text key, int64_t fallback);
  /* [control] */
  double (*float64)(const assay_config* config, assay_text key, double fallback);
  /* 0 or 1. [control] */
  uint32_t (*flag)(const assay_config* config, assay_text key, uint32_t fallback);
  /* An amount at scale 4; a currency behind it is not part of the answer. [control] */
  int64_t (*decimal)(const assay_config* config, assay_text key, int64_t fallback);
  /* Nanoseconds. [control] */
  int64_t (*duration)(const assay_config* config, assay_text key, int64_t fallback);
  /* Secrets come in clear here and nowhere else: never log them. [control] */
  assay_text (*text)(const assay_config* config, assay_text key, assay_text fallback);

  /* How many entries a list or a map has; 0 for anything else. [control] */
  uint32_t (*count)(const assay_config* config, assay_text key);
  /* The name of a map's entry, in the order of the file. [control] */
  assay_text (*key_at)(const assay_config* config, assay_text key, uint32_t index);

  /* The file as the configuration names it, made absolute beside the file that holds the key.
   * [control] */
  assay_text (*path)(const assay_config* config, assay_text key, assay_text fallback);

  /* Where the value stands, for messages; ASSAY_END where there is none. [control] */
  assay_status (*where)(const assay_config* config, assay_text key, assay_text* file,
                        uint32_t* line, uint32_t* column);
} assay_config_api;

ASSAY_STATIC_ASSERT(sizeof(assay_config_api) == 96, "assay_config_api of 1.0 is 96 bytes");

#ifdef __cplusplus
}
#endif

#endif
