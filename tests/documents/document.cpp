#include "tests/documents/document.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace assay::test {
namespace {

std::vector<std::string> links_in(const std::string& line) {
  static const std::regex link(R"(\]\(([^)#\s]+)(#[^)]*)?\))");
  std::vector<std::string> found;
  for (std::sregex_iterator at(line.begin(), line.end(), link), end; at != end; ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? ""
                                    : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream parts(line.substr(1));
  for (std::string cell; std::getline(parts, cell, '|');) cells.push_back(trimmed(cell));
  return cells;
}

}  // namespace

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> code_in(const std::string& line) {
  std::vector<std::string> found;
  for (std::size_t open = line.find('`'); open != std::string::npos;) {
    const auto close = line.find('`', open + 1);
    if (close == std::string::npos) break;
    found.push_back(line.substr(open + 1, close - open - 1));
    open = line.find('`', close + 1);
  }
  return found;
}

Document read_document(const std::string& path) {
  Document document{.path = path, .blocks = {}, .code = {}, .links = {}, .rows = {}, .lines = {}};
  std::istringstream text(contents_of(std::string(ASSAY_ROOT) + "/" + path));
  std::string heading;
  bool inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) document.blocks.push_back({line.substr(3), "", number + 1});
      continue;
    }
    if (inside) {
      document.blocks.back().text += line + "\n";
      continue;
    }
    if (line.starts_with("#")) heading = line.substr(line.find_first_not_of('#') + 1);
    if (line.starts_with("|")) document.rows.push_back({cells_of(line), number});
    document.lines.push_back({line, heading, number});
    for (auto& code : code_in(line)) document.code.push_back({std::move(code), heading, number});
    for (auto& link : links_in(line)) document.links.push_back({std::move(link), heading, number});
  }
  return document;
}

std::vector<Document> all_documents() {
  namespace fs = std::filesystem;
  const fs::path root(ASSAY_ROOT);
  std::vector<std::string> paths;
  for (const auto& folder : {root, root / "packaging", root / "plugin-api"}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".md") paths.push_back(fs::relative(entry.path(), root));
    }
  }
  for (const auto& entry : fs::recursive_directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") paths.push_back(fs::relative(entry.path(), root));
  }
  std::ranges::sort(paths);
  std::vector<Document> documents;
  for (const auto& path : paths) documents.push_back(read_document(path));
  return documents;
}

}  // namespace assay::test
