#include "host/conformance/call_watch.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "host/conformance/apart.hpp"
#include "host/conformance/judgement.hpp"

namespace assay::host {
namespace {

// More calls than a life has; a plugin that makes more is not told of each.
constexpr int kMostListed = 256;

thread_local PluginFunction current = PluginFunction::none;

}  // namespace

const char* name_of(PluginFunction function) {
  static constexpr std::array names = {
      "no call", "init",   "describe", "create_shared", "destroy_shared", "create",
      "destroy", "bind",   "evaluate", "tick",          "save",           "load",
      "write",   "flush",  "health",   "interrupt",     "renew",          "claim",
      "begin",   "commit", "abort",    "position",      "deinit"};
  return names[static_cast<std::size_t>(function)];
}

bool CallWatch::called(const std::string& host_function,
                       std::initializer_list<PluginFunction> allowed, bool may_fail) {
  if (allowed.size() > 0 && std::ranges::find(allowed, current) == allowed.end()) {
    std::string where = current == PluginFunction::none ? "a thread of its own, or behind a call"
                                                        : "`" + std::string(name_of(current)) + "`";
    std::string may;
    for (const auto function : allowed)
      may += (may.empty() ? "`" : ", `") + std::string(name_of(function)) + "`";
    object("calls `" + host_function + "` from " + where,
           "it may be called from " + may + " alone; take what you need there and keep it");
  }
  if (!may_fail) return true;
  const std::lock_guard lock(mutex_);
  const int number = count_++;
  if (number < kMostListed) calls_.push_back(host_function);
  if (number != failing_) return true;
  failed_ = host_function;
  return false;
}

void CallWatch::object(std::string what, std::string help) {
  const std::lock_guard lock(mutex_);
  if (!objection_.empty()) return;
  objection_ = std::move(what);
  help_ = std::move(help);
}

void CallWatch::check() const {
  const std::lock_guard lock(mutex_);
  if (!objection_.empty()) throw Broken{objection_, help_};
}

std::vector<std::string> CallWatch::failable() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::optional<std::string> CallWatch::failed() const {
  const std::lock_guard lock(mutex_);
  if (failed_.empty()) return std::nullopt;
  return failed_;
}

CallWatch& call_watch() {
  static CallWatch watch;
  return watch;
}

InCall::InCall(PluginFunction function) : outer_(std::exchange(current, function)) {
  tell_parent_of(name_of(function));
}

InCall::~InCall() {
  current = outer_;
  tell_parent_of(outer_ == PluginFunction::none ? nullptr : name_of(outer_));
}

}  // namespace assay::host
