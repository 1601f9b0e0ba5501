/* A sink that is sound, and breaks one promise of the ABI where its setting `fault` names it. Its
 * peer is a pair of numbers in memory: what it is given it forgets. */
#include <assay/note.h>
#include <assay/plugin.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ASSAY_NOTE(
    "{\"id\": \"broken_sink\", \"version\": \"1.0.0\", \"interfaces\": [\"assay.sink/1\", "
    "\"assay.sink.transactional/1\"], \"records\": [\"decision\"],"
    "\"fields\": [{\"name\": \"transaction_id\", \"type\": \"text\"}]}");

struct assay_sink {
  const assay_host* host;
  char fault[32];
  uint32_t id;
};

/* The store: a cursor and its epoch, for all partitions. */
static int64_t epoch;
static int64_t stored = ASSAY_NO_OFFSET;
static int instances;

static assay_text text(const char* string) {
  assay_text made = {string, strlen(string)};
  return made;
}

static int has(const assay_sink* sink, const char* fault) {
  return strcmp(sink->fault, fault) == 0;
}

static const char* describe(void) {
  return "{\"type\": \"object\", \"properties\": {\"fault\": {\"type\": \"string\"}}}";
}

static assay_status create(const assay_host* host, const assay_config* config, assay_sink** sink,
                           assay_error* error) {
  const assay_config_api* api = host->get_interface(host, ASSAY_CONFIG_ID);
  if (!api && !getenv("TRUSTS_THE_HOST")) {
    host->fail(error, 1, text("the host lacks assay.config/1"));
    return ASSAY_FAILED;
  }
  *sink = calloc(1, sizeof **sink);
  assay_text fault = api->text(config, text("fault"), text("none"));
  memcpy((*sink)->fault, fault.data, fault.size < 31 ? fault.size : 31);
  (*sink)->host = host;
  ++instances;
  const assay_metrics* metrics = host->get_interface(host, ASSAY_METRICS_ID);
  uint32_t counter = 0;
  if (has(*sink, "falls_with_the_host") &&
      (!metrics || metrics->counter(host, text("rows"), text(""), &counter) != ASSAY_OK))
    abort();
  return ASSAY_OK;
}

static void destroy(assay_sink* sink) {
  if (has(sink, "leaves_files_open")) (void)dup(0);
  free(sink);
}

static assay_status bind(assay_sink* sink, uint32_t kind, const assay_binder* binder,
                         assay_error* error) {
  (void)error;
  if (has(sink, "takes_nothing")) return ASSAY_NOT_WANTED;
  if (kind != ASSAY_DECISION && !(kind == ASSAY_HOLDER && has(sink, "has_no_note_of_it")))
    return ASSAY_NOT_WANTED;
  uint32_t column;
  if (has(sink, "binds_otherwise") && instances > 1)
    binder->field(binder, text("amount"), ASSAY_DECIMAL, ASSAY_REQUIRED, &column);
  if (has(sink, "misspells"))
    binder->field(binder, text("amount"), ASSAY_TEXT, ASSAY_REQUIRED, &column);
  return binder->field(binder, text("transaction_id"), ASSAY_TEXT, ASSAY_REQUIRED, &sink->id);
}

static assay_status write_batch(assay_sink* sink, const assay_record_batch* batch, int64_t timeout,
                                assay_statuses* statuses, assay_error* error) {
  const char* block = (const char*)batch;
  const assay_column* column = (const assay_column*)(const void*)(block + batch->batch.columns);
  column += sink->id;
  const uint32_t rows = batch->batch.rows;
  (void)error;
  if (has(sink, "writes_its_input")) ((assay_record_batch*)batch)->partition = 7;
  if (has(sink, "expects_a_row")) statuses->rows[0].outcome = ASSAY_DELIVERED;
  if (has(sink, "expects_few_rows") && rows > 1024) abort();
  if (has(sink, "dawdles") && timeout < INT64_C(1000000000)) sleep(3);
  for (uint32_t row = 0; row < rows; ++row) {
    assay_cell id = {0, 0};
    if (block[column->validity + (uint64_t)row * column->validity_stride] != ASSAY_ABSENT)
      memcpy(&id, block + column->cells + (uint64_t)row * column->stride, sizeof id);
    else if (has(sink, "expects_an_id"))
      abort();
    if (has(sink, "expects_short_ids") && id.size > 64) abort();
    assay_sink_status* status = &statuses->rows[row];
    if (has(sink, "invents_an_outcome")) status->outcome = 9;
    if (has(sink, "has_no_class")) status->outcome = ASSAY_REJECTED;
    if (has(sink, "speaks_from_elsewhere")) status->text.size = 40;
  }
  return ASSAY_OK;
}

