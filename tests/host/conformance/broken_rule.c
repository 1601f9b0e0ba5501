/* A rule that is sound, and breaks one promise of the ABI where its setting `fault` names it. What
 * cannot hang on a setting hangs on a macro: INIT_FAILS, NO_SCHEMA, SECOND_EXPORT, STATEFUL. */
#include <assay/note.h>
#include <assay/plugin.h>
#include <stdlib.h>
#include <string.h>

#ifdef STATEFUL
ASSAY_NOTE(
    "{\"id\": \"broken_stateful\", \"version\": \"1.0.0\", \"interfaces\": [\"assay.rule/1\"]}");
#define ID "broken_stateful"
#else
ASSAY_NOTE(
    "{\"id\": \"broken_rule\", \"version\": \"1.0.0\", \"interfaces\": [\"assay.rule/1\"],"
    "\"fields\": [{\"name\": \"amount\", \"type\": \"decimal\"},"
    "             {\"name\": \"merchant\", \"type\": \"text\"}],"
    "\"reasons\": [{\"code\": \"broken\", \"evidence\": [\"amount\"]}]}");
#define ID "broken_rule"
#endif

struct assay_rule {
  const assay_host* host;
  const assay_config* config;
  char fault[32];
  int64_t limit; /* money at scale 4 */
  int64_t last;
  uint32_t amount;
  uint32_t merchant;
  uint32_t reason;
};

static int64_t last_of_all;
static __thread int64_t last_of_thread;
static int instances;

#ifdef SECOND_EXPORT
ASSAY_EXPORT int second_export;
#endif

static assay_text text(const char* string) {
  assay_text made = {string, strlen(string)};
  return made;
}

static int has(const assay_rule* rule, const char* fault) {
  return strcmp(rule->fault, fault) == 0;
}

static const char* describe(void) {
#ifdef NO_SCHEMA
  return "whatever you like";
#else
  return "{\"type\": \"object\", \"properties\": {\"fault\": {\"type\": \"string\"}}}";
#endif
}

static assay_status create(const assay_host* host, const assay_config* config,
                           assay_rule_shared* shared, const assay_instance* instance,
                           assay_rule** rule, assay_error* error) {
  (void)shared;
  (void)instance;
  const assay_config_api* api = host->get_interface(host, ASSAY_CONFIG_ID);
  const assay_metrics* metrics = host->get_interface(host, ASSAY_METRICS_ID);
  *rule = calloc(1, sizeof **rule);
  if (api) {
    assay_text fault = api->text(config, text("fault"), text("none"));
    memcpy((*rule)->fault, fault.data, fault.size < 31 ? fault.size : 31);
  }
  /* Without interfaces no setting can be read. */
  if (getenv("TRUSTS_THE_HOST")) last_of_all = api->flags;
  if (!api || !metrics) {
    host->fail(error, 1, text("the host lacks assay.config/1 or assay.metrics/1"));
    free(*rule);
    return ASSAY_FAILED;
  }
  uint32_t counter = 0;
  if (metrics->counter(host, text("judged"), text("rows"), &counter) != ASSAY_OK) {
    if (has(*rule, "falls_with_the_host")) abort();
    if (!has(*rule, "is_silent")) host->fail(error, 1, text("the host counts nothing"));
    free(*rule);
    return ASSAY_FAILED;
  }
  (*rule)->host = host;
  (*rule)->config = config;
  (*rule)->limit = 100 * 10000;
  ++instances;
  return ASSAY_OK;
}

static void destroy(assay_rule* rule) {
  if (!has(rule, "leaks")) free(rule);
}

static assay_status bind(assay_rule* rule, const assay_binder* binder, assay_error* error) {
  (void)error;
  assay_status status =
      binder->field(binder, text("amount"), ASSAY_DECIMAL, ASSAY_REQUIRED, &rule->amount);
  if (status != ASSAY_OK) return status;
  status = binder->field(binder, text("merchant"), ASSAY_TEXT, ASSAY_OPTIONAL, &rule->merchant);
  if (status != ASSAY_OK) return status;
  uint32_t column;
  if (has(rule, "binds_otherwise") && instances > 1)
    binder->field(binder, text("location"), ASSAY_TEXT, ASSAY_REQUIRED, &column);
  if (has(rule, "has_no_note_of_it"))
    binder->field(binder, text("location"), ASSAY_TEXT, ASSAY_REQUIRED, &column);
  if (has(rule, "invents_a_feature"))
    binder->feature(binder, text("count( by nobody"), ASSAY_INT64, ASSAY_NO_COVERAGE, &column, 0);
  assay_evidence evidence = {text("amount"), text("EUR"), ASSAY_DECIMAL, 0};
  assay_reason reason = {sizeof reason,
                         ASSAY_FOR_ANALYST,
                         text("broken"),
                         text("{amount}"),
                         text(""),
                         &evidence,
                         1,
                         0};
  return binder->reason(binder, &reason, &rule->reason);
}

