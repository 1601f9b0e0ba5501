// Runs a fuzz target over its checked-in corpus, whole, cut short and damaged in ways that a seed
// repeats: every input found so far stays found.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

int feed(const std::string& text) {
  return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::vector<std::string> corpus() {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(ASSAY_CORPUS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

TEST(Corpus, keeps_every_promise_of_the_fuzz_target) {
  const auto texts = corpus();
  ASSERT_FALSE(texts.empty());
  for (const auto& text : texts) EXPECT_EQ(feed(text), 0);
}

// What a connection or a disk that gives up leaves.
TEST(Corpus, keeps_them_where_the_end_is_missing) {
  for (const auto& text : corpus()) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      ASSERT_EQ(feed(text.substr(0, size)), 0);
    }
  }
}

TEST(Corpus, keeps_them_where_the_text_is_damaged) {
  std::mt19937 random(20270101);
  const std::string alphabet = "\",=:#\\{}[]$&*!|>'%0149 -\n\r\t\xc3\xff\x7f";
  for (const auto& text : corpus()) {
    for (int round = 0; round < 200; ++round) {
      auto damaged = text;
      for (int i = 0; i < 4 && !damaged.empty(); ++i) {
        const auto at = random() % damaged.size();
        const auto letter = alphabet[random() % alphabet.size()];
        if (random() % 3 == 0) {
          damaged.erase(at, 1 + random() % 3);
        } else if (random() % 2 == 0) {
          damaged[at] = letter;
        } else {
          damaged.insert(at, 1, letter);
        }
      }
      ASSERT_EQ(feed(damaged), 0);
    }
  }
}

}  // namespace
