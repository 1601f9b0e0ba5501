#include "host/conformance/checked_host.hpp"

#include <assay/plugin.h>

#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/plugin_error.hpp"
#include "host/conformance/call_watch.hpp"
#include "host/diagnostics/printable.hpp"
#include "host/plugins/config_view.hpp"
#include "host/version.hpp"

namespace assay::host {
namespace {

using enum PluginFunction;

std::string_view view(assay_text text) { return {text.data, text.size}; }
assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }

// A look-up that fails answers as if the key were not there.
bool looks_up(const char* function) {
  return call_watch().called(function, {create_shared, create, bind, renew});
}

std::uint32_t has(const assay_config* config, assay_text key) {
  return looks_up("assay.config/1 has") ? config_api().has(config, key) : 0;
}
std::int64_t int64(const assay_config* config, assay_text key, std::int64_t fallback) {
  return looks_up("assay.config/1 int64") ? config_api().int64(config, key, fallback) : fallback;
}
double float64(const assay_config* config, assay_text key, double fallback) {
  return looks_up("assay.config/1 float64") ? config_api().float64(config, key, fallback)
                                            : fallback;
}
std::uint32_t flag(const assay_config* config, assay_text key, std::uint32_t fallback) {
  return looks_up("assay.config/1 flag") ? config_api().flag(config, key, fallback) : fallback;
}
std::int64_t decimal(const assay_config* config, assay_text key, std::int64_t fallback) {
  return looks_up("assay.config/1 decimal") ? config_api().decimal(config, key, fallback)
                                            : fallback;
}
std::int64_t duration(const assay_config* config, assay_text key, std::int64_t fallback) {
  return looks_up("assay.config/1 duration") ? config_api().duration(config, key, fallback)
                                             : fallback;
}
assay_text text(const assay_config* config, assay_text key, assay_text fallback) {
  return looks_up("assay.config/1 text") ? config_api().text(config, key, fallback) : fallback;
}
std::uint32_t count(const assay_config* config, assay_text key) {
  return looks_up("assay.config/1 count") ? config_api().count(config, key) : 0;
}
assay_text key_at(const assay_config* config, assay_text key, std::uint32_t index) {
  return looks_up("assay.config/1 key_at") ? config_api().key_at(config, key, index)
                                           : assay_text{nullptr, 0};
}
assay_text path(const assay_config* config, assay_text key, assay_text fallback) {
  return looks_up("assay.config/1 path") ? config_api().path(config, key, fallback) : fallback;
}
assay_status where(const assay_config* config, assay_text key, assay_text* file,
                   std::uint32_t* line, std::uint32_t* column) {
  return looks_up("assay.config/1 where") ? config_api().where(config, key, file, line, column)
                                          : ASSAY_END;
}

void fail(assay_error* error, std::int32_t code, assay_text message) {
  if (error->failed) return;
  error->failed = true;
  error->code = code;
  error->message = view(message);
}
void locate(assay_error* error, assay_text file, std::uint32_t line, std::uint32_t column) {
  error->file = view(file);
  error->line = line;
  error->column = column;
}
void advise(assay_error* error, assay_text help) { error->help = view(help); }

void log(const assay_host*, std::uint32_t level, assay_text message) {
  if (level > ASSAY_LOG_ERROR) {
    call_watch().object("logs at level " + std::to_string(level),
                        "a level is one of ASSAY_LOG_DEBUG to ASSAY_LOG_ERROR");
  }
  std::fprintf(stderr, "log: %s\n", printable(view(message)).c_str());
}

// Their names, by number.
std::vector<std::string>& counters() {
  static std::vector<std::string> names;
  return names;
}

assay_status counter(const assay_host*, assay_text name, assay_text, std::uint32_t* number) {
  if (!call_watch().called("assay.metrics/1 counter", {init, create_shared, create, bind})) {
    return ASSAY_FAILED;
  }
  auto& names = counters();
  for (*number = 0; *number < names.size(); ++*number) {
    if (names[*number] == view(name)) return ASSAY_OK;
  }
  names.emplace_back(view(name));
  return ASSAY_OK;
}
void add(const assay_host*, std::uint32_t, std::uint64_t) {}

std::int64_t now(const assay_host*) { return std::int64_t{std::time(nullptr)} * 1'000'000'000; }

assay_text config_hash(const assay_host*) {
  return to_c("00000000000000000000000000000000000000000000000000000000c0ffee00");
}
assay_text configuration(const assay_host*) { return to_c("{}"); }
assay_text engine_version(const assay_host*) { return to_c(kVersion); }

void explain(const assay_verdicts* verdicts, std::uint32_t row, std::uint32_t number,
             std::int64_t value) {
  (void)call_watch().called("assay.explain/1 evidence", {evaluate}, false);
  if (row >= verdicts->count || number < 1 || number >= ASSAY_MAX_EVIDENCE) {
    call_watch().object("explains row " + std::to_string(row) + " with evidence number " +
                            std::to_string(number) + ", of a batch of " +
                            std::to_string(verdicts->count),
                        "rows count from 0, further evidence from 1 to 3");
    return;
  }
  auto* output = const_cast<CheckedVerdicts*>(reinterpret_cast<const CheckedVerdicts*>(verdicts));
  output->more.push_back({row, number, value});
}

constexpr assay_config_api config_table{sizeof(assay_config_api),
                                        0,
                                        &has,
                                        &int64,
                                        &float64,
                                        &flag,
                                        &decimal,
                                        &duration,
                                        &text,
                                        &count,
                                        &key_at,
                                        &path,
                                        &where};
constexpr assay_log log_table{sizeof(assay_log), 0, &log};
constexpr assay_metrics metrics_table{sizeof(assay_metrics), 0, &counter, &add};
constexpr assay_clock clock_table{sizeof(assay_clock), 0, &now};
constexpr assay_run run_table{sizeof(assay_run), 0, &config_hash, &configuration, &engine_version};
constexpr assay_explain explain_table{sizeof(assay_explain), 0, &explain};

const void* interface_of_any(std::string_view wanted) {
  if (wanted == ASSAY_CONFIG_ID) return &config_table;
  if (wanted == ASSAY_LOG_ID) return &log_table;
  if (wanted == ASSAY_METRICS_ID) return &metrics_table;
  if (wanted == ASSAY_RUN_ID) return &run_table;
  return nullptr;
}

bool answers(const char* id) {
  if (call_watch().withholding()) return false;
  return call_watch().called("get_interface of " + std::string(id), {});
}

const void* interface_of_rule(const assay_host*, const char* id) {
  if (!answers(id)) return nullptr;
  if (std::string_view(id) == ASSAY_EXPLAIN_ID) return &explain_table;
  return interface_of_any(id);
}

const void* interface_of_sink(const assay_host*, const char* id) {
  if (!answers(id)) return nullptr;
  if (std::string_view(id) == ASSAY_CLOCK_ID) return &clock_table;
  return interface_of_any(id);
}

}  // namespace

const assay_host* checked_host(PluginKind kind) {
  static constexpr assay_host rule_host{
      sizeof(assay_host), ASSAY_ABI_MINOR, &interface_of_rule, &fail, &locate, &advise};
  static constexpr assay_host sink_host{
      sizeof(assay_host), ASSAY_ABI_MINOR, &interface_of_sink, &fail, &locate, &advise};
  return kind == PluginKind::rule ? &rule_host : &sink_host;
}

}  // namespace assay::host
