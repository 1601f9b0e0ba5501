// Feeds bytes to the reader of snapshot files, without and with the checksum that belongs to them,
// and checks what holds for any of them.
#include <openssl/sha.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "host/state/snapshot_file.hpp"

namespace {

using assay::host::SnapshotHead;
using assay::host::SnapshotReader;

void expect(bool holds) {
  if (!holds) std::abort();
}

// A file in memory that can be opened by its path.
class File {
 public:
  File() : file_(::memfd_create("snapshot", MFD_CLOEXEC)) { expect(file_ >= 0); }
  ~File() { ::close(file_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void append(std::span<const std::uint8_t> bytes) const {
    expect(::write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

void check_head(const SnapshotHead& head) {
  const auto encoded = encode(head);
  const auto again = assay::host::decode_head(std::as_bytes(std::span(encoded)));
  expect(again.has_value() && *again == head);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  if (const auto head = assay::host::decode_head(std::as_bytes(bytes))) check_head(*head);

  const File file;
  file.append(bytes);
  // Nobody finds a checksum by chance.
  const auto bare = SnapshotReader::open(file.path());
  expect(!bare && !bare.error().empty());
  (void)SnapshotReader::peek(file.path());

  std::uint8_t sum[SHA256_DIGEST_LENGTH];
  SHA256(data, size, sum);
  file.append(sum);
  const auto reader = SnapshotReader::open(file.path());
  if (!reader) {
    expect(!reader.error().empty());
    return 0;
  }
  check_head((*reader)->head());
  const auto left = (*reader)->remaining();
  expect(left < size);
  std::vector<std::byte> body(left);
  expect((*reader)->read(body) && (*reader)->remaining() == 0);
  std::byte more{};
  expect(!(*reader)->read({&more, 1}));
  return 0;
}
