// Replays the corpus of the configuration reader, whole and damaged in ways that a seed repeats.
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
  for (const auto& file : std::filesystem::directory_iterator(ASSAY_CONFIG_CORPUS)) {
    std::ifstream stream(file.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return texts;
}

int feed(const std::string& text) {
  return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

TEST(config_fuzz, the_corpus_holds_every_invariant) {
  const auto texts = corpus();
  ASSERT_GE(texts.size(), 10u);
  for (const auto& text : texts) EXPECT_EQ(feed(text), 0);
}

TEST(config_fuzz, damaged_files_hold_every_invariant) {
  std::mt19937 random(7);
  const std::string alphabet = "{}[]:,-?&*!|>'\"%@#$ \n\t0a\xc3\xff\x04";
  for (const auto& text : corpus()) {
    for (int round = 0; round < 40; ++round) {
      auto damaged = text;
      for (int i = 0; i < 3 && !damaged.empty(); ++i) {
        const auto at = random() % damaged.size();
        if (random() % 2 == 0) {
          damaged.erase(at, 1 + random() % 3);
        } else {
          damaged.insert(at, 1, alphabet[random() % alphabet.size()]);
        }
      }
      ASSERT_EQ(feed(damaged), 0);
    }
  }
}

}  // namespace
