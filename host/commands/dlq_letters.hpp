// What the commands about dead letters share: their arguments, the letters that those mean, and the
// words for what goes wrong.
//
// Thread: control.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/dead_letters/letter_filter.hpp"
#include "host/dead_letters/letter_store.hpp"

namespace assay::host {

struct DlqArguments {
  std::vector<std::string> files;
  std::string format = "human";
  std::string state = "open";
  std::string since;
  std::vector<std::string> positions;
  LetterFilter filter;
  bool each = false;
  bool dry_run = false;
  bool yes = false;
  bool force = false;
  std::size_t limit = 0;  // 0: all
  std::string note;
};

struct DlqLetters {
  Config config;
  std::unique_ptr<LetterStore> store;
  std::vector<LetterCase> cases;  // that the filter takes
};

/// Reads everything that is there and keeps what the filter takes. Answers ExitCode::done, or what
/// the command ends with; that was said.
[[nodiscard]] int open_dlq(DlqArguments& arguments, DlqLetters& letters);

/// Says it on standard error, and answers `exit_code`.
int say_dlq(int exit_code, const std::string& message);
[[nodiscard]] int say_dlq(const LetterError& error);
/// To standard output.
[[nodiscard]] int print_dlq(const std::string& text);

/// Nanoseconds since 1970.
[[nodiscard]] std::int64_t dlq_now();

}  // namespace assay::host
