/*
 * Appends a line for each decision to a file: its id, what was decided, the amount. Say here who
 * reads it, then give it the fields, the settings and the peer it needs. It uses the C headers
 * alone.
 */
#include <assay/note.h>
#include <assay/plugin.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA                                                                        \
  "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"file\"]," \
  "\"properties\": {\"file\": {\"type\": \"string\", \"format\": \"path\","           \
  " \"description\": \"The file to append to; it is made where there is none.\"}}}"

/* plugin.json says the rest. */
ASSAY_NOTE(
    "{\"id\": \"my_sink\", \"version\": \"1.0.0\", \"interfaces\": [\"assay.sink/1\"], "
    "\"schema\": " SCHEMA "}");

struct assay_sink {
  char* file;
  uint32_t id; /* numbers of columns */
  uint32_t decision;
  uint32_t amount;
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

/* Reads the settings and connects to nothing. */
static assay_status create(const assay_host* host, const assay_config* config, assay_sink** sink,
                           assay_error* error) {
  const assay_config_api* api = host->get_interface(host, ASSAY_CONFIG_ID);
  if (!api) return refuse(host, error, "the host offers no " ASSAY_CONFIG_ID);
  assay_sink* made = calloc(1, sizeof *made);
  const assay_text path = api->path(config, text("file"), text(""));
  char* file = malloc(path.size + 1);
  if (!made || !file) {
    free(made);
    free(file);
    return refuse(host, error, "there is no memory");
  }
  memcpy(file, path.data, path.size);
  file[path.size] = '\0';
  made->file = file;
  *sink = made;
  return ASSAY_OK;
}

static void destroy(assay_sink* sink) {
  free(sink->file);
  free(sink);
}

/* What the binder refuses it says itself. */
static assay_status bind(assay_sink* sink, uint32_t kind, const assay_binder* binder,
                         assay_error* error) {
  (void)error;
  if (kind != ASSAY_DECISION) return ASSAY_NOT_WANTED;
  assay_status bound =
      binder->field(binder, text("transaction_id"), ASSAY_TEXT, ASSAY_REQUIRED, &sink->id);
  if (bound != ASSAY_OK) return bound;
  bound = binder->field(binder, text("decision"), ASSAY_TEXT, ASSAY_REQUIRED, &sink->decision);
  if (bound != ASSAY_OK) return bound;
  return binder->field(binder, text("amount"), ASSAY_DECIMAL, ASSAY_OPTIONAL, &sink->amount);
}

/* The cell, or null where it is absent. */
static const void* cell_of(const assay_batch* batch, uint32_t number, uint32_t row) {
  const char* block = (const char*)batch;
  const assay_column* column = (const assay_column*)(const void*)(block + batch->columns) + number;
  if (block[column->validity + (uint64_t)row * column->validity_stride] == ASSAY_ABSENT) {
    return NULL;
  }
  return block + column->cells + (uint64_t)row * column->stride;
}

static void write_text(FILE* file, const assay_batch* batch, uint32_t number, uint32_t row) {
  assay_cell text_at;
  const void* cell = cell_of(batch, number, row);
  if (!cell) {
    fputc('?', file);
    return;
  }
  memcpy(&text_at, cell, sizeof text_at);
  fwrite((const char*)batch + batch->arena + text_at.offset, 1, text_at.size, file);
}

static assay_cell append(assay_statuses* statuses, const char* words) {
  const uint32_t room = statuses->capacity - statuses->used;
  const size_t size = strlen(words) < room ? strlen(words) : room;
  const assay_cell cell = {statuses->used, (uint32_t)size};
  memcpy(statuses->buffer + statuses->used, words, size);
  statuses->used += (uint32_t)size;
  return cell;
}

/* An outage: the host tries again, until the file can be written. It speaks for all records. */
static void outage(assay_statuses* statuses) {
  if (statuses->count == 0) return;
  statuses->rows[0].outcome = ASSAY_RETRY;
  statuses->rows[0].scope = ASSAY_SCOPE_SINK;
  statuses->rows[0].error_class = ASSAY_CLASS_TRANSIENT;
  statuses->rows[0].code = append(statuses, "file");
  statuses->rows[0].text = append(statuses, strerror(errno));
}

static assay_status write_records(assay_sink* sink, const assay_record_batch* records,
                                  int64_t timeout, assay_statuses* statuses, assay_error* error) {
  (void)timeout;
  (void)error;
  FILE* file = fopen(sink->file, "ae");
  if (!file) {
    outage(statuses);
    return ASSAY_OK;
  }
  for (uint32_t row = 0; row < records->batch.rows; ++row) {
    write_text(file, &records->batch, sink->id, row);
    fputc(' ', file);
    write_text(file, &records->batch, sink->decision, row);
    const void* cell = cell_of(&records->batch, sink->amount, row);
    if (cell) {
      int64_t amount; /* at scale 4 */
      memcpy(&amount, cell, sizeof amount);
      const uint64_t units = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
      fprintf(file, " %s%" PRIu64 ".%02" PRIu64, amount < 0 ? "-" : "", units / 10000,
              units % 10000 / 100);
    }
    fputc('\n', file);
  }
  if (fclose(file) != 0) outage(statuses);
  return ASSAY_OK;
}

/* Reaches the file without writing to it. */
static assay_status health(assay_sink* sink, int64_t timeout, assay_statuses* statuses,
                           assay_error* error) {
  (void)timeout;
  (void)error;
  FILE* file = fopen(sink->file, "ae");
  if (!file) {
    outage(statuses);
    return ASSAY_OK;
  }
  fclose(file);
  return ASSAY_OK;
}

static const assay_sink_api api = {.size = sizeof(assay_sink_api),
                                   .describe = describe,
                                   .create = create,
                                   .destroy = destroy,
                                   .bind = bind,
                                   .write = write_records,
                                   .health = health};

static assay_status init(const assay_host* host, assay_error* error) {
  (void)host;
  (void)error;
  return ASSAY_OK;
}
static void deinit(void) {}
static const void* get_interface(const char* id) {
  return strcmp(id, ASSAY_SINK_ID) == 0 ? &api : NULL;
}

const assay_entry assay_entry_v1 = {sizeof(assay_entry), ASSAY_ABI_MINOR, "my_sink", init, deinit,
                                    get_interface,       "1.0.0"};
