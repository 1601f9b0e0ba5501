#include "host/commands/test_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"
#include "host/offline/offline_engine.hpp"
#include "host/offline/rule_tests.hpp"
#include "host/offline/whole_tests.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay test -c assay.yaml
  assay test -c assay.yaml --rule small_burst
  assay test -c assay.yaml --format json
  assay test -c assay.yaml --whole tests/decisions.yaml

A rule's tests stand in its file, under `tests`; those of the whole configuration in files of their
own: what is decided, and which sinks get a record. All rules judge, each test begins without
history, and the clock is that of the events; no peer is asked. A rule that is off is tested as if it
were in shadow mode.)";

struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> whole;
  std::string rule;
  std::string format = "human";
};

struct Count {
  std::size_t passed = 0;
  std::size_t failed = 0;
};

void print_surprise(const Surprise& surprise) {
  std::printf("    transaction %zu: expected %s, got %s%s%s\n", surprise.number,
              surprise.expected.c_str(), surprise.got.c_str(), surprise.words.empty() ? "" : ": ",
              surprise.words.c_str());
  for (const auto& part : surprise.parts) {
    std::printf("      %s is %s\n", part.text.c_str(), part.value.c_str());
  }
  if (!surprise.parts.empty()) return;
  for (const auto& field : surprise.values) {
    if (field.value) std::printf("      %s = %s\n", field.name.c_str(), field.value->c_str());
  }
}

void print(const TestResult& result) {
  const std::string subject = result.rule.empty() ? "the whole" : result.rule;
  std::printf("%s  %s: %s\n", result.passed() ? "pass" : "FAIL", subject.c_str(),
              result.name.c_str());
  if (result.passed()) return;
  std::printf("    at %s\n", result.span.text().c_str());
  if (!result.refused.empty()) std::printf("    %s\n", result.refused.c_str());
  for (const auto& surprise : result.surprises) print_surprise(surprise);
}

// A line for each test.
void print_json(const TestResult& result) {
  using Json = nlohmann::ordered_json;
  Json json{{"rule", result.rule.empty() ? Json(nullptr) : Json(result.rule)},
            {"test", result.name},
            {"place", result.span.text()},
            {"transactions", result.events},
            {"passed", result.passed()}};
  if (!result.refused.empty()) json["refused"] = result.refused;
  for (const auto& surprise : result.surprises) {
    Json one{
        {"transaction", surprise.number}, {"expected", surprise.expected}, {"got", surprise.got}};
    for (const auto& part : surprise.parts) {
      one["parts"].push_back(Json{{"part", part.text}, {"value", part.value}});
    }
    for (const auto& field : surprise.values) {
      if (field.value) one["values"][field.name] = *field.value;
    }
    json["surprises"].push_back(std::move(one));
  }
  std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

bool known(const Config& config, const std::string& rule) {
  if (rule.empty()) return true;
  for (const auto& one : config.rules) {
    if (one.id == rule) return true;
  }
  std::fprintf(stderr, "assay test: no rule is called `%s`\n", rule.c_str());
  return false;
}

int test(const Arguments& arguments) {
  Diagnostics diagnostics;
  auto config = load_config(arguments.files, diagnostics);
  if (config && !known(*config, arguments.rule)) return ExitCode::usage;
  if (config) {
    for (auto& rule : config->rules) {
      if (rule.mode == RuleConfig::Mode::off) rule.mode = RuleConfig::Mode::shadow;
    }
  }
  auto assembly =
      config ? Assembly::build(*config, Assembly::CardKey::or_made_up, diagnostics) : nullptr;
  auto engine = assembly ? OfflineEngine::make(*assembly, diagnostics) : nullptr;
  Count count;
  if (engine) {
    const auto tell = [&](const TestResult& result) {
      ++(result.passed() ? count.passed : count.failed);
      arguments.format == "json" ? print_json(result) : print(result);
    };
    run_rule_tests(*assembly, *engine, arguments.rule, tell, diagnostics);
    for (const auto& file : arguments.whole) {
      run_whole_tests(*assembly, *engine, file, tell, diagnostics);
    }
  }
  show(diagnostics, DiagnosticFormat::human, stderr);
  if (!engine || diagnostics.has_errors()) return ExitCode::configuration;
  std::fprintf(stderr, "%zu passed, %zu failed\n", count.passed, count.failed);
  if (count.passed + count.failed == 0) {
    std::fprintf(stderr, "assay test: no rule has tests; they stand under `tests` in its file\n");
    return ExitCode::failed;
  }
  return count.failed == 0 ? ExitCode::done : ExitCode::failed;
}

}  // namespace

void add_test_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("test", "Run the tests that stand beside the rules");
  add_config_option(*command, arguments->files);
  command->add_option("--rule", arguments->rule, "Only the tests of this rule");
  command
      ->add_option("--whole", arguments->whole,
                   "File with tests of the whole configuration; once or several times")
      ->type_name("FILE");
  command->add_option("--format", arguments->format, "human or json (a line for each test)")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = test(*arguments); });
}

}  // namespace assay::host
