#include "tests/support/sink_driver.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <assay/sink.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace assay::testing::sinks {
namespace {

// The fake host: its table comes first, so its address is the host's.
struct FakeHost {
  assay_host table{};
  std::vector<std::string> log;
  std::vector<std::pair<std::string, std::uint64_t>> counters;
  Time now{1'790'000'000'000'000'000};
  std::string config_hash = "0f0e0d0c";
  std::string configuration = R"({"engine": "test"})";
  std::string engine_version = "0.1.0";
};

FakeHost& host_of(const assay_host* host) {
  return *reinterpret_cast<FakeHost*>(const_cast<assay_host*>(host));
}
std::string text_of(assay_text text) { return text.size ? std::string(text.data, text.size) : ""; }

SinkRefusal& refusal_of(assay_error* error) { return *reinterpret_cast<SinkRefusal*>(error); }

void fail(assay_error* error, std::int32_t, assay_text message) {
  if (refusal_of(error).message.empty()) refusal_of(error).message = text_of(message);
}
void locate(assay_error* error, assay_text file, std::uint32_t line, std::uint32_t) {
  refusal_of(error).file = text_of(file);
  refusal_of(error).line = line;
}
void advise(assay_error* error, assay_text help) { refusal_of(error).help = text_of(help); }

const assay_log log_api{sizeof(assay_log), 0,
                        [](const assay_host* host, std::uint32_t, assay_text message) {
                          host_of(host).log.push_back(text_of(message));
                        }};

const assay_metrics metrics_api{
    sizeof(assay_metrics), 0,
    [](const assay_host* host, assay_text name, assay_text, std::uint32_t* number) {
      auto& counters = host_of(host).counters;
      for (*number = 0; *number < counters.size(); ++*number) {
        if (counters[*number].first == text_of(name)) return ASSAY_OK;
      }
      counters.emplace_back(text_of(name), 0);
      return ASSAY_OK;
    },
    [](const assay_host* host, std::uint32_t number, std::uint64_t delta) {
      host_of(host).counters.at(number).second += delta;
    }};

const assay_clock clock_api{sizeof(assay_clock), 0,
                            [](const assay_host* host) { return host_of(host).now.nanoseconds; }};

const assay_run run_api{
    sizeof(assay_run), 0,
    [](const assay_host* host) { return detail::to_c(host_of(host).config_hash); },
    [](const assay_host* host) { return detail::to_c(host_of(host).configuration); },
    [](const assay_host* host) { return detail::to_c(host_of(host).engine_version); }};

// assay.config/1 over dotted keys.
const Settings& settings_of(const assay_config* config) {
  return *reinterpret_cast<const Settings*>(config);
}
const std::string* find(const assay_config* config, assay_text key) {
  for (const auto& [name, value] : settings_of(config)) {
    if (name == text_of(key)) return &value;
  }
  return nullptr;
}
// The names right below a key, in the order of the file.
std::vector<std::string_view> below(const assay_config* config, assay_text key) {
  const auto prefix = text_of(key) + ".";
  std::vector<std::string_view> names;
  for (const auto& [name, value] : settings_of(config)) {
    if (name.rfind(prefix, 0) != 0) continue;
    const auto rest = std::string_view(name).substr(prefix.size());
    const auto child = rest.substr(0, rest.find('.'));
    if (std::find(names.begin(), names.end(), child) == names.end()) names.push_back(child);
  }
  return names;
}
std::int64_t duration_of(const std::string& text) {
  std::size_t digits = 0;
  const auto amount = std::stoll(text, &digits);
  static const std::map<std::string, std::int64_t> units{{"ms", 1'000'000},
                                                         {"s", 1'000'000'000},
                                                         {"m", 60'000'000'000},
                                                         {"h", 3'600'000'000'000},
                                                         {"d", 86'400'000'000'000}};
  return amount * units.at(text.substr(digits));
}
std::int64_t decimal_of(const std::string& text) {
  const auto point = text.find('.');
  const auto whole = std::stoll(text.substr(0, point));
  auto fraction = point == std::string::npos ? "" : text.substr(point + 1);
  fraction.resize(4, '0');
  const auto units = std::stoll(fraction);
  return whole * 10'000 + (text.front() == '-' ? -units : units);
}

const assay_config_api config_api{
    sizeof(assay_config_api),
    0,
    [](const assay_config* config, assay_text key) -> std::uint32_t {
      return find(config, key) || !below(config, key).empty() ? 1 : 0;
    },
    [](const assay_config* config, assay_text key, std::int64_t fallback) -> std::int64_t {
      const auto* value = find(config, key);
      return value ? std::stoll(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, double fallback) {
      const auto* value = find(config, key);
      return value ? std::stod(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, std::uint32_t fallback) -> std::uint32_t {
      const auto* value = find(config, key);
      return value ? *value == "true" : fallback;
    },
    [](const assay_config* config, assay_text key, std::int64_t fallback) {
      const auto* value = find(config, key);
      return value ? decimal_of(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, std::int64_t fallback) {
      const auto* value = find(config, key);
      return value ? duration_of(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, assay_text fallback) {
      const auto* value = find(config, key);
      return value ? detail::to_c(*value) : fallback;
    },
    [](const assay_config* config, assay_text key) {
      return static_cast<std::uint32_t>(below(config, key).size());
    },
    [](const assay_config* config, assay_text key, std::uint32_t index) {
      return detail::to_c(below(config, key).at(index));
    },
    [](const assay_config* config, assay_text key, assay_text fallback) {
      const auto* value = find(config, key);
      return value ? detail::to_c(*value) : fallback;
    },
    [](const assay_config* config, assay_text key, assay_text* file, std::uint32_t* line,
       std::uint32_t* column) -> assay_status {
      if (!find(config, key)) return ASSAY_END;
      *file = detail::to_c("test.yaml");
      *line = 1;
      *column = 1;
      return ASSAY_OK;
    }};

const void* host_interface(const assay_host*, const char* id) {
  const std::string_view wanted(id);
  if (wanted == ASSAY_LOG_ID) return &log_api;
  if (wanted == ASSAY_METRICS_ID) return &metrics_api;
  if (wanted == ASSAY_CLOCK_ID) return &clock_api;
  if (wanted == ASSAY_RUN_ID) return &run_api;
  if (wanted == ASSAY_CONFIG_ID) return &config_api;
  return nullptr;
}

// The binder of one kind: remembers what was declared.
struct Binding {
  assay_binder table{};
  std::vector<OfferedField> offered;
  std::vector<OfferedField> bound;
  SinkRefusal* refusal = nullptr;
};
Binding& binding_of(const assay_binder* binder) {
  return *reinterpret_cast<Binding*>(const_cast<assay_binder*>(binder));
}

assay_status declare_field(const assay_binder* binder, assay_text name, std::uint32_t type,
                           std::uint32_t flags, std::uint32_t* column) {
  auto& binding = binding_of(binder);
  const auto wanted = text_of(name);
  const OfferedField* match = nullptr;
  for (const auto& field : binding.offered) {
    if (field.name == wanted) match = &field;
  }
  if (!match && flags == ASSAY_REQUIRED) {
    binding.refusal->message = "the schema has no field " + wanted;
    return ASSAY_FAILED;
  }
  if (match && match->type != type) {
    binding.refusal->message = "the field " + wanted + " has another type";
    return ASSAY_FAILED;
  }
  *column = static_cast<std::uint32_t>(binding.bound.size());
  binding.bound.push_back({wanted, type});
  return ASSAY_OK;
}
assay_status offered_field(const assay_binder* binder, std::uint32_t index, assay_text* name,
                           std::uint32_t* type) {
  const auto& offered = binding_of(binder).offered;
  if (index >= offered.size()) return ASSAY_END;
  *name = detail::to_c(offered[index].name);
  *type = offered[index].type;
  return ASSAY_OK;
}

// Lays out a batch: header, tables, cells, arena, each found by its offset.
class BlockBuilder {
 public:
  BlockBuilder(const RecordedBatch& batch, const std::vector<OfferedField>& columns)
      : batch_(batch), columns_(columns), bytes_(sizeof(assay_record_batch)) {}

  std::vector<std::byte> build() {
    head_.kind = batch_.kind;
    head_.partition = batch_.partition;
    head_.topic = text(batch_.topic);
    head_.group = text(batch_.group);
    head_.step = text(batch_.step);
    head_.first_offset = batch_.first_offset;
    head_.next_offset = batch_.next_offset;
    head_.batch.size = sizeof head_;
    head_.batch.rows = static_cast<std::uint32_t>(batch_.rows.size());
    head_.batch.column_count = static_cast<std::uint32_t>(columns_.size());
    lay_out_cells();
    if (batch_.kind == ASSAY_DECISION) lay_out_verdicts();
    head_.batch.arena = append(arena_.data(), arena_.size());
    head_.batch.arena_size = arena_.size();
    head_.batch.block_size = bytes_.size();
    std::memcpy(bytes_.data(), &head_, sizeof head_);
    return std::move(bytes_);
  }

 private:
  struct Cell {
    std::uint64_t words[2] = {0, 0};
  };

  void lay_out_cells() {
    std::vector<assay_column> columns;
    for (const auto& column : columns_) {
      std::vector<Cell> cells;
      std::vector<std::uint8_t> valid;
      for (const auto& row : batch_.rows) {
        const auto value = row.fields.find(column.name);
        const auto here =
            value != row.fields.end() && !std::holds_alternative<std::monostate>(value->second);
        valid.push_back(here ? ASSAY_PRESENT : ASSAY_ABSENT);
        cells.push_back(here ? cell(value->second)
                             : Cell{{0xAAAAAAAAAAAAAAAA, 0xAAAAAAAAAAAAAAAA}});
      }
      const auto cells_at = append(cells.data(), cells.size() * sizeof(Cell));
      columns.push_back({cells_at, append(valid.data(), valid.size()), sizeof(Cell), 1});
    }
    head_.batch.columns = append(columns.data(), columns.size() * sizeof(assay_column));
  }

  void lay_out_verdicts() {
    std::vector<assay_span> spans;
    std::vector<assay_record_verdict> verdicts;
    std::vector<assay_record_evidence> evidence;
    for (const auto& row : batch_.rows) {
      spans.push_back({static_cast<std::uint32_t>(verdicts.size()),
                       static_cast<std::uint32_t>(row.verdicts.size())});
      for (const auto& one : row.verdicts) {
        const assay_span values{static_cast<std::uint32_t>(evidence.size()),
                                static_cast<std::uint32_t>(one.evidence.size())};
        for (const auto& value : one.evidence) {
          const auto type = static_cast<std::uint32_t>(type_of(value.value));
          evidence.push_back({text(value.name), text(value.unit), type, 0,
                              static_cast<std::int64_t>(cell(value.value).words[0])});
        }
        verdicts.push_back(
            {text(one.rule), text(one.plugin), text(one.reason), text(one.words),
             text(one.customer_words), values, one.version, one.answer, one.mode, one.score,
             one.action,
             static_cast<std::uint16_t>(one.customer_words.empty() ? ASSAY_FOR_ANALYST
                                                                   : ASSAY_FOR_CUSTOMER)});
      }
    }
    head_.verdict_spans = append(spans.data(), spans.size() * sizeof(assay_span));
    head_.verdicts = append(verdicts.data(), verdicts.size() * sizeof(assay_record_verdict));
    head_.evidence = append(evidence.data(), evidence.size() * sizeof(assay_record_evidence));
    head_.verdict_count = static_cast<std::uint32_t>(verdicts.size());
    head_.evidence_count = static_cast<std::uint32_t>(evidence.size());
  }

  static std::uint32_t type_of(const Value& value) {
    constexpr std::uint32_t types[] = {0,          ASSAY_INT64,    ASSAY_DOUBLE,  ASSAY_BOOL,
                                       ASSAY_TIME, ASSAY_DURATION, ASSAY_DECIMAL, ASSAY_TEXT,
                                       ASSAY_TOKEN};
    return types[value.index()];
  }

  Cell cell(const Value& value) {
    Cell made;
    const auto put = [&made](const auto& part) { std::memcpy(made.words, &part, sizeof part); };
    if (const auto* number = std::get_if<std::int64_t>(&value)) put(*number);
    if (const auto* number = std::get_if<double>(&value)) put(*number);
    if (const auto* flag = std::get_if<bool>(&value)) put(std::int64_t{*flag});
    if (const auto* time = std::get_if<Time>(&value)) put(time->nanoseconds);
    if (const auto* duration = std::get_if<Duration>(&value)) put(std::int64_t{duration->count()});
    if (const auto* money = std::get_if<Money>(&value)) put(money->units);
    if (const auto* words = std::get_if<std::string>(&value)) put(text(*words));
    if (const auto* token = std::get_if<Token>(&value)) put(assay_token{token->high, token->low});
    return made;
  }

  assay_cell text(const std::string& words) {
    const assay_cell made{static_cast<std::uint32_t>(arena_.size()),
                          static_cast<std::uint32_t>(words.size())};
    arena_ += words;
    return made;
  }

  std::uint64_t append(const void* data, std::size_t size) {
    bytes_.resize((bytes_.size() + 15) / 16 * 16);
    const auto at = bytes_.size();
    bytes_.resize(at + size);
    if (size > 0) std::memcpy(bytes_.data() + at, data, size);
    return at;
  }

  const RecordedBatch& batch_;
  const std::vector<OfferedField>& columns_;
  assay_record_batch head_{};
  std::string arena_;
  std::vector<std::byte> bytes_;
};

// Runs a call with room for `rows` statuses.
template <class Call>
std::vector<SinkStatus> with_statuses(std::size_t rows, Call&& call) {
  std::vector<assay_sink_status> raw(rows);
  std::string buffer(16'384, '\0');
  assay_statuses statuses{
      sizeof(assay_statuses), static_cast<std::uint32_t>(rows),          raw.data(),
      buffer.data(),          static_cast<std::uint32_t>(buffer.size()), 0};
  call(&statuses);
  std::vector<SinkStatus> answers;
  for (const auto& status : raw) {
    answers.push_back({status.outcome, status.scope, status.error_class, status.retry_after,
                       buffer.substr(status.code.offset, status.code.size),
                       buffer.substr(status.text.offset, status.text.size)});
  }
  return answers;
}

}  // namespace

std::vector<OfferedField> sample_decision_fields() {
  return {{"transaction_id", ASSAY_TEXT},
          {"timestamp", ASSAY_TIME},
          {"user_id", ASSAY_INT64},
          {"amount", ASSAY_DECIMAL},
          {"currency", ASSAY_TEXT},
          {"transaction_type", ASSAY_TEXT},
          {"location", ASSAY_TEXT},
          {"merchant", ASSAY_TEXT},
          {"card", ASSAY_TOKEN},
          {"card_bin", ASSAY_TEXT},
          {"card_last4", ASSAY_TEXT},
          {"decision", ASSAY_TEXT},
          {"score", ASSAY_DOUBLE},
          {"decided_at", ASSAY_TIME},
          {"record_offset", ASSAY_INT64},
          {"record_time", ASSAY_TIME},
          {"config_hash", ASSAY_TEXT},
          {"card_key_id", ASSAY_TEXT},
          {"inconclusive_rules", ASSAY_TEXT},
          {"error_rules", ASSAY_TEXT},
          {"id_reused", ASSAY_BOOL},
          {"holder.name", ASSAY_TEXT},
          {"holder.email", ASSAY_TEXT}};
}

std::vector<OfferedField> sample_holder_fields() {
  return {
      {"user_id", ASSAY_INT64},       {"name", ASSAY_TEXT},         {"address", ASSAY_TEXT},
      {"phone_number", ASSAY_TEXT},   {"email", ASSAY_TEXT},        {"date_of_birth", ASSAY_TEXT},
      {"account_number", ASSAY_TEXT}, {"account_type", ASSAY_TEXT}, {"balance", ASSAY_DECIMAL},
      {"record_offset", ASSAY_INT64}, {"record_time", ASSAY_TIME}};
}

struct SinkDriver::State {
  FakeHost host;
  Settings settings;
  const assay_entry* entry = nullptr;
  const assay_sink_api* api = nullptr;
  const assay_transactional_api* transactional = nullptr;
  assay_sink* sink = nullptr;
  SinkRefusal refusal;
  std::map<std::uint32_t, Binding> bindings;

  assay_error* error() {
    refusal = {};
    return reinterpret_cast<assay_error*>(&refusal);
  }

  template <class Call>
  SinkStatus with_cursors(std::vector<TestCursor>& cursors, Call&& call) {
    std::vector<assay_cursor> raw;
    for (const auto& one : cursors) {
      raw.push_back({detail::to_c(one.group), detail::to_c(one.step), detail::to_c(one.topic),
                     detail::to_c(one.cluster), one.partition, one.answer, one.epoch,
                     one.from_offset, one.next_offset});
    }
    const auto status = with_statuses(1, [&](assay_statuses* statuses) {
      call(raw.data(), static_cast<std::uint32_t>(raw.size()), statuses);
    });
    for (std::size_t i = 0; i < raw.size(); ++i) {
      cursors[i].answer = raw[i].answer;
      cursors[i].epoch = raw[i].epoch;
      cursors[i].next_offset = raw[i].next_offset;
    }
    return status.front();
  }
};

SinkDriver::SinkDriver(const std::string& library, Settings settings)
    : state_(std::make_unique<State>()) {
  state_->settings = std::move(settings);
  state_->host.table = {
      sizeof(assay_host), ASSAY_ABI_MINOR, &host_interface, &fail, &locate, &advise};
  auto* loaded = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (loaded) {
    state_->entry = static_cast<const assay_entry*>(dlsym(loaded, ASSAY_ENTRY_SYMBOL));
  }
  if (!state_->entry) {
    std::fprintf(stderr, "%s does not load: %s\n", library.c_str(), dlerror());
    std::abort();
  }
  state_->entry->init(&state_->host.table, state_->error());
  state_->api = static_cast<const assay_sink_api*>(state_->entry->get_interface(ASSAY_SINK_ID));
  state_->transactional = static_cast<const assay_transactional_api*>(
      state_->entry->get_interface(ASSAY_TRANSACTIONAL_ID));
}

SinkDriver::~SinkDriver() {
  if (state_->sink) state_->api->destroy(state_->sink);
  state_->entry->deinit();
}

void SinkDriver::run_as(std::string config_hash, std::string configuration,
                        std::string engine_version) {
  state_->host.config_hash = std::move(config_hash);
  state_->host.configuration = std::move(configuration);
  state_->host.engine_version = std::move(engine_version);
}
void SinkDriver::set_time(Time now) { state_->host.now = now; }

bool SinkDriver::create() {
  return state_->api->create(&state_->host.table,
                             reinterpret_cast<const assay_config*>(&state_->settings),
                             &state_->sink, state_->error()) == ASSAY_OK;
}

assay_status SinkDriver::bind(std::uint32_t kind) {
  return bind(kind, kind == ASSAY_HOLDER ? sample_holder_fields() : sample_decision_fields());
}

assay_status SinkDriver::bind(std::uint32_t kind, std::vector<OfferedField> offered) {
  auto& binding = state_->bindings[kind];
  auto* error = state_->error();
  binding = {};
  binding.table = {sizeof(assay_binder), 0, &declare_field, nullptr, nullptr, &offered_field};
  binding.offered = std::move(offered);
  binding.refusal = &state_->refusal;
  return state_->api->bind(state_->sink, kind, &binding.table, error);
}

const SinkRefusal& SinkDriver::refusal() const { return state_->refusal; }

std::vector<std::string> SinkDriver::bound(std::uint32_t kind) const {
  std::vector<std::string> names;
  for (const auto& field : state_->bindings[kind].bound) names.push_back(field.name);
  return names;
}

std::vector<std::byte> SinkDriver::block(const RecordedBatch& batch) const {
  return BlockBuilder(batch, state_->bindings[batch.kind].bound).build();
}

std::vector<SinkStatus> SinkDriver::write(const RecordedBatch& batch, Duration timeout) {
  return write_block(block(batch), timeout);
}

std::vector<SinkStatus> SinkDriver::write_block(const std::vector<std::byte>& block,
                                                Duration timeout) {
  const auto* records = reinterpret_cast<const assay_record_batch*>(block.data());
  return with_statuses(records->batch.rows, [&](assay_statuses* statuses) {
    state_->api->write(state_->sink, records, timeout.count(), statuses, state_->error());
  });
}

SinkStatus SinkDriver::flush(Duration timeout) {
  return with_statuses(1,
                       [&](assay_statuses* statuses) {
                         if (state_->api->flush) {
                           state_->api->flush(state_->sink, timeout.count(), statuses,
                                              state_->error());
                         }
                       })
      .front();
}
SinkStatus SinkDriver::health(Duration timeout) {
  return with_statuses(1,
                       [&](assay_statuses* statuses) {
                         state_->api->health(state_->sink, timeout.count(), statuses,
                                             state_->error());
                       })
      .front();
}
void SinkDriver::interrupt() {
  if (state_->api->interrupt) state_->api->interrupt(state_->sink);
}

bool SinkDriver::transactional() const { return state_->transactional != nullptr; }

SinkStatus SinkDriver::claim(std::vector<TestCursor>& cursors, Duration timeout) {
  return state_->with_cursors(cursors, [&](auto* raw, auto count, auto* statuses) {
    state_->transactional->claim(state_->sink, raw, count, timeout.count(), statuses,
                                 state_->error());
  });
}
SinkStatus SinkDriver::begin(std::vector<TestCursor>& cursors, Duration timeout) {
  return state_->with_cursors(cursors, [&](auto* raw, auto count, auto* statuses) {
    state_->transactional->begin(state_->sink, raw, count, timeout.count(), statuses,
                                 state_->error());
  });
}
SinkStatus SinkDriver::commit(std::vector<TestCursor>& cursors, Duration timeout) {
  return state_->with_cursors(cursors, [&](auto* raw, auto count, auto* statuses) {
    state_->transactional->commit(state_->sink, raw, count, timeout.count(), statuses,
                                  state_->error());
  });
}
void SinkDriver::abort() { state_->transactional->abort(state_->sink); }
SinkStatus SinkDriver::position(std::vector<TestCursor>& cursors, Duration timeout) {
  return state_->with_cursors(cursors, [&](auto* raw, auto count, auto* statuses) {
    state_->transactional->position(state_->sink, raw, count, timeout.count(), statuses,
                                    state_->error());
  });
}

const void* SinkDriver::interface(const char* id) const { return state_->entry->get_interface(id); }
assay_sink* SinkDriver::sink() const { return state_->sink; }
assay_error* SinkDriver::error() { return state_->error(); }
std::string_view SinkDriver::schema() const { return state_->api->describe(); }
const std::vector<std::string>& SinkDriver::log() const { return state_->host.log; }

std::uint64_t SinkDriver::counted(const std::string& counter) const {
  for (const auto& [name, value] : state_->host.counters) {
    if (name == counter) return value;
  }
  return 0;
}

}  // namespace assay::testing::sinks
