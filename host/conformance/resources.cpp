#include "host/conformance/resources.hpp"

#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>

namespace assay::host {
namespace {

constexpr int kSettling = 100;
constexpr int kLives = 1000;
constexpr int kFewLives = 100;
// Of the smallest block that malloc gives, 32 bytes; half as much is what every second life leaks.
constexpr std::int64_t kLeak = 16;

// What malloc has given and not got back. A sanitizer has its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
std::size_t allocated() { return __sanitizer_get_current_allocated_bytes(); }
#else
std::size_t allocated() {
  const auto heap = ::mallinfo2();
  return heap.uordblks + heap.hblkhd;
}
#endif

struct Held {
  std::int64_t bytes;
  std::int64_t files;
  std::int64_t threads;
};

std::int64_t entries_of(const char* folder) {
  const std::filesystem::directory_iterator files(folder);
  return std::distance(begin(files), end(files));
}

Held held() {
  return {static_cast<std::int64_t>(allocated()), entries_of("/proc/self/fd"),
          entries_of("/proc/self/task")};
}

std::string in(int lives) { return " in " + std::to_string(lives) + " lives"; }

void judge_handles(const Held& before, const Held& after, int lives) {
  if (const auto files = after.files - before.files; files > 0) {
    throw Broken{"keeps " + std::to_string(files) + " files or sockets open" + in(lives),
                 "close them in `destroy`"};
  }
  if (const auto threads = after.threads - before.threads; threads > 0) {
    throw Broken{"keeps " + std::to_string(threads) + " threads running" + in(lives),
                 "end them in `destroy`"};
  }
}

}  // namespace

Judgement judge_growth(const std::function<void()>& life) {
  const auto live = [&](int lives) {
    for (int i = 0; i < lives; ++i) life();
  };
  live(kSettling);
  const auto before = held();
  // One file of each life would be more than a process may open long before the last life.
  live(kFewLives);
  judge_handles(before, held(), kFewLives);
  live(kLives - kFewLives);
  const auto after = held();
  if (const auto bytes = after.bytes - before.bytes; bytes >= kLeak * kLives) {
    throw Broken{"keeps " + std::to_string(bytes / kLives) + " bytes of each life, " +
                     std::to_string(bytes) + in(kLives),
                 "free in `destroy` and `destroy_shared` what create and create_shared made; "
                 "valgrind or -fsanitize=address show where"};
  }
  judge_handles(before, after, kLives);
  return passed("nothing" + in(kLives));
}

}  // namespace assay::host