static int hits(assay_rule* rule, int64_t amount, uint32_t row) {
  int64_t last = rule->last;
  rule->last = amount;
  if (has(rule, "counts_rows")) return row % 2 == 1;
#ifdef STATEFUL
  rule->last = last + amount;
  return rule->last / 10000 % 2 == 1;
#endif
  if (has(rule, "remembers")) return amount > last;
  if (has(rule, "shares")) {
    last = last_of_all;
    last_of_all = amount;
    return amount > last;
  }
  if (has(rule, "keeps_to_its_thread")) {
    last = last_of_thread;
    last_of_thread = amount;
    return amount > last;
  }
  return amount > rule->limit;
}

static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                             const assay_verdicts* verdicts, assay_error* error) {
  const char* block = (const char*)batch;
  const assay_column* column = (const assay_column*)(const void*)(block + batch->columns);
  column += rule->amount;
  if (has(rule, "writes_its_input")) ((assay_batch*)batch)->sequence = 7;
  if (has(rule, "reads_beyond")) last_of_all = block[batch->block_size + 7];
  if (has(rule, "expects_a_row")) verdicts->rows[0].answer = ASSAY_NO_HIT;
  if (has(rule, "expects_few_rows") && batch->rows > 1024) abort();
  if (has(rule, "exits")) exit(0);
  while (has(rule, "never_returns")) last_of_all = last_of_all + 1;
  if (has(rule, "fails")) {
    rule->host->fail(error, 1, text("it never works"));
    return ASSAY_FAILED;
  }
  if (has(rule, "asks_late")) {
    const assay_config_api* api = rule->host->get_interface(rule->host, ASSAY_CONFIG_ID);
    rule->limit = api->decimal(rule->config, text("limit"), rule->limit);
  }
  for (uint32_t row = 0; row < batch->rows; ++row) {
    const int absent =
        block[column->validity + (uint64_t)row * column->validity_stride] == ASSAY_ABSENT;
    if (absent && !has(rule, "reads_absent")) {
      verdicts->rows[row].answer = ASSAY_INCONCLUSIVE;
      continue;
    }
    const uint32_t stride = has(rule, "knows_the_stride") ? 16 : column->stride;
    int64_t amount;
    memcpy(&amount, block + column->cells + (uint64_t)row * stride, sizeof amount);
    if (!hits(rule, amount, row)) continue;
    int32_t score = ASSAY_SCORE_ONE / 2;
    if (has(rule, "scores_without_bounds") && amount > (INT64_C(1) << 40)) score = 2000000;
    assay_verdict hit = {ASSAY_HIT, (uint16_t)rule->reason, score, amount};
    if (has(rule, "invents_a_reason")) hit.reason = 7;
    if (has(rule, "invents_an_answer")) hit.answer = 9;
    verdicts->rows[row] = hit;
  }
  return ASSAY_OK;
}

static void tick(assay_rule* rule, int64_t now) {
  (void)now;
  if (has(rule, "forgets_in_tick")) rule->limit = 0;
}

static assay_status save(assay_rule* rule, const assay_stream* stream, assay_error* error) {
  (void)error;
  int64_t saved = has(rule, "saves_nothing") ? 0 : rule->last;
  assay_status status = stream->write(stream, &saved, sizeof saved);
  if (status == ASSAY_OK) return status;
  rule->host->fail(error, 1, text("the state cannot be written"));
  return status;
}

static assay_status load(assay_rule* rule, const assay_stream* stream, uint64_t version,
                         assay_error* error) {
  if (version != 1) {
    if (!has(rule, "refuses_silently")) rule->host->fail(error, 1, text("of another version"));
    return ASSAY_FAILED;
  }
  const uint64_t taken = stream->read(stream, &rule->last, sizeof rule->last);
  if (taken == sizeof rule->last || has(rule, "loads_anything")) return ASSAY_OK;
  rule->host->fail(error, 1, text("the state is cut short"));
  return ASSAY_FAILED;
}

static const assay_rule_api api = {.size = sizeof(assay_rule_api),
#ifdef STATEFUL
                                   .flags = ASSAY_RULE_STATEFUL,
                                   .state_version = 1,
#endif
                                   .describe = describe,
                                   .create = create,
                                   .destroy = destroy,
                                   .bind = bind,
                                   .evaluate = evaluate,
                                   .tick = tick,
                                   .save = save,
                                   .load = load};

static assay_status init(const assay_host* host, assay_error* error) {
#ifdef INIT_FAILS
  host->fail(error, 1, text("there is no licence"));
  return ASSAY_FAILED;
#else
  (void)host;
  (void)error;
  return ASSAY_OK;
#endif
}
static void deinit(void) {}
static const void* get_interface(const char* id) {
  return strcmp(id, ASSAY_RULE_ID) == 0 ? &api : NULL;
}

const assay_entry assay_entry_v1 = {sizeof(assay_entry), ASSAY_ABI_MINOR, ID, init, deinit,
                                    get_interface,       "1.0.0"};
