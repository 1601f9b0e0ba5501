#include "host/commands/dlq_letters.hpp"

#include <chrono>
#include <cstdio>
#include <utility>

#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"

namespace assay::host {
namespace {

// ExitCode::done: go on.
int complete_filter(DlqArguments& arguments) {
  auto& filter = arguments.filter;
  if (arguments.state == "resolved") filter.state = LetterFilter::State::resolved;
  if (arguments.state == "all") filter.state = LetterFilter::State::all;
  if (!arguments.since.empty()) {
    const auto since = parse_since(arguments.since, dlq_now());
    if (!since) return say_dlq(ExitCode::usage, "--since: " + since.error());
    filter.since = *since;
  }
  for (const auto& text : arguments.positions) {
    auto position = parse_position(text);
    if (!position) return say_dlq(ExitCode::usage, position.error());
    filter.positions.push_back(std::move(*position));
  }
  return ExitCode::done;
}

}  // namespace

int open_dlq(DlqArguments& arguments, DlqLetters& opened) {
  if (const int code = complete_filter(arguments); code != ExitCode::done) return code;
  Diagnostics diagnostics;
  auto config = load_config(arguments.files, diagnostics);
  show(diagnostics, DiagnosticFormat::human, stderr);
  if (!config) return ExitCode::configuration;
  opened.config = std::move(*config);
  auto store = open_letter_store(opened.config);
  if (!store) return say_dlq(store.error());
  opened.store = std::move(*store);
  LetterBox box;
  const auto read = opened.store->read([&](StoredNote note) { box.add(std::move(note)); });
  if (!read) return say_dlq(read.error());
  if (box.strangers() > 0) {
    say_dlq(0, std::to_string(box.strangers()) + " records in " + opened.store->name() +
                   " are no dead letters of ours and are passed over");
  }
  for (auto& one : std::move(box).cases()) {
    if (arguments.filter.takes(one)) opened.cases.push_back(std::move(one));
  }
  return ExitCode::done;
}

int say_dlq(int exit_code, const std::string& message) {
  std::fprintf(stderr, "assay dlq: %s\n", message.c_str());
  return exit_code;
}

int say_dlq(const LetterError& error) {
  switch (error.kind) {
    case LetterError::Kind::unreachable:
      return say_dlq(ExitCode::unreachable, error.words);
    case LetterError::Kind::refused:
      return say_dlq(ExitCode::configuration, error.words);
    case LetterError::Kind::input_output:
      break;
  }
  return say_dlq(ExitCode::input_output, error.words);
}

int print_dlq(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? ExitCode::done : ExitCode::input_output;
}

std::int64_t dlq_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace assay::host
