#include "host/commands/plugin_report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/commands/table.hpp"
#include "host/diagnostics/printable.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::json;
using Pin = ExaminedPlugin::Pin;
using Severity = Finding::Severity;

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) all += (all.empty() ? "" : ", ") + printable(part);
  return all;
}

const char* words_of(Pin pin) {
  switch (pin) {
    case Pin::unknown:
      return "";
    case Pin::none:
      return "none";
    case Pin::holds:
      return "holds";
    case Pin::differs:
      return "differs";
  }
  return "";
}

std::string version_of(const ExaminedPlugin& plugin) {
  return plugin.inspection.note ? printable(plugin.inspection.note->version) : "?";
}

std::string state_of(const ExaminedPlugin& plugin) {
  const auto& findings = plugin.inspection.findings;
  if (!plugin.inspection.fit()) return "refused: " + findings.front().message;
  if (findings.empty()) return "fit";
  return "fit, " + std::to_string(findings.size()) +
         (findings.size() == 1 ? " advice" : " pieces of advice");
}

Json json_of(const Finding& finding) {
  return {{"severity", finding.severity == Severity::refusal ? "refusal" : "advice"},
          {"check", finding.check},
          {"message", finding.message},
          {"expected", finding.expected},
          {"help", finding.help}};
}

Json json_of(const ElfFacts& facts) {
  return {{"machine", facts.machine},
          {"libraries", facts.libraries},
          {"glibc", facts.glibc},
          {"search_path", facts.search_path},
          {"exports_entry", facts.entry},
          {"other_exports",
           {{"strong", facts.strong.count},
            {"weak", facts.weak.count},
            {"unique", facts.unique.count}}},
          {"text_relocations", facts.text_relocations},
          {"executable_stack", facts.executable_stack},
          {"writable_code", facts.writable_code}};
}

Json json_of(const ExaminedPlugin& plugin) {
  Json json{{"name", plugin.name},
            {"path", plugin.path},
            {"size", plugin.size},
            {"sha256", plugin.sha256},
            {"fit", plugin.inspection.fit()}};
  json["findings"] = Json::array();
  for (const auto& finding : plugin.inspection.findings) {
    json["findings"].push_back(json_of(finding));
  }
  const auto& note = plugin.inspection.note;
  json["abi_minor"] = note ? Json(note->abi_minor) : Json();
  json["note"] = note ? note->all : Json();
  json["file"] = plugin.inspection.facts ? json_of(*plugin.inspection.facts) : Json();
  if (plugin.pin != Pin::unknown) {
    json["pin"] = words_of(plugin.pin);
    json["used_by"] = plugin.users;
  }
  return json;
}

// Names in a file need not be UTF-8.
std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string field_words(const Json& field) {
  const auto text = [&](const char* key) {
    const auto found = field.find(key);
    return found != field.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!field.is_object()) return printable(field.dump());
  std::string words =
      text("name").empty() ? "what the parameter `" + text("parameter") + "` names" : text("name");
  if (!text("type").empty()) words += " (" + text("type") + ")";
  if (field.value("optional", Json(false)) == Json(true)) words += ", if it is there";
  if (!text("when").empty()) words += ", where " + text("when");
  return printable(words);
}

std::string reason_words(const Json& reason) {
  if (!reason.is_object()) return printable(reason.dump());
  std::string words;
  for (const auto* key : {"code", "evidence", "when"}) {
    const auto found = reason.find(key);
    if (found == reason.end()) continue;
    const auto text = found->is_string() ? found->get<std::string>() : found->dump();
    if (std::string_view(key) == "evidence" && found->empty()) continue;
    words += words.empty() ? text : (std::string_view(key) == "when" ? ", where " : " ") + text;
  }
  return printable(words);
}

// A line for each element of a list of the note.
template <class Words>
void add_list(std::string& text, const Json& note, const char* key, const char* title,
              Words words) {
  const auto found = note.find(key);
  if (found == note.end() || !found->is_array() || found->empty()) return;
  text += std::string(title) + "\n";
  for (const auto& one : *found) text += "  " + words(one) + "\n";
}

// "kind (block | allow, default block): Which list it is."
std::string setting_words(const std::string& name, const Json& setting) {
  if (!setting.is_object()) return printable(name);
  const auto plain = [](const Json& one) {
    return one.is_string() ? one.get<std::string>() : one.dump();
  };
  std::string facts;
  if (const auto type = setting.find("type"); type != setting.end()) facts = plain(*type);
  if (const auto values = setting.find("enum"); values != setting.end() && values->is_array()) {
    for (const auto& one : *values) facts += (facts.empty() ? "" : " | ") + plain(one);
  }
  if (const auto value = setting.find("default"); value != setting.end()) {
    facts += (facts.empty() ? "default " : ", default ") + plain(*value);
  }
  auto words = name + (facts.empty() ? "" : " (" + facts + ")");
  if (const auto text = setting.find("description"); text != setting.end()) {
    words += ": " + plain(*text);
  }
  return printable(words);
}

