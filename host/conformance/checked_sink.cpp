#include "host/conformance/checked_sink.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "host/conformance/plugin_calls.hpp"
#include "host/conformance/sample_settings.hpp"

namespace assay::host {
namespace {

using Function = PluginFunction;

constexpr std::uint32_t kBuffer = 64 << 10;  // bytes for codes and texts
constexpr std::chrono::nanoseconds kTimeout = std::chrono::seconds(5);
constexpr const char* kGroup = "assay-validate";

assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }

const assay_sink_api& table_of(const OpenedPlugin& plugin) {
  const auto& api = plugin.interface<assay_sink_api>(ASSAY_SINK_ID);
  const std::pair<bool, const char*> functions[] = {
      {api.describe != nullptr, "describe"}, {api.create != nullptr, "create"},
      {api.destroy != nullptr, "destroy"},   {api.bind != nullptr, "bind"},
      {api.write != nullptr, "write"},       {api.health != nullptr, "health"}};
  for (const auto& [there, name] : functions) {
    if (there) continue;
    throw Broken{std::string("the table of the sink has no `") + name + "`",
                 "every sink has describe, create, destroy, bind, write and health"};
  }
  return api;
}

const assay_transactional_api* transactions_of(const OpenedPlugin& plugin) {
  const auto* api = plugin.optional_interface<assay_transactional_api>(ASSAY_TRANSACTIONAL_ID);
  if (api && (!api->claim || !api->begin || !api->commit || !api->abort || !api->position)) {
    throw Broken{"its transactions lack one of claim, begin, commit, abort and position",
                 "write all five, or do not offer `" ASSAY_TRANSACTIONAL_ID "`"};
  }
  return api;
}

// Where a call's statuses go: guarded, so that nobody writes behind them.
class Statuses {
 public:
  explicit Statuses(std::uint32_t count)
      : rows_(count * sizeof(assay_sink_status), "writes behind the last status"),
        buffer_(kBuffer, "writes behind the end of the buffer for codes and texts"),
        head_{sizeof(assay_statuses),
              count,
              reinterpret_cast<assay_sink_status*>(rows_.data()),
              reinterpret_cast<char*>(buffer_.data()),
              kBuffer,
              0} {}

  [[nodiscard]] assay_statuses* table() { return &head_; }

  [[nodiscard]] std::vector<SinkAnswer> read() const {
    if (head_.used > head_.capacity) {
      throw Broken{"says that it has used " + std::to_string(head_.used) +
                       " bytes of a buffer of " + std::to_string(head_.capacity),
                   "cut what does not fit; `used` grows by what was written"};
    }
    std::vector<SinkAnswer> answers;
    for (std::uint32_t row = 0; row < head_.count; ++row) answers.push_back(read(row));
    // One that speaks for all of them, or for the sink.
    if (!answers.empty() && answers[0].scope != ASSAY_SCOPE_RECORD) answers.resize(1);
    return answers;
  }

 private:
  [[nodiscard]] SinkAnswer read(std::uint32_t row) const {
    const auto& status = head_.rows[row];
    const auto wrong = [&](const std::string& what, const std::string& help) {
      return Broken{"the status of row " + std::to_string(row) + " " + what, help};
    };
    if (status.outcome > ASSAY_REJECTED) {
      throw wrong("has outcome " + std::to_string(status.outcome),
                  "an outcome is ASSAY_DELIVERED, ASSAY_RETRY or ASSAY_REJECTED");
    }
    if (status.scope > ASSAY_SCOPE_SINK) {
      throw wrong("has scope " + std::to_string(status.scope),
                  "a scope is ASSAY_SCOPE_RECORD, ASSAY_SCOPE_BATCH or ASSAY_SCOPE_SINK");
    }
    if (status.error_class > ASSAY_CLASS_FENCED) {
      throw wrong("has class " + std::to_string(status.error_class),
                  "a class is ASSAY_CLASS_NONE to ASSAY_CLASS_FENCED");
    }
    if (status.retry_after < 0) {
      throw wrong("asks to be tried again " + std::to_string(status.retry_after) + " ns from now",
                  "0 leaves it to the host");
    }
    if (status.outcome == ASSAY_DELIVERED && status.error_class != ASSAY_CLASS_NONE) {
      throw wrong("is delivered, and has a class of error",
                  "an error is answered with ASSAY_RETRY or ASSAY_REJECTED");
    }
    if (status.outcome == ASSAY_REJECTED && status.error_class == ASSAY_CLASS_NONE) {
      throw wrong("is rejected without a class",
                  "ASSAY_CLASS_DATA makes a dead letter of it; say so, or answer ASSAY_RETRY");
    }
    return {status.outcome, status.scope, status.error_class, text(status.code, "code", row),
            text(status.text, "text", row)};
  }

