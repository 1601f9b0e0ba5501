#include "host/plugin_files/plugin_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "host/plugin_files/digest.hpp"

namespace assay::host {
namespace {

using Fault = tl::unexpected<std::string>;

std::string why() { return std::string("cannot be read: ") + std::strerror(errno); }

}  // namespace

tl::expected<PluginFile, std::string> PluginFile::open(const std::string& path,
                                                       std::int64_t max_size) {
  // Without waiting for the other end of a pipe.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return Fault(why());
  PluginFile file(descriptor, 0);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return Fault(why());
  if (!S_ISREG(status.st_mode)) return Fault("is not a regular file");
  if (status.st_size > max_size) {
    return Fault("is larger than plugins.max_size allows: " + std::to_string(status.st_size) +
                 " bytes, at most " + std::to_string(max_size));
  }
  file.size_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

PluginFile::PluginFile(PluginFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

PluginFile::~PluginFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

tl::expected<std::string, std::string> PluginFile::sha256() const { return sha256_of(bytes()); }

}  // namespace assay::host
