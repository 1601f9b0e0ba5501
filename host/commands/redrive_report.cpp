#include "host/commands/redrive_report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "host/commands/dlq_report.hpp"
#include "host/commands/table.hpp"
#include "host/dead_letters/letter_filter.hpp"

namespace assay::host {

std::size_t RedriveReport::moved() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      outcomes_, [](const RedriveOutcome& outcome) { return outcome.attempt > 0; }));
}

std::string RedriveReport::text() const {
  const bool past = tense_ == Tense::past;
  std::vector<std::vector<std::string>> rows{{"POSITION", "STEP", "ATTEMPT", "TO"}};
  std::string stay;
  for (const auto& outcome : outcomes_) {
    const auto position = position_text(outcome.subject);
    if (outcome.attempt == 0) {
      stay += position + " (" + step_name(outcome.subject) + ") " +
              (past ? "stays: " : "would stay: ") + outcome.why + "\n";
      continue;
    }
    rows.push_back(
        {position, step_name(outcome.subject), std::to_string(outcome.attempt),
         past ? std::to_string(outcome.to.partition) + ":" + std::to_string(outcome.to.offset)
              : "the end of partition " + std::to_string(outcome.subject.partition)});
  }
  auto text = rows.size() > 1 ? print_table(rows) : std::string();
  text += stay;
  text += std::to_string(moved()) + (past ? " redriven, " : " would be redriven, ") +
          std::to_string(left()) + (past ? " left\n" : " would be left\n");
  return text;
}

std::string RedriveReport::json() const {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const auto& outcome : outcomes_) {
    Json one{{"topic", outcome.subject.topic},
             {"partition", outcome.subject.partition},
             {"offset", outcome.subject.offset},
             {"step", step_name(outcome.subject)}};
    if (outcome.attempt == 0) {
      one["why_not"] = outcome.why;
    } else {
      one["attempt"] = outcome.attempt;
    }
    if (outcome.attempt > 0 && tense_ == Tense::past) {
      one["to"] = {{"partition", outcome.to.partition}, {"offset", outcome.to.offset}};
    }
    list.push_back(std::move(one));
  }
  return Json{{"dry_run", tense_ == Tense::future},
              {"redriven", moved()},
              {"left", left()},
              {"records", std::move(list)}}
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace assay::host
