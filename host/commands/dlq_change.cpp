#include "host/commands/dlq_change.hpp"

#include <cstdio>
#include <utility>

#include "host/commands/consent.hpp"
#include "host/commands/dlq_report.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/redrive_report.hpp"
#include "host/dead_letters/redrive.hpp"

namespace assay::host {
namespace {

std::string count_of(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " dead letter" : " dead letters");
}

// What is to be changed: open letters, up to the limit. True: there are some.
bool choose(const DlqArguments& arguments, DlqLetters& opened) {
  auto& cases = opened.cases;
  if (arguments.limit > 0 && cases.size() > arguments.limit) {
    cases.erase(cases.begin() + static_cast<std::ptrdiff_t>(arguments.limit), cases.end());
  }
  return !cases.empty();
}

int nothing_meant(const DlqArguments& arguments, const std::string& json) {
  return print_dlq(arguments.format == "json" ? json : "no open dead letter is meant\n");
}

}  // namespace

int redrive_letters(DlqArguments& arguments) {
  DlqLetters opened;
  if (const int code = open_dlq(arguments, opened); code != ExitCode::done) return code;
  if (!choose(arguments, opened)) {
    const auto tense =
        arguments.dry_run ? RedriveReport::Tense::future : RedriveReport::Tense::past;
    return nothing_meant(arguments, RedriveReport(tense).json());
  }
  const auto guard = arguments.force ? LoopGuard::off : LoopGuard::on;
  auto redrive = Redrive::open(opened.config, guard, *opened.store);
  if (!redrive) return say_dlq(redrive.error());

  if (arguments.dry_run || !arguments.yes) {
    RedriveReport plan(RedriveReport::Tense::future);
    const auto tell = [&](RedriveOutcome outcome) { plan.add(std::move(outcome)); };
    if (const auto done = (*redrive)->run(opened.cases, Redrive::Mode::rehearse, tell); !done) {
      return say_dlq(done.error());
    }
    if (arguments.dry_run) {
      return print_dlq(arguments.format == "json" ? plan.json() : plan.text());
    }
    std::fputs(plan.text().c_str(), stderr);
    if (plan.moved() == 0) return ExitCode::failed;
    const auto question = "put the records of " + count_of(plan.moved()) + " back into topic " +
                          opened.config.source.topic + "?";
    const int answer = ask_consent("assay dlq", arguments.yes, question);
    if (answer != ExitCode::done) return answer;
  }
  RedriveReport report(RedriveReport::Tense::past);
  const auto tell = [&](RedriveOutcome outcome) { report.add(std::move(outcome)); };
  const auto done = (*redrive)->run(opened.cases, Redrive::Mode::write, tell);
  const int printed = print_dlq(arguments.format == "json" ? report.json() : report.text());
  if (!done) return say_dlq(done.error());
  if (printed != ExitCode::done) return printed;
  return report.left() == 0 ? ExitCode::done : ExitCode::failed;
}

int drop_letters(DlqArguments& arguments) {
  DlqLetters opened;
  if (const int code = open_dlq(arguments, opened); code != ExitCode::done) return code;
  if (!choose(arguments, opened)) {
    return nothing_meant(arguments, arguments.dry_run ? json_of_groups({}) : "{\"dropped\": 0}\n");
  }
  const auto groups = group_letters(opened.cases);
  if (arguments.dry_run) {
    return print_dlq(arguments.format == "json" ? json_of_groups(groups) : print_groups(groups));
  }
  if (!arguments.yes) std::fputs(print_groups(groups).c_str(), stderr);
  const int answer = ask_consent(
      "assay dlq", arguments.yes,
      "mark " + count_of(opened.cases.size()) + " as dealt with, without putting anything back?");
  if (answer != ExitCode::done) return answer;
  Resolution how;
  how.how = Resolution::How::dropped;
  how.at = dlq_now();
  how.note = arguments.note;
  std::vector<Resolution> all;
  for (const auto& one : opened.cases) {
    for (auto& resolution : resolve_all(one, how)) all.push_back(std::move(resolution));
  }
  if (const auto put = opened.store->put(all); !put) return say_dlq(put.error());
  return print_dlq(arguments.format == "json"
                       ? "{\"dropped\": " + std::to_string(opened.cases.size()) + "}\n"
                       : count_of(opened.cases.size()) + " dropped\n");
}

}  // namespace assay::host
