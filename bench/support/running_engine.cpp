#include "bench/support/running_engine.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "bench/support/clocks.hpp"
#include "host/diagnostics/render.hpp"

namespace assay::bench {
namespace {

constexpr std::chrono::microseconds kLook{500};
constexpr std::chrono::minutes kPatience{2};

}  // namespace

RunningEngine::RunningEngine(host::Assembly& assembly, const host::Prepare& prepare)
    : application_(assembly, {.prepare = prepare, .bell = prepare ? &bell_ : nullptr}),
      thread_([this](const std::stop_token& stop) {
        host::Diagnostics diagnostics;
        const auto end = application_.run(stop, hurry_, diagnostics);
        if (end == host::Application::End::stopped) return;
        std::fputs(render(diagnostics, host::DiagnosticFormat::human).c_str(), stderr);
        std::fputs("the engine ended by itself\n", stderr);
        std::_Exit(1);
      }) {}

RunningEngine::~RunningEngine() {
  thread_.request_stop();
  thread_.join();
}

host::Status RunningEngine::wait_for(
    const std::function<bool(const host::Status&)>& condition) const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    auto now = status();
    if (condition(now)) return now;
    if (std::chrono::steady_clock::now() > deadline) {
      std::fprintf(stderr, "nothing more comes: %llu received, %llu delivered\n",
                   static_cast<unsigned long long>(now.received),
                   static_cast<unsigned long long>(now.delivered));
      std::_Exit(1);
    }
    std::this_thread::sleep_for(kLook);
  }
}

double cpu_of_others() { return process_cpu() - thread_cpu(); }

double cpu_of_threads(const std::string& prefix) {
  double seconds = 0;
  std::error_code ignored;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    double nanoseconds = 0;
    if (name.starts_with(prefix)) std::ifstream(task.path() / "schedstat") >> nanoseconds;
    seconds += nanoseconds * 1e-9;
  }
  return seconds;
}

}  // namespace assay::bench