static assay_status flush(assay_sink* sink, int64_t timeout, assay_statuses* statuses,
                          assay_error* error) {
  (void)timeout;
  (void)error;
  if (has(sink, "flushes_oddly")) statuses->rows[0].scope = 9;
  return ASSAY_OK;
}

static assay_status health(assay_sink* sink, int64_t timeout, assay_statuses* statuses,
                           assay_error* error) {
  (void)timeout;
  (void)error;
  if (has(sink, "is_oddly_well")) statuses->rows[0].error_class = 9;
  return ASSAY_OK;
}

static void interrupt(assay_sink* sink) {
  if (has(sink, "falls_when_interrupted")) abort();
}

static const assay_sink_api api = {sizeof(assay_sink_api),
                                   0,
                                   describe,
                                   create,
                                   destroy,
                                   bind,
                                   write_batch,
                                   flush,
                                   health,
                                   interrupt};

static assay_status claim(assay_sink* sink, assay_cursor* cursors, uint32_t count, int64_t timeout,
                          assay_statuses* statuses, assay_error* error) {
  (void)timeout;
  (void)statuses;
  (void)error;
  if (!has(sink, "forgets_the_epoch")) ++epoch;
  for (uint32_t i = 0; i < count; ++i) {
    cursors[i].epoch = epoch;
    cursors[i].next_offset = stored;
  }
  return ASSAY_OK;
}

static assay_status begin(assay_sink* sink, assay_cursor* cursors, uint32_t count, int64_t timeout,
                          assay_statuses* statuses, assay_error* error) {
  (void)timeout;
  (void)statuses;
  (void)error;
  for (uint32_t i = 0; i < count; ++i) {
    cursors[i].answer = 0;
    if (cursors[i].epoch < epoch && !has(sink, "lets_anybody_in"))
      cursors[i].answer = ASSAY_CURSOR_FENCED;
    else if (cursors[i].next_offset == stored)
      cursors[i].answer = ASSAY_CURSOR_COMMITTED;
  }
  return ASSAY_OK;
}

static assay_status commit(assay_sink* sink, assay_cursor* cursors, uint32_t count, int64_t timeout,
                           assay_statuses* statuses, assay_error* error) {
  (void)timeout;
  (void)statuses;
  (void)error;
  for (uint32_t i = 0; i < count; ++i) {
    if (!has(sink, "forgets_the_cursor")) stored = cursors[i].next_offset;
    cursors[i].answer = ASSAY_CURSOR_COMMITTED;
  }
  return ASSAY_OK;
}

static void abort_transaction(assay_sink* sink) { (void)sink; }

static assay_status position(assay_sink* sink, assay_cursor* cursors, uint32_t count,
                             int64_t timeout, assay_statuses* statuses, assay_error* error) {
  (void)sink;
  (void)timeout;
  (void)statuses;
  (void)error;
  for (uint32_t i = 0; i < count; ++i) {
    cursors[i].answer = cursors[i].epoch < epoch           ? ASSAY_CURSOR_FENCED
                        : cursors[i].next_offset == stored ? ASSAY_CURSOR_COMMITTED
                                                           : ASSAY_CURSOR_BEHIND;
    if (cursors[i].answer == ASSAY_CURSOR_BEHIND) cursors[i].next_offset = stored;
  }
  return ASSAY_OK;
}

static const assay_transactional_api transactions = {
    sizeof(assay_transactional_api), 0, claim, begin, commit, abort_transaction, position};

static assay_status init(const assay_host* host, assay_error* error) {
  (void)host;
  (void)error;
  return ASSAY_OK;
}
static void deinit(void) {}
static const void* get_interface(const char* id) {
  if (strcmp(id, ASSAY_SINK_ID) == 0) return &api;
  if (strcmp(id, ASSAY_TRANSACTIONAL_ID) == 0) return &transactions;
  return NULL;
}

const assay_entry assay_entry_v1 = {
    sizeof(assay_entry), ASSAY_ABI_MINOR, "broken_sink", init, deinit, get_interface, "1.0.0"};
