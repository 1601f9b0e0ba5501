// Every example on a page is one that works: configurations are read, rules judged by their schema,
// settings of sinks by the plugin's own, C++ compiled.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>

#include "host/config/plugin_schemas.hpp"
#include "host/config/reader.hpp"
#include "host/config/rule_files.hpp"
#include "host/config/schema.hpp"
#include "host/config/yaml_tree.hpp"
#include "host/diagnostics/render.hpp"
#include "tests/documents/document.hpp"
#include "tests/documents/sink_schemas.hpp"
#include "tests/host/config/support.hpp"
#include "tests/plugin-api/run.hpp"

namespace assay::test {
namespace {

using host::Config;
using host::Diagnostics;
using host::testing::TemporaryFolder;

bool is_rule_file(const std::string& text) {
  return text.starts_with("rule:") || text.find("\nrule:") != std::string::npos;
}

bool is_whole_tests(const std::string& text) {
  return text.starts_with("tests:") || text.find("\ntests:") != std::string::npos;
}

// Empty where the text is a file of tests as its schema wants it.
std::string faults_of_tests(const std::string& text) {
  Diagnostics diagnostics;
  auto document =
      host::parse_yaml(std::make_shared<const host::Source>("tests.yaml", text), diagnostics);
  host::whole_tests_schema().check(document, diagnostics, {});
  return host::render(diagnostics, host::DiagnosticFormat::human);
}

// Files that `text`, which stands in that folder, reads secrets from.
void write_secrets(const TemporaryFolder& folder, const std::filesystem::path& beside,
                   const std::string& text) {
  static const std::regex secret(R"(\$\{file:([^}]+)\})");
  for (std::sregex_iterator at(text.begin(), text.end(), secret), end; at != end; ++at) {
    folder.write(beside / (*at)[1].str(), "a secret\n");
  }
}

// Files that an example names beside it: a secret, another configuration, a rule.
void write_what_it_names(const TemporaryFolder& folder, const std::string& text) {
  write_secrets(folder, "", text);
  folder.write("rules/large.yaml", "rule: large\nversion: 1\nuse: large_amount\n");
  // Under an overlay there is always something to lie over.
  folder.write("common.yaml",
               "sinks: { database: { use: sqlite, config: { file: x } },\n"
               "         mail: { use: mail_folder, config: { from: a@b.example, folder: m } } }\n"
               "chains: { main: { alert: { sink: mail }, topic: { sink: mail },\n"
               "                  store: { sink: database, required: true } } }\n");
}

// The site's file lies over the configuration that ships, as it does in an installation.
bool is_site(const std::string& text) { return text.starts_with("# site.yaml\n"); }

std::string faults(const Diagnostics& diagnostics) {
  return host::render(diagnostics, host::DiagnosticFormat::human);
}

std::optional<std::string> environment(const std::string&) { return "value"; }

TEST(Examples, that_ship_are_read_without_a_fault) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  fs::copy(fs::path(ASSAY_ROOT) / "config", folder.path(), fs::copy_options::recursive);
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  EXPECT_FALSE(files.empty());
  for (const auto& file : files) {
    const std::string text = contents_of(file);
    if (!is_rule_file(text) && is_whole_tests(text)) {
      EXPECT_EQ(faults_of_tests(text), "") << file;
      continue;
    }
    write_secrets(folder, fs::path(file).parent_path().lexically_relative(folder.path()), text);
    std::string path = file;
    if (is_rule_file(text)) path = folder.write("a_rule.yaml", "rules: [" + file + "]\n");
    Diagnostics diagnostics;
    auto config = host::read_config(std::vector{path}, diagnostics, environment);
    ASSERT_TRUE(config) << faults(diagnostics);
    host::check_plugin_settings(*config, sink_schemas(), diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << faults(diagnostics);
  }
}

TEST(Examples, of_configurations_are_read_without_a_fault) {
  namespace fs = std::filesystem;
  std::size_t examples = 0;
  for (const auto& document : all_documents()) {
    for (const auto& block : document.blocks) {
      if (block.language != "yaml") continue;
      ++examples;
      if (!is_rule_file(block.text) && is_whole_tests(block.text)) {
        EXPECT_EQ(faults_of_tests(block.text), "") << document.at(block.line);
        continue;
      }
      const TemporaryFolder folder;
      write_what_it_names(folder, block.text);
      std::string path = folder.write("example.yaml", block.text);
      if (is_rule_file(block.text)) path = folder.write("main.yaml", "rules: [example.yaml]\n");
      std::vector files{path};
      if (is_site(block.text)) {
        const auto shipped = fs::path(folder.path()) / "shipped";
        fs::copy(fs::path(ASSAY_ROOT) / "config", shipped, fs::copy_options::recursive);
        write_secrets(folder, "shipped", contents_of(shipped / "assay.yaml"));
        files.insert(files.begin(), shipped / "assay.yaml");
      }
      Diagnostics diagnostics;
      auto config = host::read_config(files, diagnostics, environment);
      ASSERT_TRUE(config) << document.at(block.line) << faults(diagnostics);
      host::check_plugin_settings(*config, sink_schemas(), diagnostics);
      EXPECT_FALSE(diagnostics.has_errors()) << document.at(block.line) << faults(diagnostics);
    }
  }
  EXPECT_GE(examples, 8u);
}

TEST(Examples, of_code_compile_or_are_files_of_the_tree) {
  std::size_t examples = 0;
  const TemporaryFolder folder;
  for (const auto& document : all_documents()) {
    for (const auto& block : document.blocks) {
      if (block.language != "cpp") continue;
      ++examples;
      const auto source = folder.write("example.cpp", block.text);
      const auto compiled = run(CXX " -std=c++20 -fsyntax-only -Wall -Wextra -Werror -I" ASSAY_ROOT
                                    "/plugin-api/include " +
                                source);
      EXPECT_EQ(compiled.code, 0) << document.at(block.line) << compiled.output;
    }
  }
  EXPECT_GE(examples, 2u);
}

}  // namespace
}  // namespace assay::test
