#include "bench/support/deployment.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <utility>

#include "bench/support/messages.hpp"
#include "host/config/reader.hpp"
#include "host/diagnostics/render.hpp"

namespace assay::bench {
namespace {

constexpr const char* kRules = R"(rules:
  large_amount: { version: 1, use: large_amount }
  known_bad:
    version: 1
    use: list
    parameters: { field: merchant, kind: block, entries: ["Casino Royal", "Quick Cash"] }
  unusual_hour: { version: 1, use: unusual_hour }
  unexpected_location: { version: 1, use: unexpected_location }
)";

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) {
    std::fprintf(stderr, "cannot write %s\n", path.c_str());
    std::exit(1);
  }
}

[[noreturn]] void refused(const host::Diagnostics& diagnostics) {
  std::fputs(render(diagnostics, host::DiagnosticFormat::human).c_str(), stderr);
  std::exit(1);
}

}  // namespace

std::string rules_with_history(const std::string& more) {
  return "rules:\n" + more + R"(  unusual_hour: { version: 1, use: unusual_hour }
  unexpected_location: { version: 1, use: unexpected_location }
  burst: { version: 1, when: times > 100000000, score: 0.5, reason: burst }
  spending: { version: 1, when: spent > 1000000000000.00, score: 0.3, reason: spending }
  shops: { version: 1, when: shops > 100000, score: 0.3, reason: shops }
features:
  times: count() by user_id over 10m
  spent: sum(amount) by user_id over 24h
  shops: distinct(merchant) by user_id over 1h
)";
}

std::string write_configuration(const DeploymentOptions& options) {
  const auto holders = options.folder / "holders.jsonl";
  if (!std::filesystem::exists(holders)) write(holders, holder_lines());
  write(options.folder / "card.key", "000102030405060708090a0b0c0d0e0f\n");
  const auto path = options.folder / "assay.yaml";
  write(path, "source:\n  bootstrap: \"" + options.bootstrap + "\"\n  topic: " + options.topic +
                  "\n  group: " + options.group + "\n  member: " + options.member + options.keys +
                  "\ndefault_currency: EUR\n"
                  "holders: { file: holders.jsonl }\n"
                  "card: { key_file: card.key }\n"
                  "dead_letters: { mode: file, file: dead-letters.jsonl }\n"
                  "plugins: { path: [" ASSAY_PLUGIN_FOLDER "/rules, " ASSAY_PLUGIN_FOLDER
                  "/sinks, " ASSAY_PLUGIN_FOLDER "/bench, .] }\n" +
                  (options.rules.empty() ? kRules : options.rules) + options.sinks);
  return path;
}

Deployment::Deployment(const std::string& configuration) {
  static const bool quiet = [] {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("assay"));
    spdlog::set_level(spdlog::level::warn);
    return true;
  }();
  static_cast<void>(quiet);
  host::Diagnostics diagnostics;
  auto config = host::read_config(std::span(&configuration, 1), diagnostics);
  if (!config) refused(diagnostics);
  config_ = std::move(*config);
  assembly_ = host::Assembly::build(config_, host::Assembly::CardKey::required, diagnostics);
  if (!assembly_) refused(diagnostics);
}

}  // namespace assay::bench