void add_note(std::string& text, const PluginNote& note) {
  const auto plain = [](const Json& one) {
    return printable(one.is_string() ? one.get<std::string>() : one.dump());
  };
  if (const auto summary = note.all.find("summary"); summary != note.all.end()) {
    text += plain(*summary) + "\n";
  }
  add_list(text, note.all, "interfaces", "offers", plain);
  add_list(text, note.all, "wants", "asks the host for", plain);
  add_list(text, note.all, "records", "takes records", plain);
  add_list(text, note.all, "fields", "reads", field_words);
  add_list(text, note.all, "reasons", "reasons", reason_words);
  const auto schema = note.all.find("schema");
  if (schema == note.all.end() || !schema->is_object()) return;
  const auto properties = schema->find("properties");
  if (properties == schema->end() || !properties->is_object() || properties->empty()) return;
  text += "settings\n";
  for (const auto& [key, value] : properties->items()) {
    text += "  " + setting_words(key, value) + "\n";
  }
}

}  // namespace

std::string kind_of(const ExaminedPlugin& plugin) {
  if (!plugin.inspection.note) return "?";
  for (const auto& interface : plugin.inspection.note->interfaces) {
    if (interface.starts_with("assay.rule/")) return "rule";
    if (interface.starts_with("assay.sink/")) return "sink";
  }
  return "?";
}

std::string print_plugins(const std::vector<ExaminedPlugin>& plugins, bool with_configuration) {
  if (plugins.empty()) return "no plugin is in the folders\n";
  std::vector<std::vector<std::string>> rows{{"NAME", "VERSION", "KIND", "SHA256", "STATE"}};
  if (with_configuration) rows[0].insert(rows[0].end() - 1, {"PIN", "USED BY"});
  for (const auto& plugin : plugins) {
    std::vector<std::string> row{printable(plugin.name), version_of(plugin), kind_of(plugin),
                                 plugin.sha256.substr(0, 12), state_of(plugin)};
    if (with_configuration) {
      const std::string users = plugin.users.empty() ? "-" : joined(plugin.users);
      row.insert(row.end() - 1, {words_of(plugin.pin), users});
    }
    rows.push_back(std::move(row));
  }
  return print_table(rows);
}

std::string print_plugin(const ExaminedPlugin& plugin) {
  const auto& inspection = plugin.inspection;
  std::string text = printable(plugin.path) + "\n";
  if (inspection.note) {
    text += printable(inspection.note->id) + " " + version_of(plugin) + ", " + kind_of(plugin) +
            ", ABI 1." + std::to_string(inspection.note->abi_minor) + "\n";
    add_note(text, *inspection.note);
  }
  if (inspection.facts) {
    text += "needs " + joined(inspection.facts->libraries) + "; glibc " +
            (inspection.facts->glibc.empty() ? "of any version" : inspection.facts->glibc) + "\n";
  }
  if (!plugin.sha256.empty()) {
    text += std::to_string(plugin.size) + " bytes, sha256:" + plugin.sha256 + "\n";
  }
  if (plugin.pin != Pin::unknown) text += std::string("pin: ") + words_of(plugin.pin) + "\n";
  for (const auto& finding : inspection.findings) {
    text += std::string(finding.severity == Severity::refusal ? "refused: " : "advice: ") +
            finding.message + "\n  expected: " + finding.expected + "\n  help: " + finding.help +
            "\n";
  }
  return text + (inspection.fit() ? "fit to be loaded; nothing of it was run\n"
                                  : "not fit to be loaded; nothing of it was run\n");
}

std::string json_of_plugins(const std::vector<ExaminedPlugin>& plugins) {
  auto list = Json::array();
  for (const auto& plugin : plugins) list.push_back(json_of(plugin));
  return dumped(list);
}

std::string json_of_plugin(const ExaminedPlugin& plugin) { return dumped(json_of(plugin)); }

std::string print_pins(const std::vector<ExaminedPlugin>& plugins) {
  std::string text =
      "# Written by `assay plugins pin`: lay it over the configuration with another -c.\n"
      "plugins:\n  require_pins: true\n  pins:\n";
  for (const auto& plugin : plugins) {
    // A text in JSON is one in YAML.
    text += "    " + Json(plugin.name).dump() + ": sha256:" + plugin.sha256 + "\n";
  }
  return text;
}

std::string json_of_pins(const std::vector<ExaminedPlugin>& plugins) {
  auto pins = Json::object();
  for (const auto& plugin : plugins) pins[plugin.name] = "sha256:" + plugin.sha256;
  return dumped({{"plugins", {{"require_pins", true}, {"pins", pins}}}});
}

}  // namespace assay::host
