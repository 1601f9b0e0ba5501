#include "tests/support/sink_driver/sink_driver.hpp"

#include <assay/renewal.h>
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <utility>

#include "tests/support/sink_driver/fake_binder.hpp"
#include "tests/support/sink_driver/fake_host.hpp"
#include "tests/support/sink_driver/record_block.hpp"

namespace assay::testing::sinks {
namespace {

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
    answers.push_back({status.outcome, status.scope, status.error_class, status.flags,
                       status.retry_after, buffer.substr(status.code.offset, status.code.size),
                       buffer.substr(status.text.offset, status.text.size)});
  }
  return answers;
}

}  // namespace

struct SinkDriver::State {
  FakeHost host;
  std::deque<Settings> settings;  // those that it was made with, and later ones
  const assay_entry* entry = nullptr;
  const assay_sink_api* api = nullptr;
  const assay_transactional_api* transactional = nullptr;
  assay_sink* sink = nullptr;
  SinkRefusal refusal;
  std::map<std::uint32_t, FakeBinder> binders;

  assay_error* error() { return error_into(refusal); }

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
  state_->settings.push_back(std::move(settings));
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
  return state_->api->create(&state_->host.table, dotted_config(state_->settings.front()),
                             &state_->sink, state_->error()) == ASSAY_OK;
}

assay_status SinkDriver::bind(std::uint32_t kind) {
  return bind(kind, kind == ASSAY_HOLDER ? sample_holder_fields() : sample_decision_fields());
}

assay_status SinkDriver::bind(std::uint32_t kind, std::vector<OfferedField> offered) {
  auto* error = state_->error();
  auto& binder = state_->binders[kind] = FakeBinder(std::move(offered), state_->refusal);
  return state_->api->bind(state_->sink, kind, &binder.table, error);
}

bool SinkDriver::renew(Settings settings) {
  const auto* api = static_cast<const assay_renewal_api*>(interface(ASSAY_RENEWAL_ID));
  if (!api) return false;
  state_->settings.push_back(std::move(settings));
  return api->renew(state_->sink, dotted_config(state_->settings.back()), state_->error()) ==
         ASSAY_OK;
}

const SinkRefusal& SinkDriver::refusal() const { return state_->refusal; }

std::vector<std::string> SinkDriver::bound(std::uint32_t kind) const {
  std::vector<std::string> names;
  for (const auto& field : state_->binders[kind].bound) names.push_back(field.name);
  return names;
}

std::vector<std::byte> SinkDriver::block(const RecordedBatch& batch) const {
  return lay_out(batch, state_->binders[batch.kind].bound);
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
