#include "host/commands/diff_report.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;
using Part = Change::Part;
using Weight = Consequence::Weight;

constexpr std::size_t kLongestValue = 100;  // bytes of a value in text

struct PartName {
  Part part;
  const char* id;
  const char* heading;
};
constexpr std::array kParts{PartName{Part::source, "source", "Source"},
                            PartName{Part::schema, "schema", "Fields"},
                            PartName{Part::rules, "rules", "Rules"},
                            PartName{Part::features, "features", "History"},
                            PartName{Part::decision, "decision", "Decision"},
                            PartName{Part::sinks, "sinks", "Sinks"},
                            PartName{Part::chains, "chains", "Chains"},
                            PartName{Part::engine, "engine", "Engine"}};

std::string kind_id(Change::Kind kind) {
  if (kind == Change::Kind::added) return "added";
  return kind == Change::Kind::removed ? "removed" : "changed";
}

const char* mark(Change::Kind kind) {
  if (kind == Change::Kind::added) return "+";
  return kind == Change::Kind::removed ? "-" : "~";
}

std::string weight_id(Weight weight) {
  if (weight == Weight::warning) return "warning";
  return weight == Weight::restart ? "restart" : "note";
}

// On one line, and not longer than a person reads.
std::string clipped(const std::optional<std::string>& value) {
  if (!value) return "not given";
  std::string text;
  for (const char letter : *value) {
    const bool blank = letter == '\n' || letter == '\t' || letter == ' ';
    if (blank && !text.empty() && text.back() == ' ') continue;
    text += blank ? ' ' : letter;
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (text.size() <= kLongestValue) return text.empty() ? "\"\"" : text;
  std::size_t end = kLongestValue;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  return text.substr(0, end) + "...";
}

std::string in_words(const Difference& one) {
  if (one.secret && one.before && one.after) return one.path + ": another secret";
  return one.path + ": " + clipped(one.before) + " -> " + clipped(one.after);
}

std::string in_words(const Change& change) {
  auto text = std::string("  ") + mark(change.kind) + " " + change.what + "\n";
  for (const auto& one : change.differences) text += "      " + in_words(one) + "\n";
  for (const auto& one : change.consequences) {
    text += one.weight == Weight::note ? "    " : "    " + weight_id(one.weight) + ": ";
    text += one.words + "\n";
  }
  return text;
}

std::string counted(const Comparison& comparison, Part part, const std::string& what) {
  std::string all;
  for (const auto kind : {Change::Kind::added, Change::Kind::changed, Change::Kind::removed}) {
    const auto count = std::ranges::count_if(comparison.changes, [&](const Change& change) {
      return change.part == part && change.kind == kind;
    });
    if (count > 0) {
      all += (all.empty() ? what + " " : ", ") + std::to_string(count) + " " + kind_id(kind);
    }
  }
  return all;
}

std::size_t warnings(const Comparison& comparison) {
  std::size_t count = 0;
  for (const auto& change : comparison.changes) {
    count += static_cast<std::size_t>(
        std::ranges::count(change.consequences, Weight::warning, &Consequence::weight));
  }
  return count;
}

std::string last_line(const Comparison& comparison) {
  const auto hashes =
      "configuration " + comparison.before.substr(0, 12) + " -> " + comparison.after.substr(0, 12);
  if (comparison.changes.empty()) {
    return comparison.before == comparison.after
               ? "the same: configuration " + comparison.before.substr(0, 12) + "\n"
               : "the same in effect, and written otherwise: " + hashes + "\n";
  }
  std::string text;
  for (const auto& [part, id, heading] : kParts) {
    std::string name = heading;
    name.front() = static_cast<char>(name.front() - 'A' + 'a');
    if (auto words = counted(comparison, part, name); !words.empty()) text += words + "; ";
  }
  text += std::to_string(comparison.features_kept) + " features kept\n";
  if (const auto count = warnings(comparison); count > 0) {
    text += count == 1 ? "1 warning\n" : std::to_string(count) + " warnings\n";
  }
  return text + hashes + ", from the next start of each process on\n";
}

std::string print_text(const Comparison& comparison) {
  std::string text;
  for (const auto& [part, id, heading] : kParts) {
    std::string of_part;
    for (const auto& change : comparison.changes) {
      if (change.part == part) of_part += in_words(change);
    }
    if (!of_part.empty()) text += std::string(heading) + "\n" + of_part + "\n";
  }
  return text + last_line(comparison);
}

Json value_json(const std::optional<std::string>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json change_json(const Change& change) {
  const auto part = std::ranges::find(kParts, change.part, &PartName::part);
  Json object{{"part", part->id},
              {"kind", kind_id(change.kind)},
              {"what", change.what},
              {"settings", Json::array()},
              {"consequences", Json::array()}};
  for (const auto& one : change.differences) {
    object["settings"].push_back({{"path", one.path},
                                  {"before", value_json(one.before)},
                                  {"after", value_json(one.after)},
                                  {"secret", one.secret}});
  }
  for (const auto& one : change.consequences) {
    object["consequences"].push_back({{"weight", weight_id(one.weight)}, {"words", one.words}});
  }
  return object;
}

std::string print_json(const Comparison& comparison) {
  Json document{{"same", comparison.changes.empty()},
                {"before", comparison.before},
                {"after", comparison.after},
                {"features_kept", comparison.features_kept},
                {"changes", Json::array()}};
  for (const auto& change : comparison.changes) document["changes"].push_back(change_json(change));
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string print_comparison(const Comparison& comparison, ReportFormat format) {
  return format == ReportFormat::json ? print_json(comparison) : print_text(comparison);
}

}  // namespace assay::host
