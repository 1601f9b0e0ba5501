// Replays the corpus of the list parser, whole and damaged in ways that a seed repeats.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::string> corpus() {
  std::vector<std::string> texts;
  for (const auto& file : std::filesystem::directory_iterator(LIST_CORPUS)) {
    std::ifstream stream(file.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return texts;
}

int feed(const std::string& text) {
  return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

TEST(ListFuzz, the_corpus_holds_every_invariant) {
  const auto texts = corpus();
  ASSERT_GE(texts.size(), 5u);
  for (const auto& text : texts) EXPECT_EQ(feed(text), 0);
}

TEST(ListFuzz, damaged_corpus_files_hold_every_invariant) {
  std::mt19937 random(20270101);
  const std::string alphabet = "\",=#\\{}0149 -\n\r\t\xc3\xff\x7f";
  for (const auto& text : corpus()) {
    for (int round = 0; round < 300; ++round) {
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
