// A program of ours in the background: the mock broker, the throw-away servers.
//
// It gets a process group of its own, so that Ctrl-C reaches us alone and we stop things in order;
// it is killed when we are gone; what it says on standard error goes to a file.
//
// Thread: control, and always the same one: the kernel ties its end to the thread that started it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace assay::host {

class ChildProcess final {
 public:
  // The error is a sentence.
  [[nodiscard]] static tl::expected<ChildProcess, std::string> start(
      const std::vector<std::string>& command, const std::string& log_file);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess() { stop(); }

  // Waits for the first line of its output, which says that it is ready. The error is a sentence
  // that names the log.
  [[nodiscard]] tl::expected<std::string, std::string> first_line(std::chrono::seconds timeout);
  // Asks it to end, waits, and insists in the end.
  void stop();
  [[nodiscard]] pid_t id() const { return process_; }

 private:
  ChildProcess(std::string name, std::string log_file)
      : name_(std::move(name)), log_file_(std::move(log_file)) {}

  std::string name_;
  std::string log_file_;
  pid_t process_ = -1;
  int input_ = -1;  // the servers end when this pipe does
  int output_ = -1;
};

}  // namespace assay::host
