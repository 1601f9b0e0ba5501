// One of the scripts beside this file, running: a real server in a folder of its own. The script
// says where the server is in one line; this class keeps what it said. The server ends with this
// object, and also when the test program dies without a word, because the script notices that its
// standard input is closed.
//
// Thread: one at a time.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {

class ServerProcess {
 public:
  /// Starts `script` in a fresh folder and returns when the server is ready. Throws
  /// std::runtime_error when it does not start; the script's own words are then on standard error.
  ServerProcess(std::string script, std::vector<std::string> options);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Asks the server to stop and waits until it is gone. Nothing when it is not running.
  void stop();
  /// Kills the server as a power cut would and waits until it is gone. Nothing when it is not
  /// running.
  void kill();
  /// Starts the server that was stopped or killed: same folder, same ports, same data.
  void start_again();

  /// What the script said under this name; throws std::out_of_range for a name it does not know.
  [[nodiscard]] const std::string& fact(const std::string& name) const { return facts_.at(name); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] bool running() const { return process_ > 0; }

  /// Why `script` cannot run a server on this machine; nothing when it can.
  static std::optional<std::string> unavailable(const std::string& script);
  /// Runs `script` with another command to its end. Throws std::runtime_error where it fails; its
  /// own words are then on standard error.
  static void carry_out(const std::string& script, const std::vector<std::string>& arguments,
                        const std::string& input);

 private:
  void wait_until_gone();

  TemporaryFolder folder_;
  std::string script_;
  std::vector<std::string> options_;
  std::map<std::string, std::string> facts_;
  pid_t process_ = -1;
  int lifeline_ = -1;
};

}  // namespace assay::testing
