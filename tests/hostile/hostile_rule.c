/* A rule that does what no plugin may, at a place and in a way that its parameters name. */
#include <assay/plugin.h>
#include <stdlib.h>
#include <string.h>

struct assay_rule {
  char deed[32];
};

static assay_text text(const char* string) {
  assay_text made = {string, strlen(string)};
  return made;
}

static int overflow(volatile int depth) {
  volatile char room[4096];
  room[0] = (char)depth;
  return overflow(depth + 1) + room[0];
}

static volatile int zero;

static void commit(const char* deed) {
  if (strcmp(deed, "reads_null") == 0) *(volatile int*)0 = 1;
  if (strcmp(deed, "aborts") == 0) abort();
  if (strcmp(deed, "divides_by_zero") == 0)
    zero = 7 / zero; /* of 1 / x a compiler makes a comparison */
  if (strcmp(deed, "overflows_its_stack") == 0) zero = overflow(0);
  if (strcmp(deed, "exits") == 0) exit(0);
  if (strcmp(deed, "never_returns") == 0) {
    for (;;) zero = zero;
  }
}

static const char* describe(void) {
  return "{\"type\": \"object\", \"properties\": {\"deed\": {\"type\": \"string\"}, "
         "\"place\": {\"type\": \"string\"}}}";
}

static const assay_config_api* config_of(const assay_host* host) {
  return host->get_interface(host, ASSAY_CONFIG_ID);
}

static int is(const assay_host* host, const assay_config* config, const char* place) {
  assay_text found = config_of(host)->text(config, text("place"), text("evaluate"));
  return found.size == strlen(place) && memcmp(found.data, place, found.size) == 0;
}

static int in_bind;

static assay_status create(const assay_host* host, const assay_config* config,
                           assay_rule_shared* shared, const assay_instance* instance,
                           assay_rule** rule, assay_error* error) {
  (void)shared;
  (void)instance;
  (void)error;
  assay_text deed = config_of(host)->text(config, text("deed"), text("nothing"));
  *rule = calloc(1, sizeof **rule);
  memcpy((*rule)->deed, deed.data, deed.size < 31 ? deed.size : 31);
  if (is(host, config, "create")) commit((*rule)->deed);
  in_bind = is(host, config, "bind");
  return ASSAY_OK;
}

static void destroy(assay_rule* rule) { free(rule); }

static assay_status bind(assay_rule* rule, const assay_binder* binder, assay_error* error) {
  (void)binder;
  (void)error;
  if (in_bind) commit(rule->deed);
  return ASSAY_OK;
}

static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                             const assay_verdicts* verdicts, assay_error* error) {
  (void)batch;
  (void)verdicts;
  (void)error;
  if (!in_bind) commit(rule->deed);
  return ASSAY_OK;
}

static const assay_rule_api api = {.size = sizeof(assay_rule_api),
                                   .describe = describe,
                                   .create = create,
                                   .destroy = destroy,
                                   .bind = bind,
                                   .evaluate = evaluate};

static assay_status init(const assay_host* host, assay_error* error) {
  (void)host;
  (void)error;
  return ASSAY_OK;
}
static void deinit(void) {}
static const void* get_interface(const char* id) {
  return strcmp(id, ASSAY_RULE_ID) == 0 ? &api : NULL;
}

const assay_entry assay_entry_v1 = {
    sizeof(assay_entry), ASSAY_ABI_MINOR, "hostile_rule", init, deinit, get_interface, "6.6.6"};
