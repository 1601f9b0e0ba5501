// A page of documentation as the tests read it: blocks of code with their language, words in
// backticks, links, and the headings they stand under. Not a parser of Markdown: the pages keep to
// fenced blocks and inline code on one line.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace assay::test {

struct Block {
  std::string language;
  std::string text;
  std::size_t line;
};

// Something inside a line of running text.
struct Mention {
  std::string text;
  std::string heading;
  std::size_t line;
};

struct Row {
  std::vector<std::string> cells;  // without the blanks around them
  std::size_t line;
};

struct Document {
  std::string path;  // from the root of the tree
  std::vector<Block> blocks;
  std::vector<Mention> code;
  std::vector<Mention> links;  // targets
  std::vector<Row> rows;       // of tables
  std::vector<Mention> lines;  // of running text

  [[nodiscard]] std::string at(std::size_t line) const {
    return path + ":" + std::to_string(line) + ": ";
  }
};

// Throws where the file cannot be read.
Document read_document(const std::string& path);

// Every page that is written by hand: the root's, those under docs/ and the packages' first ones.
std::vector<Document> all_documents();

std::string contents_of(const std::string& path);

// What is between backticks, in order.
std::vector<std::string> code_in(const std::string& line);

}  // namespace assay::test
