// Keeps a closed connection from killing the process.
//
// OpenSSL writes without MSG_NOSIGNAL, and a plugin cannot know what its host does with SIGPIPE. So
// the signal is blocked in this thread for a while, and one that came of our own writes is taken
// away before the block is lifted.
//
// Thread: any; each guards its own.
#pragma once

#include <csignal>
#include <ctime>

namespace assay::smtp {

class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    was_pending_ = is_pending();
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~SigpipeGuard() {
    if (!was_pending_ && is_pending()) {
      const timespec at_once{};
      sigtimedwait(&pipe_, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  static bool is_pending() {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
  }

  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

}  // namespace assay::smtp
