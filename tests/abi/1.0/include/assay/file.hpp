// A file that a person named, read without trusting what it is.
//
// A list, a template or a key may turn out to be a folder, a device that never ends or a pipe into
// which nobody writes. None of them may hang a start or fill the memory: what is no regular file is
// refused unless it was asked for, and nothing is read beyond the bound that the caller gives.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

namespace assay {

struct FileText {
  std::string text;
  std::string fault;  // why it could not be read, in words and without the path; empty: it was
};

// `stream`: pipes and devices as well, for what a person may want to pipe in.
enum class FileKind { regular, stream };

namespace detail {

inline FileText read_bounded(int file, std::size_t most) {
  FileText read;
  constexpr std::size_t piece = 64 << 10;
  for (;;) {
    const auto size = read.text.size();
    read.text.resize(size + piece);
    const auto got = ::read(file, read.text.data() + size, piece);
    read.text.resize(size + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {{}, std::string("reading it failed: ") + std::strerror(errno)};
    if (got == 0) return read;
    if (read.text.size() > most) {
      return {{}, "it is larger than " + std::to_string(most) + " bytes"};
    }
  }
}

}  // namespace detail

// Reads at most `most` bytes; a larger file is a fault, told before it is read where its size is
// known.
inline FileText read_file(const std::string& path, std::size_t most,
                          FileKind kind = FileKind::regular) {
  // Opening a pipe waits for its other end, unless it is told not to.
  const int file =
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | (kind == FileKind::regular ? O_NONBLOCK : 0));
  if (file < 0) {
    const bool rights = errno == EACCES;
    return {{},
            errno == ENOENT ? std::string("there is no such file")
                            : std::string("it cannot be opened") +
                                  (rights ? " (check its permissions)"
                                          : std::string(": ") + std::strerror(errno))};
  }
  struct stat status {};
  FileText read;
  if (::fstat(file, &status) != 0) {
    read.fault = std::strerror(errno);
  } else if (kind == FileKind::regular && !S_ISREG(status.st_mode)) {
    read.fault = "it is not a regular file";
  } else if (S_ISDIR(status.st_mode)) {
    read.fault = "it is a folder";
  } else if (S_ISREG(status.st_mode) && static_cast<std::size_t>(status.st_size) > most) {
    read.fault = "it is larger than " + std::to_string(most) + " bytes";
  } else {
    read = detail::read_bounded(file, most);
  }
  ::close(file);
  return read;
}

// The same of what is piped into the process.
inline FileText read_standard_input(std::size_t most) {
  return detail::read_bounded(STDIN_FILENO, most);
}

}  // namespace assay
