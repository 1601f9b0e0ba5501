// The engine's side of what is said between it and the process of one rule: a question is asked,
// calls are served, an answer comes, or the process is ended for giving none.
//
// Every word of the process may be a lie. It is copied before it is read, bounded, and handed to
// the same functions that a plugin in the engine's own process would have called, which judge what
// it says.
//
// Thread: one at a time.
#pragma once

#include <assay/binder.h>
#include <assay/rule.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/plugin_error.hpp"
#include "host/isolation/message.hpp"
#include "host/isolation/rule_process.hpp"
#include "host/plugins/plugin_host.hpp"
#include "host/plugins/repeated_binder.hpp"

namespace assay::host {

// Who serves the calls that may come; null where they are out of place.
struct ServedCalls {
  const assay_binder* binder = nullptr;
  Declarations* declared = nullptr;  // takes down what the binder has granted
  const assay_stream* stream = nullptr;
};

class Dialogue final {
 public:
  using Duration = std::chrono::nanoseconds;

  // `host`: of the plugin, in this process; it must outlive the dialogue.
  Dialogue(std::unique_ptr<RuleProcess> process, const PluginHost& host)
      : process_(std::move(process)), host_(&host) {}

  [[nodiscard]] RuleProcess& process() { return *process_; }
  [[nodiscard]] const RuleProcess& process() const { return *process_; }

  // Where the next question is written.
  [[nodiscard]] MessageWriter question() {
    settle();
    return MessageWriter(process_->engine().question_room());
  }
  // Asks what was written and waits for the answer, which reply() then has. ASSAY_FAILED, with the
  // reason in `error`, where none comes in time or it is no answer; the process is ended then.
  assay_status ask(Ask what, const MessageWriter& written, Duration patience, assay_error& error,
                   const ServedCalls& served = {});
  // The same in two steps: what is asked here is answered there.
  void send(Ask what, std::size_t size);
  // The same where nobody waits for the answer: whoever writes the next question does first.
  void post(Ask what, const MessageWriter& written, Duration patience);
  enum class Came { returned, verdicts, nothing };
  Came collect(Duration patience, assay_error& error, const ServedCalls& served = {});

  // Of an answer that came: a copy.
  [[nodiscard]] MessageReader reply() const { return MessageReader(copy_); }
  // Of verdicts: not copied yet.
  [[nodiscard]] std::span<const std::byte> untrusted() const {
    return process_->engine().untrusted();
  }
  // Status and error of an answer that is nothing but that.
  assay_status take_status(assay_error& error) const;

  // Ends the process for what it said.
  void refuse(const std::string& why, assay_error& error);
  // It has a moment to give back what it made.
  void close();

  // Times that it gave no answer in time.
  [[nodiscard]] std::uint64_t misses() const { return misses_; }

 private:
  struct Counter {
    std::uint32_t number;  // of the host's
    std::uint64_t seen = 0;
  };
  void settle();
  bool serve(Tell call, const ServedCalls& served);
  void serve_log(MessageReader call);
  void serve_counter(MessageReader call, MessageWriter& reply);
  void take_counters();

  std::unique_ptr<RuleProcess> process_;
  const PluginHost* host_;
  const char* asked_ = "its load";  // what it is in, in words
  std::vector<std::byte> copy_;
  std::optional<Duration> owed_;  // an answer, for which so much patience was asked
  std::vector<Counter> counters_;
  std::uint32_t calls_ = 0;       // since the last question
  std::uint32_t lines_ = 0;       // logged since then
  std::uint64_t state_size_ = 0;  // bytes written since then
  std::atomic<std::uint64_t> misses_ = 0;
};

}  // namespace assay::host