  [[nodiscard]] std::string text(assay_cell cell, const char* what, std::uint32_t row) const {
    if (std::uint64_t{cell.offset} + cell.size > head_.used) {
      throw Broken{"the status of row " + std::to_string(row) + " has its " + what +
                       " outside of what was used of the buffer",
                   "append to the buffer, and let `used` grow by as much"};
    }
    return printable({head_.buffer + cell.offset, cell.size});
  }

  GuardedMemory rows_;
  GuardedMemory buffer_;
  assay_statuses head_;
};

// A call with statuses; what it answers beside them is the host's to log.
template <class Call>
std::vector<SinkAnswer> answer(PluginFunction function, std::uint32_t count, Call&& call) {
  Statuses statuses(count);
  const auto answered =
      enter(function, [&](assay_error* error) { return call(statuses.table(), error); });
  if (!answered.ok()) {
    throw Refused{{std::string("`") + name_of(function) + "` fails: " +
                       (answered.words().empty() ? "it gives no reason" : answered.words()),
                   "say what is wrong in the statuses, and answer ASSAY_OK"},
                  !answered.words().empty()};
  }
  return statuses.read();
}

SinkAnswer first_of(const std::vector<SinkAnswer>& answers) {
  return answers.empty() ? SinkAnswer{} : answers.front();
}

}  // namespace

assay_cursor made_up_cursor(std::int32_t partition) {
  assay_cursor cursor{};
  cursor.group = to_c(kGroup);
  cursor.step = to_c("main.validate");
  cursor.topic = to_c("validate.transactions");
  cursor.cluster = to_c("validate");
  cursor.partition = partition;
  return cursor;
}

std::string words(const SinkAnswer& answer) {
  static constexpr std::array outcomes{"delivered", "retry", "rejected"};
  static constexpr std::array classes{"", ", transient", ", data", ", configuration", ", fenced"};
  std::string all = outcomes[answer.outcome];
  all += classes[answer.error_class];
  if (!answer.code.empty()) all += ", " + answer.code;
  if (!answer.text.empty()) all += ": " + answer.text;
  return all;
}

CheckedSink::CheckedSink(const Candidate& candidate)
    : plugin_(candidate),
      api_(&table_of(plugin_)),
      transactional_(transactions_of(plugin_)),
      settings_(std::make_unique<assay_config>(
          assay_config{settings_for(candidate, api_->describe()), {}})) {
  plugin_.init(PluginKind::sink);
}

CheckedSink::~CheckedSink() = default;

