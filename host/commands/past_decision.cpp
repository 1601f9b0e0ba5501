#include "host/commands/past_decision.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

tl::expected<std::vector<Json>, std::string> read(std::string_view lines) {
  std::vector<Json> decisions;
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    auto decision = Json::parse(lines.substr(0, end), nullptr, false);
    if (!decision.is_object()) {
      return tl::unexpected(std::string("the store's answer is not one JSON object a line"));
    }
    decisions.push_back(std::move(decision));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return decisions;
}

const Json& at(const Json& json, const char* key) {
  static const Json nothing;
  const auto found = json.find(key);
  return found == json.end() ? nothing : *found;
}

// Empty for what is null or missing. A number stands as it is stored.
std::string text(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string score(const Json& value) {
  if (!value.is_number()) return "unknown";
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.2f", value.get<double>());
  return digits;
}

// A time in UTC, as stores write it (2026-11-23T18:34:37.000000000Z, 2026-11-23T18:34:37+00:00).
std::string moment(const Json& value) {
  auto time = text(value);
  for (const std::string_view zone : {"Z", "+00:00"}) {
    if (time.size() <= zone.size() || !time.ends_with(zone)) continue;
    time.resize(time.size() - zone.size());
    if (time.find('.') != time.npos) {
      time.resize(time.find_last_not_of('0') + 1);
      if (time.back() == '.') time.pop_back();
    }
    if (const auto day = time.find('T'); day != time.npos) time[day] = ' ';
    return time + " UTC";
  }
  return time;
}

std::string past_tense(const std::string& decision) {
  if (decision == "approve") return "approved";
  if (decision == "review") return "sent to review";
  return decision == "decline" ? "declined" : decision;
}

bool acted_on(const Json& verdict) {
  return text(at(verdict, "answer")) == "hit" && text(at(verdict, "mode")) != "shadow";
}

std::string opening(const Json& decision) {
  const auto outcome = text(at(decision, "decision"));
  std::string page = "Transaction " + text(at(decision, "transaction_id")) + " of " +
                     moment(at(decision, "event_time")) + " was " + past_tense(outcome) +
                     ", with a score of " + score(at(decision, "score")) + " of 1.\n";
  const auto before = page.size();
  for (const auto& verdict : at(decision, "reasons")) {
    if (!acted_on(verdict)) continue;
    page += "  - " + text(at(verdict, "words")) + " (" + text(at(verdict, "rule")) + ", " +
            score(at(verdict, "score")) + ")\n";
  }
  if (page.size() == before) page += "Of an approved transaction the store keeps no reasons.\n";
  return page;
}

std::string rule_line(const Json& verdict, bool shadow) {
  auto line = "  " + text(at(verdict, "rule")) + " " + text(at(verdict, "version")) + " (" +
              text(at(verdict, "plugin")) + "): ";
  const auto answer = text(at(verdict, "answer"));
  if (!answer.empty() && answer != "hit") return line + answer + "\n";
  line += "hit " + score(at(verdict, "score")) + ", " + text(at(verdict, "reason"));
  for (const auto& piece : at(verdict, "evidence")) {
    line += "; " + text(at(piece, "name")) + " " + text(at(piece, "value"));
    if (const auto unit = text(at(piece, "unit")); !unit.empty()) line += " " + unit;
  }
  return line + (shadow ? " (shadow: not acted on)\n" : "\n");
}

std::string rules(const Json& decision) {
  std::string lines;
  for (const auto& verdict : at(decision, "reasons")) {
    lines += rule_line(verdict, text(at(verdict, "mode")) == "shadow");
  }
  // Reasons hold every verdict that is not "no hit", of rules on trial as well.
  if (!lines.empty()) return lines;
  for (const auto& hit : at(decision, "shadow_hits")) lines += rule_line(hit, true);
  for (const auto& [key, what] :
       {std::pair{"inconclusive_rules", "inconclusive"}, std::pair{"error_rules", "in error"}}) {
    if (const auto ids = text(at(decision, key)); !ids.empty()) {
      lines += std::string("  ") + what + ": " + ids + "\n";
    }
  }
  return lines.empty() ? "  none on record\n" : lines;
}

constexpr const char* kToldElsewhere[] = {
    "transaction_id", "event_time",         "decision",    "score",      "reasons",
    "shadow_hits",    "inconclusive_rules", "error_rules", "fields",     "topic",
    "partition",      "record_offset",      "decided_at",  "config_hash"};

std::string values(const Json& decision) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [name, value] : decision.items()) {
    if (std::ranges::find(kToldElsewhere, name) == std::end(kToldElsewhere) && !value.is_null()) {
      all.emplace_back(name, text(value));
    }
  }
  if (const auto& fields = at(decision, "fields"); fields.is_object()) {
    for (const auto& [name, value] : fields.items()) all.emplace_back(name, text(value));
  }
  std::size_t width = 0;
  for (const auto& [name, value] : all) width = std::max(width, name.size());
  std::string lines;
  for (auto& [name, value] : all) {
    name.resize(width, ' ');
    lines += "  " + name + "  " + value + "\n";
  }
  return lines;
}

std::string record(const Json& decision) {
  auto lines = "  " + text(at(decision, "topic")) + ", partition " +
               text(at(decision, "partition")) + ", offset " + text(at(decision, "record_offset")) +
               "\n";
  if (const auto when = moment(at(decision, "decided_at")); !when.empty()) {
    lines += "  decided at " + when + "\n";
  }
  if (const auto hash = text(at(decision, "config_hash")); !hash.empty()) {
    lines += "  by configuration " + hash + " (in assay_configs)\n";
  }
  return lines;
}

std::string page_of(const Json& decision, bool colour) {
  const auto heading = [&](const std::string& title) {
    return "\n" + (colour ? "\033[1m" + title + "\033[0m" : title) + "\n";
  };
  return opening(decision) + heading("Rules") + rules(decision) + heading("Values") +
         values(decision) + heading("Record") + record(decision);
}

}  // namespace

tl::expected<std::string, std::string> page_of_decisions(std::string_view lines, bool colour) {
  const auto decisions = read(lines);
  if (!decisions) return tl::unexpected(decisions.error());
  std::string page;
  if (decisions->size() > 1) {
    page = "Stored " + std::to_string(decisions->size()) + " times under this id.\n\n";
  }
  for (std::size_t i = 0; i < decisions->size(); ++i) {
    if (i > 0) page += "\n";
    page += page_of((*decisions)[i], colour);
  }
  return page;
}

tl::expected<std::string, std::string> array_of_decisions(std::string_view lines) {
  auto decisions = read(lines);
  if (!decisions) return tl::unexpected(decisions.error());
  return Json(std::move(*decisions)).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::host
