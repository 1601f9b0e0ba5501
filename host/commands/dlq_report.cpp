#include "host/commands/dlq_report.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/decode/timestamp.hpp"
#include "host/commands/table.hpp"
#include "host/dead_letters/letter_filter.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

// To the second: more is in the JSON.
std::string moment(std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return nanoseconds > 0 ? core::format_time(nanoseconds / kSecond * kSecond) : "-";
}

std::string joined(const std::vector<std::int32_t>& partitions) {
  std::string text;
  for (const auto partition : partitions) {
    text += (text.empty() ? "" : ",") + std::to_string(partition);
  }
  return text;
}

std::string printed(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// What a terminal would obey stands as `?`: the bytes are a stranger's.
std::string visible(std::string_view bytes) {
  std::string text;
  for (const char letter : bytes) {
    const auto byte = static_cast<unsigned char>(letter);
    text += byte < 0x20 || byte == 0x7f ? '?' : letter;
  }
  return text;
}

Json json_of_resolution(const Resolution& resolution) {
  Json json{{"how", to_string(resolution.how)}, {"at", core::format_time(resolution.at)}};
  if (resolution.attempt > 0) json["attempt"] = resolution.attempt;
  if (const auto& to = resolution.to) {
    json["to"] = {{"partition", to->partition}, {"offset", to->offset}};
  }
  if (!resolution.note.empty()) json["note"] = resolution.note;
  return json;
}

Json json_of_case(const LetterCase& one) {
  const auto& letter = one.letter;
  Json json{{"topic", letter.subject.topic},
            {"partition", letter.subject.partition},
            {"offset", letter.subject.offset},
            {"step", step_name(letter.subject)},
            {"code", letter.code},
            {"reason", letter.words},
            {"failed", core::format_time(letter.first_at)},
            {"state", state_text(one)}};
  if (one.resolution) json["resolution"] = json_of_resolution(*one.resolution);
  return json;
}

}  // namespace

std::string position_text(const LetterSubject& subject) {
  return std::to_string(subject.partition) + ":" + std::to_string(subject.offset);
}

std::string state_text(const LetterCase& one) {
  return one.open || !one.resolution ? "open" : to_string(one.resolution->how);
}

std::string print_groups(const std::vector<LetterGroup>& groups) {
  std::vector<std::vector<std::string>> rows{
      {"COUNT", "OPEN", "STEP", "CODE", "PARTITIONS", "OLDEST", "NEWEST", "EXAMPLE", "REASON"}};
  for (const auto& group : groups) {
    rows.push_back({std::to_string(group.count), std::to_string(group.open), group.step, group.code,
                    joined(group.partitions), moment(group.oldest), moment(group.newest),
                    position_text(group.example), visible(group.reason)});
  }
  return print_table(rows);
}

std::string json_of_groups(const std::vector<LetterGroup>& groups) {
  Json list = Json::array();
  for (const auto& group : groups) {
    list.push_back({{"step", group.step},
                    {"code", group.code},
                    {"reason", group.reason},
                    {"count", group.count},
                    {"open", group.open},
                    {"partitions", group.partitions},
                    {"oldest", core::format_time(group.oldest)},
                    {"newest", core::format_time(group.newest)},
                    {"example",
                     {{"topic", group.example.topic},
                      {"partition", group.example.partition},
                      {"offset", group.example.offset}}}});
  }
  return printed(Json{{"groups", std::move(list)}});
}

std::string print_each(const std::vector<LetterCase>& cases) {
  std::vector<std::vector<std::string>> rows{
      {"POSITION", "TOPIC", "STEP", "CODE", "FAILED", "STATE", "REASON"}};
  for (const auto& one : cases) {
    const auto& letter = one.letter;
    rows.push_back({position_text(letter.subject), letter.subject.topic, step_name(letter.subject),
                    letter.code, moment(letter.first_at), state_text(one), visible(letter.words)});
  }
  return print_table(rows);
}

std::string json_of_each(const std::vector<LetterCase>& cases) {
  Json list = Json::array();
  for (const auto& one : cases) list.push_back(json_of_case(one));
  return printed(Json{{"dead_letters", std::move(list)}});
}

std::string print_letter(const LetterCase& one, const std::string& place) {
  const auto& letter = one.letter;
  const bool decoded = !letter.subject.step.empty();
  std::string text = "the record of " + letter.subject.topic + " at " +
                     position_text(letter.subject) +
                     (decoded ? " could not be taken by step " + letter.subject.step
                              : std::string(" did not become a transaction")) +
                     "\n\n";
  const auto line = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text += "  ";
    text += name;
    text.append(14 - std::min<std::size_t>(13, name.size()), ' ');
    text += visible(value) + "\n";
  };
  std::string state = state_text(one);
  if (!one.open && one.resolution) {
    state += " " + moment(one.resolution->at);
    if (const auto& to = one.resolution->to) {
      state += ", stands anew at " + std::to_string(to->partition) + ":" +
               std::to_string(to->offset) + " (attempt " + std::to_string(one.resolution->attempt) +
               ")";
    }
    if (!one.resolution->note.empty()) state += ": " + one.resolution->note;
  }
  std::string stored = place + ", " + std::to_string(letter.place.partition) + ":" +
                       std::to_string(letter.place.offset);
  if (one.letters.size() > 1) {
    stored += ", and " + std::to_string(one.letters.size() - 1) + " more of the same record";
  }
  line("state", state);
  line("code", letter.code);
  line("reason", letter.words);
  line("class", letter.error_class);
  line("failed", core::format_time(letter.first_at));
  line("record of", letter.record_time > 0 ? core::format_time(letter.record_time) : "");
  line("redriven", letter.redriven > 0 ? std::to_string(letter.redriven) + " times before" : "");
  line("stands in", stored);
  line("engine", letter.engine_version);
  line("configuration", letter.config_hash);
  line("payload hash", letter.payload_hmac);
  line("key", letter.key);
  for (const auto& [name, value] : letter.own) line("header", name + ": " + value);
  line(decoded ? "fields" : "message", letter.value.empty() ? "(empty)" : letter.value);
  if (one.open) {
    text += "\nOnce the cause is mended: assay dlq redrive --position " +
            position_text(letter.subject) + "\n";
  }
  return text;
}

std::string json_of_letters(const std::vector<LetterCase>& cases) {
  Json list = Json::array();
  for (const auto& one : cases) {
    const auto& letter = one.letter;
    auto json = json_of_case(one);
    json["class"] = letter.error_class;
    if (letter.record_time > 0) json["record_time"] = core::format_time(letter.record_time);
    json["redriven"] = letter.redriven;
    for (const auto& place : one.letters) {
      json["stands_at"].push_back({{"partition", place.partition}, {"offset", place.offset}});
    }
    json["engine_version"] = letter.engine_version;
    json["config_hash"] = letter.config_hash;
    if (!letter.payload_hmac.empty()) json["payload_hmac_sha256"] = letter.payload_hmac;
    json["key"] = letter.key;
    json["headers"] = Json::object();
    for (const auto& [name, value] : letter.own) json["headers"][name] = value;
    json["value"] = letter.value;
    list.push_back(std::move(json));
  }
  return printed(Json{{"dead_letters", std::move(list)}});
}

}  // namespace assay::host