CheckedSink::Instance CheckedSink::make() {
  Instance instance;
  expect_ok(Function::create, [&](assay_error* error) {
    return api_->create(checked_host(PluginKind::sink), settings_.get(), &instance.sink, error);
  });
  if (!instance.sink) {
    throw Broken{"`create` succeeds and makes nothing", "write the instance to `*sink`"};
  }
  for (const std::uint32_t kind : {ASSAY_DECISION, ASSAY_HOLDER, ASSAY_LABEL}) {
    const OpenBinder binder;
    const auto bound = enter(Function::bind, [&](assay_error* error) {
      return api_->bind(instance.sink, kind, binder.table(), error);
    });
    if (bound.status == ASSAY_NOT_WANTED) continue;
    if (!bound.ok()) {
      destroy(instance);
      const auto why = bound.words();
      throw Refused{{"`bind` fails: " + (why.empty() ? "it gives no reason" : why),
                     "answer ASSAY_NOT_WANTED for a kind that the sink does not take"},
                    !why.empty()};
    }
    instance.columns[kind] = binder.declared().columns;
  }
  return instance;
}

void CheckedSink::destroy(Instance& instance) {
  enter_without_status(Function::destroy,
                       [&] { api_->destroy(std::exchange(instance.sink, nullptr)); });
  settings_->texts.clear();
}

void CheckedSink::close() {
  plugin_.deinit();
  call_watch().check();
}

std::vector<SinkAnswer> CheckedSink::write(Instance& instance, std::uint32_t kind,
                                           std::span<const SampleRow> rows,
                                           std::chrono::nanoseconds timeout,
                                           BlockShape shape) const {
  const SampleRecords records(instance.columns.at(kind), rows, shape, kind, instance.next_offset);
  std::vector<assay_cursor> cursors{made_up_cursor(0)};
  if (transactional_) {
    const auto claimed = with_cursors(Function::claim, transactional_->claim, instance, cursors);
    if (claimed.outcome != ASSAY_DELIVERED) return {claimed};
    auto& cursor = cursors.front();
    cursor.from_offset = cursor.next_offset == ASSAY_NO_OFFSET ? 0 : cursor.next_offset;
    // A batch without rows covers an offset, too: one of which nothing was wanted.
    cursor.next_offset =
        cursor.from_offset + std::max<std::int64_t>(1, static_cast<std::int64_t>(rows.size()));
    const auto begun = with_cursors(Function::begin, transactional_->begin, instance, cursors);
    if (begun.outcome != ASSAY_DELIVERED) return {begun};
    if (cursor.answer != 0) {
      throw Broken{"`begin` does not open the transaction that it was just claimed for",
                   "it stands where `claim` said, under its epoch"};
    }
  }
  auto answers =
      answer(Function::write, static_cast<std::uint32_t>(rows.size()),
             [&](assay_statuses* statuses, assay_error* error) {
               return api_->write(instance.sink, records.batch(), timeout.count(), statuses, error);
             });
  instance.next_offset += static_cast<std::int64_t>(rows.size());
  if (transactional_) abort(instance);
  return answers;
}

SinkAnswer CheckedSink::flush(Instance& instance, std::chrono::nanoseconds timeout) const {
  return first_of(answer(Function::flush, 1, [&](assay_statuses* statuses, assay_error* error) {
    return api_->flush(instance.sink, timeout.count(), statuses, error);
  }));
}

SinkAnswer CheckedSink::health(Instance& instance, std::chrono::nanoseconds timeout) const {
  return first_of(answer(Function::health, 1, [&](assay_statuses* statuses, assay_error* error) {
    return api_->health(instance.sink, timeout.count(), statuses, error);
  }));
}

void CheckedSink::interrupt(const Instance& instance) const {
  enter_without_status(Function::interrupt, [&] { api_->interrupt(instance.sink); });
}

SinkAnswer CheckedSink::with_cursors(PluginFunction function, CursorCall call, Instance& instance,
                                     std::span<assay_cursor> cursors) const {
  return first_of(answer(function, 1, [&](assay_statuses* statuses, assay_error* error) {
    return call(instance.sink, cursors.data(), static_cast<std::uint32_t>(cursors.size()),
                kTimeout.count(), statuses, error);
  }));
}

void CheckedSink::abort(Instance& instance) const {
  enter_without_status(Function::abort, [&] { transactional_->abort(instance.sink); });
}

}  // namespace assay::host
