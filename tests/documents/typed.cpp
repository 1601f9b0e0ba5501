#include "tests/documents/typed.hpp"

#include <sstream>
#include <utility>

#include "tests/documents/document.hpp"

namespace assay::test {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream parts(line.substr(0, line.find('#')));
  std::vector<std::string> words;
  for (std::string word; parts >> word;) words.push_back(word);
  return words;
}

}  // namespace

std::map<std::string, std::vector<std::string>> typed(const std::string& program) {
  std::map<std::string, std::vector<std::string>> found;
  for (const auto& document : all_documents()) {
    for (const auto& block : document.blocks) {
      if (block.language != "sh") continue;
      std::istringstream lines(block.text);
      std::size_t number = block.line;
      for (std::string line; std::getline(lines, line); ++number) {
        if (auto words = words_of(line); !words.empty() && words[0] == program) {
          found.emplace(document.at(number), std::move(words));
        }
      }
    }
  }
  return found;
}

}  // namespace assay::test
