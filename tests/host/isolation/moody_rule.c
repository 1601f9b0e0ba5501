/* A rule whose mood follows the amount: most are a hit, some make it do what no rule may. */
#include <assay/plugin.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct assay_rule {
  const assay_host* host;
  const assay_explain* explain;
  const assay_log* log;
  const assay_metrics* metrics;
  uint32_t rows;   /* number of a counter */
  uint32_t ticks;  /* the same */
  uint32_t column; /* of the amount */
  uint32_t reason;
  char greeting[64];
};

static assay_text text(const char* string) {
  assay_text made = {string, strlen(string)};
  return made;
}

static const char* describe(void) {
  return "{\"type\": \"object\", \"properties\": {\"greeting\": {\"type\": \"string\"}, "
         "\"file\": {\"type\": \"string\"}}}";
}

static assay_status create(const assay_host* host, const assay_config* config,
                           assay_rule_shared* shared, const assay_instance* instance,
                           assay_rule** rule, assay_error* error) {
  (void)shared;
  (void)instance;
  assay_rule* made = calloc(1, sizeof *made);
  const assay_config_api* look = host->get_interface(host, ASSAY_CONFIG_ID);
  assay_text greeting = look->text(config, text("greeting"), text("good morning"));
  assay_text file = look->text(config, text("file"), text(""));
  memcpy(made->greeting, greeting.data, greeting.size < 63 ? greeting.size : 63);
  made->host = host;
  made->explain = host->get_interface(host, ASSAY_EXPLAIN_ID);
  made->log = host->get_interface(host, ASSAY_LOG_ID);
  made->metrics = host->get_interface(host, ASSAY_METRICS_ID);
  made->metrics->counter(host, text("rows"), text("Rows that were seen."), &made->rows);
  made->metrics->counter(host, text("ticks"), text("Ticks that came."), &made->ticks);
  if (file.size > 0) {
    char path[256] = {0};
    memcpy(path, file.data, file.size < 255 ? file.size : 255);
    if (open(path, O_WRONLY | O_CREAT, 0600) < 0) {
      host->fail(error, 1, text("the file cannot be written"));
      free(made);
      return ASSAY_FAILED;
    }
  }
  *rule = made;
  return ASSAY_OK;
}

static void destroy(assay_rule* rule) { free(rule); }

static assay_status bind_rule(assay_rule* rule, const assay_binder* binder, assay_error* error) {
  (void)error;
  const assay_evidence evidence[] = {{{"amount", 6}, {"", 0}, ASSAY_DECIMAL, 0},
                                     {{"twice", 5}, {"", 0}, ASSAY_INT64, 0}};
  const assay_reason reason = {.size = sizeof reason,
                               .code = text("seen"),
                               .words = text("{amount} is half of {twice}"),
                               .evidence = evidence,
                               .evidence_count = 2};
  rule->log->write(rule->host, ASSAY_LOG_INFO, text(rule->greeting));
  if (binder->field(binder, text("amount"), ASSAY_DECIMAL, ASSAY_REQUIRED, &rule->column) != 0)
    return ASSAY_FAILED;
  return binder->reason(binder, &reason, &rule->reason);
}

static volatile int sink;

static int overflow(volatile int depth) {
  volatile char room[4096];
  room[0] = (char)depth;
  return overflow(depth + 1) + room[0];
}

static void follow(int64_t mood, const assay_batch* batch) {
  if (mood == 1) abort();
  if (mood == 2)
    for (;;) sink = sink;
  if (mood == 3) sink = open("/etc/passwd", O_RDONLY);
  if (mood == 4) sink = socket(AF_INET, SOCK_STREAM, 0);
  if (mood == 5) *(volatile uint32_t*)&batch->rows = 7;
  if (mood == 6)
    for (;;) memset(malloc(1 << 20), 1, 1 << 20);
  if (mood == 7) exit(0);
  if (mood == 8) sink = fork();
  if (mood == 9) sink = overflow(0);
  if (mood == 10) sink = execl("/bin/true", "true", (char*)0);
}

static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                             const assay_verdicts* verdicts, assay_error* error) {
  const char* base = (const char*)batch;
  const assay_column* column = (const assay_column*)(base + batch->columns) + rule->column;
  for (uint32_t row = 0; row < batch->rows; ++row) {
    const uint8_t valid =
        *(const uint8_t*)(base + column->validity + row * column->validity_stride);
    const int64_t amount = *(const int64_t*)(base + column->cells + row * column->stride);
    assay_verdict* verdict = verdicts->rows + row;
    rule->metrics->add(rule->host, rule->rows, 1);
    if (valid == ASSAY_ABSENT) {
      verdict->answer = ASSAY_INCONCLUSIVE;
      continue;
    }
    follow(amount, batch);
    if (amount == 11) {
      rule->host->fail(error, 1, text("eleven is too much"));
      return ASSAY_FAILED;
    }
    if (amount == 12) rule->log->write(rule->host, ASSAY_LOG_WARNING, text("a dozen"));
    verdict->answer = ASSAY_HIT;
    verdict->reason = (uint16_t)rule->reason;
    verdict->score = 1000;
    verdict->evidence = amount;
    rule->explain->evidence(verdicts, row, 1, 2 * amount);
  }
  return ASSAY_OK;
}

static void tick(assay_rule* rule, int64_t now) {
  rule->metrics->add(rule->host, rule->ticks, 1);
  follow(now, NULL);
}

static const assay_rule_api api = {.size = sizeof(assay_rule_api),
                                   .describe = describe,
                                   .create = create,
                                   .destroy = destroy,
                                   .bind = bind_rule,
                                   .evaluate = evaluate,
                                   .tick = tick};

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
    sizeof(assay_entry), ASSAY_ABI_MINOR, "moody_rule", init, deinit, get_interface, "1.2.3"};
