/* A library whose constructor does something before anybody has called it. */
#include <assay/plugin.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CRASHES = 1, NEVER_RETURNS, WRITES_A_FILE };

static volatile int sink;

__attribute__((constructor)) static void before_everything(void) {
  if (DEED == CRASHES) *(volatile int*)0 = 1;
  if (DEED == NEVER_RETURNS)
    for (;;) sink = sink;
  if (DEED == WRITES_A_FILE) sink = open("constructor_was_here", O_WRONLY | O_CREAT, 0600);
}

struct assay_rule {
  int nothing;
};
static assay_rule the_rule;

static const char* describe(void) { return "{\"type\": \"object\"}"; }
static assay_status create(const assay_host* host, const assay_config* config,
                           assay_rule_shared* shared, const assay_instance* instance,
                           assay_rule** rule, assay_error* error) {
  (void)host, (void)config, (void)shared, (void)instance, (void)error;
  *rule = &the_rule;
  return ASSAY_OK;
}
static void destroy(assay_rule* rule) { (void)rule; }
static assay_status bind_rule(assay_rule* rule, const assay_binder* binder, assay_error* error) {
  (void)rule, (void)binder, (void)error;
  return ASSAY_OK;
}
static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                             const assay_verdicts* verdicts, assay_error* error) {
  (void)rule, (void)batch, (void)verdicts, (void)error;
  return ASSAY_OK;
}
static const assay_rule_api api = {.size = sizeof(assay_rule_api),
                                   .describe = describe,
                                   .create = create,
                                   .destroy = destroy,
                                   .bind = bind_rule,
                                   .evaluate = evaluate};

static assay_status init(const assay_host* host, assay_error* error) {
  (void)host, (void)error;
  return ASSAY_OK;
}
static void deinit(void) {}
static const void* get_interface(const char* id) {
  return strcmp(id, ASSAY_RULE_ID) == 0 ? &api : NULL;
}

#ifdef EXPORTS_MORE
ASSAY_EXPORT int another_name(void) { return 0; }
#endif

ASSAY_EXPORT const assay_entry assay_entry_v1 = {
    sizeof(assay_entry), ASSAY_ABI_MINOR, "hostile_constructor", init, deinit,
    get_interface,       "6.6.6"};
