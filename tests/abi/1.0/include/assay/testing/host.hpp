// A host for one rule under test: errors, log lines, counters and explanations, kept for the test.
//
// It offers what the real host offers a rule and no more: asked for a clock it answers null,
// because a rule has none.
#pragma once

#include <assay/plugin.h>

#include <assay/testing/settings.hpp>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::testing {

struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// The rule refused its parameters, its schema or a batch; what() is the message.
class Refused : public std::runtime_error {
 public:
  explicit Refused(const std::string& message, Place place = {}, std::string help = {})
      : std::runtime_error(message), place_(std::move(place)), help_(std::move(help)) {}

  std::string message() const { return what(); }
  const std::string& file() const { return place_.file; }
  std::uint32_t line() const { return place_.line; }
  std::uint32_t column() const { return place_.column; }
  const std::string& help() const { return help_; }

 private:
  Place place_;
  std::string help_;
};

struct LogLine {
  std::uint32_t level;
  std::string message;
};

// What the rule did beside answering.
struct SideEffects {
  std::vector<LogLine> log;
  std::map<std::string, std::uint64_t, std::less<>> counters;
};

// Collects what a failing call says.
class ErrorSlot {
 public:
  assay_error* handle() { return reinterpret_cast<assay_error*>(this); }
  static ErrorSlot& of(assay_error* error) { return *reinterpret_cast<ErrorSlot*>(error); }

  // The first call of each kind wins.
  void fail(std::string_view message) {
    if (message_.empty()) message_ = message;
  }
  void locate(std::string_view file, std::uint32_t line, std::uint32_t column) {
    if (place_.file.empty()) place_ = {std::string(file), line, column};
  }
  void advise(std::string_view help) {
    if (help_.empty()) help_ = help;
  }

  Refused refused() const {
    return Refused(message_.empty() ? "the plugin failed without a word" : message_, place_, help_);
  }

 private:
  std::string message_;
  std::string help_;
  Place place_;
};

// Verdicts of a batch, and the second to fourth evidence that hits add to them.
struct VerdictBuffer {
  explicit VerdictBuffer(std::size_t count) : rows(count), more(count) {
    c = {sizeof(assay_verdicts), static_cast<std::uint32_t>(count), rows.data()};
  }
  VerdictBuffer(const VerdictBuffer&) = delete;
  VerdictBuffer& operator=(const VerdictBuffer&) = delete;

  assay_verdicts c{};  // first, so that its address is the buffer's
  std::vector<assay_verdict> rows;
  std::vector<std::map<std::uint32_t, std::int64_t>> more;
};

class Host {
  assay_host c_;  // first, so that its address is the host's

 public:
  Host() : c_{sizeof(assay_host), ASSAY_ABI_MINOR, &get_interface, &fail, &locate, &advise} {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const assay_host* handle() const { return &c_; }

  SideEffects effects;

 private:
  // A const host is what a plugin gets; what it leaves behind is the test's.
  static Host& self(const assay_host* host) {
    return *reinterpret_cast<Host*>(const_cast<assay_host*>(host));
  }

  static void fail(assay_error* error, std::int32_t, assay_text message) {
    ErrorSlot::of(error).fail(assay::detail::from_c(message));
  }
  static void locate(assay_error* error, assay_text file, std::uint32_t line,
                     std::uint32_t column) {
    ErrorSlot::of(error).locate(assay::detail::from_c(file), line, column);
  }
  static void advise(assay_error* error, assay_text help) {
    ErrorSlot::of(error).advise(assay::detail::from_c(help));
  }

  static void write_log(const assay_host* host, std::uint32_t level, assay_text message) {
    self(host).effects.log.push_back({level, std::string(assay::detail::from_c(message))});
  }

  static assay_status counter(const assay_host* host, assay_text name, assay_text,
                              std::uint32_t* number) {
    auto& names = self(host).counter_names_;
    const auto wanted = assay::detail::from_c(name);
    for (*number = 0; *number < names.size(); ++*number) {
      if (names[*number] == wanted) return ASSAY_OK;
    }
    self(host).effects.counters[names.emplace_back(wanted)] = 0;
    return ASSAY_OK;
  }
  static void add(const assay_host* host, std::uint32_t number, std::uint64_t delta) {
    self(host).effects.counters[self(host).counter_names_.at(number)] += delta;
  }

  static void explain(const assay_verdicts* verdicts, std::uint32_t row, std::uint32_t number,
                      std::int64_t value) {
    const auto* buffer = reinterpret_cast<const VerdictBuffer*>(verdicts);
    if (row < buffer->more.size()) {
      const_cast<VerdictBuffer*>(buffer)->more[row][number] = value;
    }
  }

  static const void* get_interface(const assay_host*, const char* id) {
    static const assay_log log = {sizeof(assay_log), 0, &write_log};
    static const assay_metrics metrics = {sizeof(assay_metrics), 0, &counter, &add};
    static const assay_explain explaining = {sizeof(assay_explain), 0, &explain};
    const std::string_view wanted = id;
    if (wanted == ASSAY_CONFIG_ID) return &Settings::api();
    if (wanted == ASSAY_LOG_ID) return &log;
    if (wanted == ASSAY_METRICS_ID) return &metrics;
    if (wanted == ASSAY_EXPLAIN_ID) return &explaining;
    return nullptr;
  }

  std::vector<std::string> counter_names_;
};

}  // namespace assay::testing
