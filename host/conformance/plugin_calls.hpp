// Calls into a plugin under check: marked, so that a crash is laid at its door, and judged by what
// every call must do, whatever it is for.
//
// Thread: the caller's.
#pragma once

#include <string>
#include <utility>

#include "core/model/plugin_call.hpp"
#include "host/conformance/call_watch.hpp"
#include "host/conformance/judgement.hpp"
#include "host/diagnostics/printable.hpp"

namespace assay::host {

struct Answered {
  assay_status status = ASSAY_OK;
  assay_error error{};

  [[nodiscard]] bool ok() const { return status == ASSAY_OK; }
  [[nodiscard]] std::string words() const { return printable(error.message); }
};

// Throws Broken where an exception left the plugin, or it asked of the host what it may not.
template <class Call>
Answered enter(PluginFunction function, Call&& call) {
  Answered answered;
  {
    const InCall mark(function);
    try {
      answered.status = call(&answered.error);
    } catch (...) {
      throw Broken{std::string("`") + name_of(function) + "` lets an exception out",
                   "catch it, and answer ASSAY_FAILED with words; the C++ veneer does"};
    }
  }
  call_watch().check();
  return answered;
}

template <class Call>
void enter_without_status(PluginFunction function, Call&& call) {
  (void)enter(function, [&](assay_error*) {
    std::forward<Call>(call)();
    return ASSAY_OK;
  });
}

// Where it answers anything but success, that is Broken.
template <class Call>
void expect_ok(PluginFunction function, Call&& call) {
  const auto answered = enter(function, std::forward<Call>(call));
  if (answered.ok()) return;
  const auto words = answered.words();
  throw Refused{{std::string("`") + name_of(function) +
                     "` fails: " + (words.empty() ? "it gives no reason" : words),
                 (answered.error.help.empty() ? "" : printable(answered.error.help) + "; ") +
                     "--settings FILE gives it other settings"},
                !words.empty()};
}

}  // namespace assay::host
