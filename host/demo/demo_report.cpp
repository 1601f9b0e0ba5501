#include "host/demo/demo_report.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "host/produce/progress_line.hpp"

namespace assay::host {
namespace {

constexpr std::size_t kNameWidth = 22;
constexpr std::size_t kNumberWidth = 10;
constexpr std::size_t kFoundWidth = 16;

std::string left(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%",
                whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

// Lines of names and numbers under headings.
class Page {
 public:
  explicit Page(bool colour) : colour_(colour) {}

  void heading(const std::string& text) {
    text_ += "\n" + (colour_ ? "\033[1m" + text + "\033[0m" : text) + "\n";
  }
  void line(const std::string& name, std::uint64_t number, const std::string& remark = {}) {
    text_ += "  " + left(name, kNameWidth) + right(with_thousands(number), kNumberWidth) +
             (remark.empty() ? "" : "   " + remark) + "\n";
  }
  void text(const std::string& line) { text_ += "  " + line + "\n"; }
  // Good news in green, bad news in red.
  void verdict(const std::string& name, std::int64_t number, bool good, const std::string& remark) {
    const auto shown = right(std::to_string(number), kNumberWidth);
    const auto* paint = good ? "\033[32m" : "\033[1;31m";
    text_ += "  " + left(name, kNameWidth) + (colour_ ? paint + shown + "\033[0m" : shown) + "   " +
             remark + "\n";
  }
  [[nodiscard]] std::string end() { return std::move(text_); }

 private:
  bool colour_;
  std::string text_;
};

void explain(const FlaggedRow& row, Page& page) {
  char score[16];
  std::snprintf(score, sizeof score, "%.2f", row.score);
  page.text(row.amount + " " + row.currency + " at " + row.merchant + ", " + row.location + ", " +
            row.time + " UTC");
  page.text("decision " + row.decision + ", score " + score + ", because");
  const auto reasons = nlohmann::json::parse(row.reasons, nullptr, false);
  if (!reasons.is_array()) return;
  for (const auto& reason : reasons) {
    if (reason.value("answer", "") != "hit") continue;
    page.text("  - " + reason.value("words", "") + " [" + reason.value("rule", "") + "]");
  }
}

std::size_t reason_count(const FlaggedRow& row) {
  const auto reasons = nlohmann::json::parse(row.reasons, nullptr, false);
  return reasons.is_array() ? reasons.size() : 0;
}

// The one with most to say for itself.
bool more_telling(const FlaggedRow& a, const FlaggedRow& b) {
  if (reason_count(a) != reason_count(b)) return reason_count(a) > reason_count(b);
  return a.score > b.score;
}

// What the ground truth says of one, and what came of it.
struct Incident {
  std::size_t pattern = 0;
  double strength = 0;
  std::uint64_t transactions = 0;
  std::uint64_t flagged = 0;
};

bool read_label(const std::string& label,
                std::unordered_map<std::string, std::uint64_t>& incident_of,
                std::map<std::uint64_t, Incident>& incidents) {
  const auto json = nlohmann::json::parse(label, nullptr, false);
  if (!json.is_object() || !json.contains("incident") || !json.contains("strength")) return false;
  if (!json["incident"].is_number_unsigned() || !json["strength"].is_number()) return false;
  const auto name = json.value("pattern", "");
  const auto known = std::find(fraud_pattern_names.begin(), fraud_pattern_names.end(), name);
  if (known == fraud_pattern_names.end()) return false;
  const auto number = json["incident"].get<std::uint64_t>();
  // A label may come twice.
  if (!incident_of.emplace(json.value("transaction_id", ""), number).second) return true;
  auto& incident = incidents[number];
  incident.pattern = static_cast<std::size_t>(known - fraud_pattern_names.begin());
  incident.strength = json["strength"].get<double>();
  ++incident.transactions;
  return true;
}

void count(const Incident& incident, DemoFacts::Found& of) {
  ++of.injected;
  of.found += incident.flagged > 0 ? 1 : 0;
}

// A genuine payment was flagged: on whose word?
void blame(const FlaggedRow& row, std::vector<DemoFacts::Rule>& rules) {
  const auto reasons = nlohmann::json::parse(row.reasons, nullptr, false);
  if (!reasons.is_array()) return;
  for (const auto& reason : reasons) {
    if (reason.value("answer", "") != "hit") continue;
    const auto rule = std::ranges::find(rules, reason.value("rule", ""), &DemoFacts::Rule::id);
    if (rule != rules.end()) ++rule->genuine;
  }
}

std::string of(const DemoFacts::Found& found) {
  return with_thousands(found.found) + " of " + with_thousands(found.injected);
}

std::string share(const DemoFacts::Found& found) {
  if (found.injected == 0) return "-";
  char text[16];
  std::snprintf(text, sizeof text, "%.2f",
                static_cast<double>(found.found) / static_cast<double>(found.injected));
  return text;
}

std::string row_of(const std::string& name, const DemoFacts::Pattern& pattern) {
  return left(name, kNameWidth) + right(of(pattern.transactions), kFoundWidth) +
         right(of(pattern.incidents), kFoundWidth) + right(of(pattern.strong), kFoundWidth) +
         right(share(pattern.strong), kNumberWidth);
}

void say_found(const DemoFacts& facts, Page& page) {
  page.heading("Frauds found");
  page.text(left("", kNameWidth) + right("transactions", kFoundWidth) +
            right("incidents", kFoundWidth) + right("strong ones", kFoundWidth) +
            right("recall", kNumberWidth));
  for (std::size_t i = 0; i < fraud_pattern_count; ++i) {
    if (facts.patterns[i].transactions.injected == 0) continue;
    page.text(row_of(std::string(fraud_pattern_names[i]), facts.patterns[i]));
  }
  const auto frauds = facts.frauds();
  page.text(row_of("all", frauds));
  page.text(
      "An incident is found when one of its transactions is flagged: the first payments of a");
  page.text(
      "burst are over no limit yet. Strong ones reach 1.5 times the usual limit or more, and");
  page.text("the recall is theirs; of the others many stay below every limit, as in life.");

  page.heading("Genuine ones flagged");
  const auto genuine =
      facts.stored.transactions - std::min(facts.stored.transactions, frauds.transactions.injected);
  page.line("all", facts.genuine_flagged,
            percent(facts.genuine_flagged, genuine) + " of the genuine ones");
  for (const auto& rule : facts.rules) {
    if (rule.genuine > 0) page.line(rule.id, rule.genuine, "with a hit of it");
  }
}

std::uint64_t decisions(const DemoFacts& facts, const char* kind) {
  const auto found = facts.stored.decisions.find(kind);
  return found == facts.stored.decisions.end() ? 0 : found->second;
}

}  // namespace

std::int64_t DemoFacts::lost() const {
  return static_cast<std::int64_t>(produced) -
         static_cast<std::int64_t>(stored.transactions + dead_lettered + duplicates);
}

DemoFacts::Pattern DemoFacts::frauds() const {
  Pattern all;
  for (const auto& pattern : patterns) {
    for (auto of : {&Pattern::transactions, &Pattern::incidents, &Pattern::strong}) {
      (all.*of).injected += (pattern.*of).injected;
      (all.*of).found += (pattern.*of).found;
    }
  }
  return all;
}

bool judge_by_labels(const std::vector<std::string>& labels, DemoFacts& facts) {
  std::unordered_map<std::string, std::uint64_t> incident_of;  // by transaction
  std::map<std::uint64_t, Incident> incidents;
  for (const auto& label : labels) {
    if (!read_label(label, incident_of, incidents)) return false;
  }
  for (const auto& row : facts.stored.flagged) {
    const auto label = incident_of.find(row.id);
    if (label == incident_of.end()) {
      ++facts.genuine_flagged;
      blame(row, facts.rules);
      continue;
    }
    ++incidents.at(label->second).flagged;
    if (!facts.explained || more_telling(row, *facts.explained)) facts.explained = row;
  }
  for (const auto& [number, incident] : incidents) {
    auto& pattern = facts.patterns[incident.pattern];
    pattern.transactions.injected += incident.transactions;
    pattern.transactions.found += incident.flagged;
    count(incident, pattern.incidents);
    if (incident.strength >= DemoFacts::kStrong) count(incident, pattern.strong);
  }
  return true;
}

std::string human_report(const DemoFacts& facts, bool colour) {
  Page page(colour);
  page.heading("What happened");
  page.line("produced", facts.produced,
            "messages, " + std::to_string(facts.broken) + " of them broken on purpose");
  page.line("decided", facts.decided);
  page.line("dead-lettered", facts.dead_lettered, "each with its reason");
  if (facts.duplicates > 0) page.line("duplicates", facts.duplicates);
  page.verdict("lost", facts.lost(), facts.lost() == 0,
               facts.lost() == 0 ? "counted in the database, not by the engine"
                                 : "this should not be: please report it");

  page.heading("Decisions");
  for (const auto* kind : {"approve", "review", "decline"}) {
    page.line(kind, decisions(facts, kind),
              percent(decisions(facts, kind), facts.stored.transactions));
  }
  page.line("mails", facts.mails, "to customers and to the fraud desk");

  page.heading("Hits by rule");
  for (const auto& rule : facts.rules) page.line(rule.id, rule.hits);

  say_found(facts, page);

  if (facts.explained) {
    page.heading("One hit in words");
    explain(*facts.explained, page);
  }
  page.heading("Look around");
  for (const auto& command : facts.look) page.text(command);
  return page.end();
}

std::string json_report(const DemoFacts& facts) {
  const auto frauds = facts.frauds();
  nlohmann::ordered_json json;
  json["produced"] = facts.produced;
  json["decided"] = facts.decided;
  json["dead_lettered"] = facts.dead_lettered;
  json["lost"] = facts.lost();
  json["transactions_rows"] = facts.stored.transactions;
  json["fraud_transactions_rows"] = facts.stored.fraud_transactions;
  json["mails"] = facts.mails;
  json["frauds_injected"] = frauds.transactions.injected;
  json["frauds_found"] = frauds.transactions.found;
  json["genuine_flagged"] = facts.genuine_flagged;
  return json.dump() + "\n";
}

}  // namespace assay::host
