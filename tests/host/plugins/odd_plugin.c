/*
 * Plugins that are wrong in one way each; the build says which by a number.
 */
#include <assay/plugin.h>
#include <assay/renewal.h>
#include <string.h>

enum {
  SHORT_ENTRY = 1,
  NEWER,
  WITHOUT_INIT,
  FAILS,
  FAILS_SILENTLY,
  WITHOUT_EVALUATE,
  SHORT_RULE_TABLE,
  WITHOUT_WRITE,
  HALF_TRANSACTIONAL,
  FAILS_TO_CREATE,
  COUNTS_INITS,
  WITHOUT_RENEW,
  LIES
};

#if ODDITY == 13
#include <assay/note.h>
ASSAY_NOTE("{\"id\": \"honest\", \"version\": \"1.0.0\", \"interfaces\": [\"assay.rule/1\"]}");
#endif

static const assay_host* the_host;
static int inits;

static assay_text text(const char* words) {
  const assay_text made = {words, strlen(words)};
  return made;
}

static assay_status init(const assay_host* host, assay_error* error) {
  the_host = host;
  ++inits;
  if (ODDITY == FAILS) {
    host->fail(error, 1, text("no licence was found"));
    host->advise(error, text("set ODD_LICENCE"));
    return ASSAY_FAILED;
  }
  if (ODDITY == COUNTS_INITS && inits > 1) {
    host->fail(error, 1, text("initialised twice"));
    return ASSAY_FAILED;
  }
  return ODDITY == FAILS_SILENTLY ? ASSAY_FAILED : ASSAY_OK;
}

static void deinit(void) {}

static const char* describe(void) { return "{}"; }

static assay_status rule_create(const assay_host* host, const assay_config* config,
                                assay_rule_shared* shared, const assay_instance* instance,
                                assay_rule** rule, assay_error* error) {
  (void)config, (void)shared, (void)instance, (void)rule;
  host->fail(error, 1, text("the moon is full"));
  return ASSAY_FAILED;
}
static void rule_destroy(assay_rule* rule) { (void)rule; }
static assay_status rule_bind(assay_rule* rule, const assay_binder* binder, assay_error* error) {
  (void)rule, (void)binder, (void)error;
  return ASSAY_OK;
}
static assay_status rule_evaluate(assay_rule* rule, const assay_batch* batch,
                                  const assay_verdicts* verdicts, assay_error* error) {
  (void)rule, (void)batch, (void)verdicts, (void)error;
  return ASSAY_OK;
}

static assay_status sink_create(const assay_host* host, const assay_config* config,
                                assay_sink** sink, assay_error* error) {
  (void)config, (void)sink;
  host->fail(error, 1, text("the disk is made of cheese"));
  host->advise(error, text("use another one"));
  return ASSAY_FAILED;
}
static void sink_destroy(assay_sink* sink) { (void)sink; }
static assay_status sink_bind(assay_sink* sink, uint32_t kind, const assay_binder* binder,
                              assay_error* error) {
  (void)sink, (void)kind, (void)binder, (void)error;
  return ASSAY_OK;
}
static assay_status sink_write(assay_sink* sink, const assay_record_batch* batch, int64_t timeout,
                               assay_statuses* statuses, assay_error* error) {
  (void)sink, (void)batch, (void)timeout, (void)statuses, (void)error;
  return ASSAY_OK;
}
static assay_status sink_health(assay_sink* sink, int64_t timeout, assay_statuses* statuses,
                                assay_error* error) {
  (void)sink, (void)timeout, (void)statuses, (void)error;
  return ASSAY_OK;
}

static const assay_rule_api rule_api = {
    .size = ODDITY == SHORT_RULE_TABLE ? 16 : sizeof(assay_rule_api),
    .describe = describe,
    .create = rule_create,
    .destroy = rule_destroy,
    .bind = rule_bind,
    .evaluate = ODDITY == WITHOUT_EVALUATE ? NULL : rule_evaluate,
};
static const assay_sink_api sink_api = {
    .size = sizeof(assay_sink_api),
    .describe = describe,
    .create = sink_create,
    .destroy = sink_destroy,
    .bind = sink_bind,
    .write = ODDITY == WITHOUT_WRITE ? NULL : sink_write,
    .health = sink_health,
};
static const assay_transactional_api transactional_api = {.size = sizeof(assay_transactional_api)};
static const assay_renewal_api renewal_api = {.size = sizeof(assay_renewal_api)};

static const void* get_interface(const char* id) {
  const int sinks = ODDITY == WITHOUT_WRITE || ODDITY == HALF_TRANSACTIONAL ||
                    ODDITY == FAILS_TO_CREATE || ODDITY == WITHOUT_RENEW;
  if (strcmp(id, ASSAY_RULE_ID) == 0 && !sinks) return &rule_api;
  if (strcmp(id, ASSAY_SINK_ID) == 0 && sinks) return &sink_api;
  if (strcmp(id, ASSAY_TRANSACTIONAL_ID) == 0 && ODDITY == HALF_TRANSACTIONAL) {
    return &transactional_api;
  }
  if (strcmp(id, ASSAY_RENEWAL_ID) == 0 && ODDITY == WITHOUT_RENEW) return &renewal_api;
  return NULL;
}

ASSAY_EXPORT const assay_entry assay_entry_v1 = {
    .size = ODDITY == SHORT_ENTRY ? 8 : sizeof(assay_entry),
    .minor = ODDITY == NEWER ? 99 : ASSAY_ABI_MINOR,
    .id = "odd",
    .init = ODDITY == WITHOUT_INIT ? NULL : init,
    .deinit = deinit,
    .get_interface = get_interface,
    .version = "1.0.0",
};
