#include "host/isolation/dialogue.hpp"

#include <assay/host.h>

#include <algorithm>
#include <utility>

#include "host/diagnostics/printable.hpp"
#include "host/isolation/binder_calls.hpp"

namespace assay::host {
namespace {

constexpr std::uint32_t kMostCalls = 100'000;     // for one question
constexpr std::uint32_t kMostLines = 100;         // in the log, for one question
constexpr std::uint64_t kMostState = 256u << 20;  // bytes that one instance may save
// Bytes of a call: a reason has eleven texts, of which a sound one fills none.
constexpr std::size_t kLargestCall = 12 * kReplySize;
constexpr std::size_t kLargestDescription = 1 << 20;  // bytes of the schema of its parameters
constexpr std::chrono::seconds kFarewell{1};
constexpr const char* kFindTheFault =
    "the fault is in the rule's own code: `assay plugins validate` of its file, or its test built "
    "with -fsanitize=address, shows where; until then use the file that ran before";

const char* name_of(Ask what) {
  switch (what) {
    case Ask::load:
      return "its load";
    case Ask::create_shared:
      return "create_shared";
    case Ask::create:
      return "create";
    case Ask::bind:
      return "bind";
    case Ask::close:
      return "its sandbox";
    case Ask::evaluate:
      return "evaluate";
    case Ask::tick:
      return "tick";
    case Ask::save:
      return "save";
    case Ask::load_state:
      return "load";
    case Ask::destroy:
      return "destroy";
    case Ask::end:
    case Ask::reply:
      break;
  }
  return "its end";
}

assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }

std::string in_words(Dialogue::Duration time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

template <class Table>
const Table* table_of(const PluginHost& host, const char* id) {
  return static_cast<const Table*>(host.table()->get_interface(host.table(), id));
}

}  // namespace

assay_status Dialogue::ask(Ask what, const MessageWriter& written, Duration patience,
                           assay_error& error, const ServedCalls& served) {
  if (!written.fits()) {
    error.failed = true;
    error.message = "what it is asked is larger than the memory it is asked through";
    return ASSAY_FAILED;
  }
  send(what, written.size());
  if (collect(patience, error, served) != Came::returned) {
    if (!error.failed) refuse("it answered what it was not asked", error);
    return ASSAY_FAILED;
  }
  return ASSAY_OK;
}

void Dialogue::post(Ask what, const MessageWriter& written, Duration patience) {
  send(what, written.size());
  owed_ = patience;
}

void Dialogue::settle() {
  if (!owed_) return;
  const auto patience = *std::exchange(owed_, std::nullopt);
  assay_error unheard;
  static_cast<void>(collect(patience, unheard));
}

void Dialogue::send(Ask what, std::size_t size) {
  calls_ = 0;
  lines_ = 0;
  state_size_ = 0;
  asked_ = name_of(what);
  process_->begins(asked_);
  process_->engine().ask(what, size);
}

Dialogue::Came Dialogue::collect(Duration patience, assay_error& error, const ServedCalls& served) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto& engine = process_->engine();
    switch (engine.await(deadline)) {
      case EngineEnd::Came::answer:
        break;
      case EngineEnd::Came::nothing:
        ++misses_;
        refuse("it gave no answer within " + in_words(patience), error);
        return Came::nothing;
      case EngineEnd::Came::gone:
        error.failed = true;
        error.message = "its process " + process_->ending();
        error.help = kFindTheFault;
        return Came::nothing;
      case EngineEnd::Came::nonsense:
        refuse("it spoke out of turn", error);
        return Came::nothing;
    }
    if (engine.kind() == Tell::verdicts) {
      take_counters();
      return Came::verdicts;
    }
    const auto told = engine.untrusted();
    if (told.size() > std::max(kLargestCall, kLargestDescription + 4 * kReplySize)) {
      refuse("it said more than anybody has to say", error);
      return Came::nothing;
    }
    copy_.assign(told.begin(), told.end());
    if (engine.kind() == Tell::returned) {
      take_counters();
      return Came::returned;
    }
    if (++calls_ > kMostCalls || !serve(engine.kind(), served)) {
      refuse("it called what is not there, or not now", error);
      return Came::nothing;
    }
  }
}

