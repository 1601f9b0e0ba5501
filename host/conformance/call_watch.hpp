// Which call into the plugin each thread is in, what the plugin then asked of the host that it may
// not ask there, and which of the host's answers shall be a failure.
//
// One for the process of a check: several of the host's tables do not say for whom they are called.
//
// Thread: a call is the thread's that makes it; the rest is anybody's.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace assay::host {

// The functions of a plugin, as the header calls them.
enum class PluginFunction : std::uint8_t {
  none,
  init,
  describe,
  create_shared,
  destroy_shared,
  create,
  destroy,
  bind,
  evaluate,
  tick,
  save,
  load,
  write,
  flush,
  health,
  interrupt,
  renew,
  claim,
  begin,
  commit,
  abort,
  position,
  deinit
};
[[nodiscard]] const char* name_of(PluginFunction function);

class CallWatch final {
 public:
  // Notes a function of the host's; false where it shall answer a failure. `allowed` are the
  // plugin's functions out of which it may be called; none means any, on any thread.
  bool called(const std::string& host_function, std::initializer_list<PluginFunction> allowed,
              bool may_fail = true);
  // The first thing that the plugin did and may not; for what else the host's functions find.
  void object(std::string what, std::string help);
  // Throws Broken where there was something.
  void check() const;

  // The `number`-th call that may fail fails, from 0 on; the others work.
  void fail_call(int number) { failing_ = number; }
  // Answers every question for an interface with null.
  void withhold_interfaces() { withholding_ = true; }
  [[nodiscard]] bool withholding() const { return withholding_; }
  // The calls that could have failed, in order; the first few hundred.
  [[nodiscard]] std::vector<std::string> failable() const;
  // What failed, once it has.
  [[nodiscard]] std::optional<std::string> failed() const;

 private:
  mutable std::mutex mutex_;
  std::string objection_;
  std::string help_;
  std::string failed_;
  std::vector<std::string> calls_;
  int count_ = 0;
  int failing_ = -1;
  bool withholding_ = false;
};

// Of this process.
[[nodiscard]] CallWatch& call_watch();

// The thread is in that call for as long as this lives.
class InCall final {
 public:
  explicit InCall(PluginFunction function);
  ~InCall();
  InCall(const InCall&) = delete;
  InCall& operator=(const InCall&) = delete;

 private:
  PluginFunction outer_;
};

}  // namespace assay::host
