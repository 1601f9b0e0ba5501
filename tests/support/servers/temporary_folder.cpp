#include "tests/support/servers/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace assay::testing {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "assay-test-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
  }
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  // A server that was killed may still be letting go of a file: what stays is the system's to
  // clear.
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace assay::testing
