#include "host/produce/progress_line.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace assay::host {
namespace {

constexpr double seconds_between_lines = 10.0;

}  // namespace

std::string with_thousands(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string progress_text(const ProduceProgress& progress) {
  constexpr std::uint64_t width = 30;
  const std::uint64_t planned = std::max<std::uint64_t>(progress.planned, 1);
  const std::uint64_t done = std::min(progress.produced, planned);
  const std::uint64_t filled = done * width / planned;
  std::string text = "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] " +
                     std::to_string(done * 100 / planned) + " %  " + with_thousands(done) + " of " +
                     with_thousands(planned) + "  " +
                     with_thousands(static_cast<std::uint64_t>(progress.per_second)) + "/s";
  if (done < planned && progress.per_second >= 1.0) {
    const double left = static_cast<double>(planned - done) / progress.per_second;
    text += "  " + with_thousands(static_cast<std::uint64_t>(left) + 1) + " s left";
  }
  return text;
}

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const ProduceProgress& progress) {
  if (terminal_) {
    std::fprintf(stderr, "\r%s\033[K", progress_text(progress).c_str());
    std::fflush(stderr);
    begun_ = true;
    return;
  }
  if (progress.elapsed_seconds < next_line_seconds_) return;
  next_line_seconds_ = progress.elapsed_seconds + seconds_between_lines;
  std::fprintf(stderr, "%s\n", progress_text(progress).c_str());
}

void ProgressLine::finish() {
  if (!begun_) return;
  std::fputc('\n', stderr);
  begun_ = false;
}

}  // namespace assay::host
