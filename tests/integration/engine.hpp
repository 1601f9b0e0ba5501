// The engine as an operator runs it: a process of its own with a configuration file.
//
// What it says is kept in a file. It ends with this object, killed where nobody ended it before.
//
// Thread: one at a time.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/integration/eventually.hpp"

namespace assay::testing {

class Engine {
 public:
  // Starts `assay run` with these files; words go to the end of `log`. `environment` is laid over
  // the test's own.
  Engine(const std::vector<std::filesystem::path>& files, std::filesystem::path log,
         const std::map<std::string, std::string>& environment = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] pid_t process() const { return process_; }
  [[nodiscard]] bool running();
  void kill();
  void ask_to_stop();
  // The exit code; 128 and the signal's number where one ended it; -1 when it does not end.
  int wait();
  int stop() {
    ask_to_stop();
    return wait();
  }

  // True as soon as the condition holds; false when patience is over or the engine has ended. One
  // that still runs then is asked how it stands, so that whoever reads the failure can tell.
  template <class Condition>
  bool until(Condition condition) {
    bool held = false;
    (void)eventually([&] { return (held = condition()) || !running(); });
    if (!held && running()) ask_status();
    return held;
  }

  // What it has said on standard output and standard error.
  [[nodiscard]] std::string words() const;

 private:
  bool reap(bool block);
  void ask_status() const;

  std::filesystem::path log_;
  pid_t process_ = -1;
  bool gone_ = false;
  int code_ = -1;
};

// Runs any program to its end: what it said on both outputs, and its exit code.
struct Ran {
  int code = -1;
  std::string words;
};
Ran run_program(const std::vector<std::string>& arguments, const std::string& input = {});
Ran run_assay(std::vector<std::string> arguments);

std::string contents(const std::filesystem::path& file);

}  // namespace assay::testing
