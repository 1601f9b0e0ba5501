/*
 * A whole rule in C: hits where the amount is above a limit. It uses nothing but the C headers.
 *
 *   cc -shared -fPIC -fvisibility=hidden above_limit.c -o above_limit.so
 */
#include <assay/plugin.h>
#include <stdlib.h>
#include <string.h>

struct assay_rule {
  const assay_host* host;
  const assay_config* config;
  int64_t limit;
  uint32_t amount;
  uint32_t reason;
};

static assay_text text(const char* string) {
  assay_text made = {string, strlen(string)};
  return made;
}

static const char* describe(void) {
  return "{\"type\": \"object\", \"properties\": {\"limit\": {\"type\": \"string\", "
         "\"format\": \"decimal\"}}}";
}

static assay_status create(const assay_host* host, const assay_config* config,
                           assay_rule_shared* shared, const assay_instance* instance,
                           assay_rule** rule, assay_error* error) {
  (void)shared;
  (void)instance;
  const assay_config_api* api = host->get_interface(host, ASSAY_CONFIG_ID);
  *rule = calloc(1, sizeof **rule);
  if (!*rule || !api) {
    host->fail(error, 1, text("no memory, or no configuration"));
    return ASSAY_FAILED;
  }
  (*rule)->host = host;
  (*rule)->config = config;
  (*rule)->limit = api->decimal(config, text("limit"), 1000 * 10000);
  return ASSAY_OK;
}

static void destroy(assay_rule* rule) { free(rule); }

static assay_status bind(assay_rule* rule, const assay_binder* binder, assay_error* error) {
  (void)error; /* the host says itself what it refuses */
  assay_status status =
      binder->field(binder, text("amount"), ASSAY_DECIMAL, ASSAY_REQUIRED, &rule->amount);
  if (status != ASSAY_OK) return status;
  assay_evidence evidence = {text("amount"), text("EUR"), ASSAY_DECIMAL, 0};
  assay_reason reason = {sizeof reason,
                         ASSAY_FOR_ANALYST,
                         text("above_limit"),
                         text("{amount} is too much"),
                         text(""),
                         &evidence,
                         1,
                         0};
  return binder->reason(binder, &reason, &rule->reason);
}

static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                             const assay_verdicts* verdicts, assay_error* error) {
  (void)error;
  const char* block = (const char*)batch;
  const assay_column* column = (const assay_column*)(const void*)(block + batch->columns);
  column += rule->amount;
  for (uint32_t row = 0; row < batch->rows; ++row) {
    int64_t amount;
    if (block[column->validity + (uint64_t)row * column->validity_stride] == ASSAY_ABSENT) {
      verdicts->rows[row].answer = ASSAY_INCONCLUSIVE;
      continue;
    }
    memcpy(&amount, block + column->cells + (uint64_t)row * column->stride, sizeof amount);
    if (amount > rule->limit) {
      assay_verdict hit = {ASSAY_HIT, (uint16_t)rule->reason, ASSAY_SCORE_ONE / 2, amount};
      verdicts->rows[row] = hit;
    }
  }
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
    sizeof(assay_entry), ASSAY_ABI_MINOR, "above_limit", init, deinit, get_interface, "1.0.0"};
