// Runs a fuzz target over its checked-in corpus: every input found so far stays found.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

TEST(Corpus, keeps_every_promise_of_the_fuzz_target) {
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ASSAY_CORPUS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    SCOPED_TRACE(entry.path().filename().string());
    EXPECT_EQ(
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), 0);
    // Its beginnings, too: what a connection that breaks leaves.
    for (std::size_t size = 0; size < text.size(); ++size) {
      const std::string beginning = text.substr(0, size);
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(beginning.data()), size);
    }
    ++inputs;
  }
  EXPECT_GT(inputs, 0u);
}

}  // namespace
