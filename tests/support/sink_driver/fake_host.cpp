#include "tests/support/sink_driver/fake_host.hpp"

#include <string_view>

#include "tests/support/sink_driver/dotted_config.hpp"

namespace assay::testing::sinks {
namespace {

FakeHost& host_of(const assay_host* host) {
  return *reinterpret_cast<FakeHost*>(const_cast<assay_host*>(host));
}
std::string text_of(assay_text text) { return std::string(detail::from_c(text)); }

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

const void* host_interface(const assay_host*, const char* id) {
  const std::string_view wanted(id);
  if (wanted == ASSAY_LOG_ID) return &log_api;
  if (wanted == ASSAY_METRICS_ID) return &metrics_api;
  if (wanted == ASSAY_CLOCK_ID) return &clock_api;
  if (wanted == ASSAY_RUN_ID) return &run_api;
  if (wanted == ASSAY_CONFIG_ID) return &dotted_config_api();
  return nullptr;
}

}  // namespace

FakeHost::FakeHost()
    : table{sizeof(assay_host), ASSAY_ABI_MINOR, &host_interface, &fail, &locate, &advise} {}

assay_error* error_into(SinkRefusal& refusal) {
  refusal = {};
  return reinterpret_cast<assay_error*>(&refusal);
}

}  // namespace assay::testing::sinks