assay_status Dialogue::take_status(assay_error& error) const {
  auto told = reply();
  const auto status = told.take<assay_status>();
  const auto code = told.take<std::int32_t>();
  const auto line = told.take<std::uint32_t>();
  const auto column = told.take<std::uint32_t>();
  if (status == ASSAY_OK && told.whole()) return ASSAY_OK;
  error.failed = true;
  error.code = code;
  error.line = line;
  error.column = column;
  error.message = printable(told.take_text());
  error.file = printable(told.take_text());
  error.help = printable(told.take_text());
  return status == ASSAY_OK ? ASSAY_FAILED : status;
}

void Dialogue::refuse(const std::string& why, assay_error& error) {
  process_->end(why);
  error.failed = true;
  error.message = std::string("its process was ended in ") + asked_ + ": " + why;
  error.help = kFindTheFault;
}

void Dialogue::close() {
  settle();
  if (process_->gone()) return;
  send(Ask::end, 0);
  // Its end is the answer.
  static_cast<void>(process_->engine().await(std::chrono::steady_clock::now() + kFarewell));
  process_->end("the engine has no more use for it");
}

bool Dialogue::serve(Tell call, const ServedCalls& served) {
  MessageReader asked(copy_);
  MessageWriter reply(process_->engine().reply_room());
  switch (call) {
    case Tell::field:
    case Tell::feature:
    case Tell::reason:
    case Tell::offered:
      if (!served.binder || !serve_binder(call, asked, *served.binder, served.declared, reply)) {
        return false;
      }
      break;
    case Tell::log:
      serve_log(asked);
      break;
    case Tell::counter:
      serve_counter(asked, reply);
      break;
    case Tell::state_write:
      if (!served.stream) return false;
      state_size_ += copy_.size();
      reply.put(state_size_ > kMostState
                    ? ASSAY_FAILED
                    : served.stream->write(served.stream, copy_.data(), copy_.size()));
      break;
    case Tell::state_read: {
      if (!served.stream) return false;
      const auto room = process_->engine().reply_room();
      const auto most = std::min<std::uint64_t>(asked.take<std::uint64_t>(), room.size());
      const auto size = served.stream->read(served.stream, room.data(), most);
      process_->engine().ask(Ask::reply, size);
      return true;
    }
    case Tell::returned:
    case Tell::verdicts:
    default:
      return false;
  }
  process_->engine().ask(Ask::reply, reply.size());
  return true;
}

void Dialogue::serve_log(MessageReader call) {
  const auto level = call.take<std::uint32_t>();
  const auto message = printable(call.take_text());
  if (++lines_ > kMostLines) return;
  table_of<assay_log>(*host_, ASSAY_LOG_ID)->write(host_->table(), level, to_c(message));
}

void Dialogue::serve_counter(MessageReader call, MessageWriter& reply) {
  const auto name = call.take_text();
  const auto help = printable(call.take_text());
  std::uint32_t number = 0;
  const bool has_place = counters_.size() < kCounters;
  const auto status = has_place ? table_of<assay_metrics>(*host_, ASSAY_METRICS_ID)
                                      ->counter(host_->table(), to_c(name), to_c(help), &number)
                                : ASSAY_FAILED;
  if (status == ASSAY_OK) counters_.push_back({number, 0});
  reply.put(status);
}

void Dialogue::take_counters() {
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    auto& counter = counters_[i];
    const auto now = process_->engine().counter(i);
    if (now <= counter.seen) continue;
    table_of<assay_metrics>(*host_, ASSAY_METRICS_ID)
        ->add(host_->table(), counter.number, now - counter.seen);
    counter.seen = now;
  }
}

}  // namespace assay::host
