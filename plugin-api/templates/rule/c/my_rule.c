/*
 * Flags an amount above a limit. Say here whom the rule watches for and why it works, then give it
 * the fields, the parameters and the condition it needs. It uses the C headers alone.
 */
#include <assay/note.h>
#include <assay/plugin.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA                                                                           \
  "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"            \
  "\"limit\": {\"type\": \"string\", \"format\": \"decimal\", \"default\": \"1000.00\"," \
  " \"description\": \"The largest allowed amount; more than it hits.\"},"               \
  "\"score\": {\"type\": \"number\", \"minimum\": 0, \"maximum\": 1, \"default\": 0.5,"  \
  " \"description\": \"Score of a hit.\"}}}"

/* plugin.json says the rest. */
ASSAY_NOTE(
    "{\"id\": \"my_rule\", \"version\": \"1.0.0\", \"interfaces\": [\"assay.rule/1\"], "
    "\"schema\": " SCHEMA "}");

#define MONEY(whole) ((int64_t)(whole)*10000) /* amounts have scale 4 */

struct assay_rule {
  const assay_host* host;
  int64_t limit;
  double score;
  uint32_t amount; /* the number of its column */
  uint32_t above;  /* the number of the reason */
  char words[96];
};

static assay_text text(const char* string) {
  assay_text made = {string, strlen(string)};
  return made;
}

static assay_status refuse(const assay_host* host, assay_error* error, const char* why) {
  host->fail(error, 1, text(why));
  return ASSAY_FAILED;
}

static const char* describe(void) { return SCHEMA; }

static assay_status create(const assay_host* host, const assay_config* config,
                           assay_rule_shared* shared, const assay_instance* instance,
                           assay_rule** rule, assay_error* error) {
  (void)shared;
  (void)instance;
  const assay_config_api* api = host->get_interface(host, ASSAY_CONFIG_ID);
  if (!api) return refuse(host, error, "the host offers no " ASSAY_CONFIG_ID);
  assay_rule* made = calloc(1, sizeof *made);
  if (!made) return refuse(host, error, "there is no memory");
  made->host = host;
  made->limit = api->decimal(config, text("limit"), MONEY(1000));
  made->score = api->float64(config, text("score"), 0.5);
  *rule = made;
  return ASSAY_OK;
}

static void destroy(assay_rule* rule) { free(rule); }

/* Two digits behind the point, as people write amounts. */
static void write_words(assay_rule* rule) {
  char digits[32];
  size_t at = sizeof digits;
  int64_t cents = rule->limit / 100;
  digits[--at] = '\0';
  for (int place = 0; cents > 0 || place < 3; ++place) {
    if (place == 2) digits[--at] = '.';
    digits[--at] = (char)('0' + cents % 10);
    cents /= 10;
  }
  strcpy(rule->words, "amount {amount} is more than ");
  strcat(rule->words, digits + at);
}

/* What the binder refuses it says itself. */
static assay_status bind(assay_rule* rule, const assay_binder* binder, assay_error* error) {
  (void)error;
  const assay_status bound =
      binder->field(binder, text("amount"), ASSAY_DECIMAL, ASSAY_REQUIRED, &rule->amount);
  if (bound != ASSAY_OK) return bound;
  write_words(rule);
  const assay_evidence evidence = {text("amount"), text(""), ASSAY_DECIMAL, 0};
  const assay_reason reason = {.size = sizeof reason,
                               .audience = ASSAY_FOR_ANALYST,
                               .code = text("my_rule"),
                               .words = text(rule->words),
                               .evidence = &evidence,
                               .evidence_count = 1};
  return binder->reason(binder, &reason, &rule->above);
}

static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                             const assay_verdicts* verdicts, assay_error* error) {
  (void)error;
  const char* block = (const char*)batch;
  const assay_column* column =
      (const assay_column*)(const void*)(block + batch->columns) + rule->amount;
  for (uint32_t row = 0; row < batch->rows; ++row) {
    assay_verdict* verdict = &verdicts->rows[row];
    if (block[column->validity + (uint64_t)row * column->validity_stride] == ASSAY_ABSENT) {
      verdict->answer = ASSAY_INCONCLUSIVE;
      continue;
    }
    int64_t amount;
    memcpy(&amount, block + column->cells + (uint64_t)row * column->stride, sizeof amount);
    if (amount <= rule->limit) continue; /* verdicts begin as "no hit" */
    verdict->answer = ASSAY_HIT;
    verdict->reason = (uint16_t)rule->above;
    verdict->score = (int32_t)(rule->score * ASSAY_SCORE_ONE + 0.5);
    verdict->evidence = amount;
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

const assay_entry assay_entry_v1 = {sizeof(assay_entry), ASSAY_ABI_MINOR, "my_rule", init, deinit,
                                    get_interface,       "1.0.0"};
