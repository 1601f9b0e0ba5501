#include "host/conformance/guarded_memory.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "host/conformance/apart.hpp"
#include "host/conformance/judgement.hpp"

namespace assay::host {
namespace {

struct Guard {
  const std::byte* begin = nullptr;
  const std::byte* end = nullptr;
  const char* words = nullptr;
};

// Read by a signal handler, so of a fixed size; a check has a few at a time.
std::array<Guard, 16> guards;

void on_fault(int number, siginfo_t* info, void*) {
  const auto* at = static_cast<const std::byte*>(info->si_addr);
  for (const auto& guard : guards) {
    if (guard.words && at >= guard.begin && at < guard.end) {
      fail_from_anywhere(guard.words,
                         "keep within `rows`, `column_count` and each cell's size; "
                         "copy what you want to change");
    }
  }
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void watch_faults() {
  static bool watching = false;
  if (watching) return;
  watching = true;
  struct sigaction ours {};
  ours.sa_sigaction = &on_fault;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (const int number : {SIGSEGV, SIGBUS}) ::sigaction(number, &ours, nullptr);
}

}  // namespace

GuardedMemory::GuardedMemory(std::span<const std::byte> contents, const char* words) {
  map(contents.size());
  std::memcpy(data_, contents.data(), contents.size());
  guard(false, words);
}

GuardedMemory::GuardedMemory(std::size_t bytes, const char* words) {
  map(bytes);
  guard(true, words);
}

void GuardedMemory::map(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto room = (bytes + 7) / 8 * 8;
  const auto pages = std::max<std::size_t>(1, (room + page - 1) / page);
  mapped_ = (pages + 1) * page;
  void* mapped =
      ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw Broken{"there is not enough memory for this check", ""};
  pages_ = static_cast<std::byte*>(mapped);
  data_ = pages_ + pages * page - room;
}

GuardedMemory::~GuardedMemory() {
  for (auto& guard : guards) {
    if (guard.begin == pages_) guard = {};
  }
  ::munmap(pages_, mapped_);
}

void GuardedMemory::guard(bool writable, const char* words) const {
  watch_faults();
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  if (!writable) ::mprotect(pages_, mapped_ - page, PROT_READ);
  ::mprotect(pages_ + mapped_ - page, page, PROT_NONE);
  for (auto& guard : guards) {
    if (guard.words) continue;
    guard = {pages_, pages_ + mapped_, words};
    return;
  }
}

}  // namespace assay::host
