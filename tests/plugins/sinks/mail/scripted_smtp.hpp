// A tiny mail server that does as it is told, for what a well-behaved one never does: closing an
// idle session, counting sessions, remembering every line it was sent.
//
// Thread: the test's; it serves one connection at a time on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace assay::testing {

class ScriptedSmtp {
 public:
  int mails_per_session = 0;  // closes the session after so many; 0: never; set before start()
  int drip = 0;               // milliseconds between two bytes of a reply; set before start()

  ScriptedSmtp();
  ~ScriptedSmtp();
  ScriptedSmtp(const ScriptedSmtp&) = delete;
  ScriptedSmtp& operator=(const ScriptedSmtp&) = delete;

  void start() {
    thread_ = std::thread([this] { serve(); });
  }
  // In the place of the usual positive answer to a command: its first word or the whole line, ""
  // for the greeting, "message" for a content, "message 2" for the second one of a session. A reply
  // of "" closes the connection without a word.
  void answer(const std::string& command, const std::string& reply);
  [[nodiscard]] std::uint16_t port() const { return port_; }

  // After the last session has ended, or up to now.
  [[nodiscard]] std::vector<std::string> commands() const;
  [[nodiscard]] std::vector<std::string> mails() const;
  [[nodiscard]] int sessions() const;
  // The most commands that had come before the first of them was answered.
  [[nodiscard]] int most_at_once() const;
  // The most commands that had come before the mail in front of them was answered.
  [[nodiscard]] int most_behind_a_mail() const;
  // That went out to the end.
  [[nodiscard]] int replies() const;
  void wait_for_commands(const std::string& command, int count);
  void wait_for_ended_sessions(int count);

 private:
  void serve();
  void talk(int connection);
  bool read_line(int connection, std::string& line);
  bool say(int connection, const std::string& reply) const;

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::map<std::string, std::string> replies_;
  std::string unread_;
  std::vector<std::string> commands_;
  std::vector<std::string> mails_;
  int sessions_ = 0;
  int most_at_once_ = 0;
  int most_behind_a_mail_ = 0;
  int said_ = 0;
  int ended_ = 0;
  int connection_ = -1;
};

}  // namespace assay::testing
