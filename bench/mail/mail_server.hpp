// A mail server on loopback that takes every mail and keeps the last one: as fast as a server can
// be, so that what is measured is who sends.
//
// Thread: any; each connection is served on a thread of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace assay::bench {

class MailServer final {
 public:
  MailServer();
  ~MailServer();
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  // Sessions that brought a mail.
  [[nodiscard]] int sessions() const { return sessions_; }
  // As it came: headers, content, doubled dots, the dot at its end.
  [[nodiscard]] std::string last() const;

 private:
  void serve();
  void talk(int connection);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> taken_ = 0;
  std::atomic<int> sessions_ = 0;
  mutable std::mutex lock_;
  std::string last_;
  std::vector<int> connections_;
  std::vector<std::jthread> talks_;
  std::jthread thread_;
};

}  // namespace assay::bench
