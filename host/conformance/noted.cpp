#include "host/conformance/noted.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/layout.hpp"
#include "host/diagnostics/printable.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Those of a key that are objects; others are somebody's own affair.
std::vector<Json> objects_of(const Json& note, const char* key) {
  std::vector<Json> objects;
  const auto found = note.find(key);
  if (found == note.end() || !found->is_array()) return objects;
  for (const auto& one : *found) {
    if (one.is_object()) objects.push_back(one);
  }
  return objects;
}

// A setting's value; `*` where it is left to the plugin, for that may be anything.
std::string value_of(const Node& settings, std::string_view name) {
  const auto* found = settings.find(name);
  return found && found->is_scalar() ? found->text : "*";
}

// With the values of settings for {settings}.
std::string filled(std::string_view pattern, const Node& settings) {
  std::string text;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    const auto close = pattern.find('}', open);
    if (open == pattern.npos || close == pattern.npos) break;
    text += pattern.substr(0, open);
    text += value_of(settings, pattern.substr(open + 1, close - open - 1));
    pattern.remove_prefix(close + 1);
  }
  return text.append(pattern);
}

// `*` stands for anything, once.
bool matches(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == pattern.npos) return pattern == text;
  const auto before = pattern.substr(0, star);
  const auto behind = pattern.substr(star + 1);
  return text.size() >= before.size() + behind.size() && text.starts_with(before) &&
         text.ends_with(behind);
}

std::string type_words(std::uint32_t type) {
  return std::string(core::to_string(static_cast<core::FieldType>(type)));
}

void compare_fields(const std::vector<Json>& noted, const Declared& declared, const Node& settings,
                    const std::string& note) {
  const auto mend = "write in " + note + " what `bind` declares";
  struct Noted {
    std::string name;
    std::string type;
    bool always;
  };
  std::vector<Noted> fields;
  for (const auto& one : noted) {
    const auto name = text_of(one, "name");
    fields.push_back({name.empty() ? value_of(settings, text_of(one, "parameter")) : name,
                      text_of(one, "type"), !one.contains("when") && !name.empty()});
  }
  for (const auto& column : declared.columns) {
    if (column.origin != DeclaredColumn::Origin::field) continue;
    const auto known = std::ranges::find_if(
        fields, [&](const Noted& field) { return matches(field.name, column.name); });
    if (known == fields.end()) {
      throw Broken{
          "it binds the field `" + printable(column.name) + "`, which its note does not name",
          mend};
    }
    if (!known->type.empty() && known->type != type_words(column.type)) {
      throw Broken{"it binds `" + printable(column.name) + "` as " + type_words(column.type) +
                       ", its note says " + printable(known->type),
                   mend};
    }
  }
  for (const auto& field : fields) {
    const auto bound = std::ranges::any_of(declared.columns, [&](const DeclaredColumn& column) {
      return column.origin == DeclaredColumn::Origin::field && column.name == field.name;
    });
    if (bound || !field.always) continue;
    throw Broken{"its note names the field `" + printable(field.name) + "`, which it does not bind",
                 "take it out of " + note + ", or say under `when` in which case it is bound"};
  }
}

void compare_reasons(const std::vector<Json>& noted, const Declared& declared, const Node& settings,
                     const std::string& note) {
  const auto mend = "write in " + note + " what `bind` declares";
  const auto code_of = [&](const Json& one) { return filled(text_of(one, "code"), settings); };
  for (const auto& reason : declared.reasons) {
    const auto known = std::ranges::find_if(
        noted, [&](const Json& one) { return matches(code_of(one), reason.code); });
    if (known == noted.end()) {
      throw Broken{
          "it declares the reason `" + printable(reason.code) + "`, which its note does not name",
          mend};
    }
    const auto evidence = known->find("evidence");
    if (evidence != known->end() && *evidence != Json(reason.evidence)) {
      throw Broken{"it declares `" + printable(reason.code) + "` with evidence " +
                       printable(Json(reason.evidence).dump()) + ", its note says " +
                       printable(evidence->dump()),
                   mend};
    }
  }
  for (const auto& one : noted) {
    const auto pattern = code_of(one);
    const auto declares = std::ranges::any_of(declared.reasons, [&](const DeclaredReason& reason) {
      return matches(pattern, reason.code);
    });
    if (declares || one.contains("when")) continue;
    throw Broken{
        "its note names the reason `" + printable(pattern) + "`, which it does not declare",
        "take it out of " + note + ", or say under `when` in which case it is declared"};
  }
}

}  // namespace

std::string note_words(const Candidate& candidate) {
  const auto beside = std::filesystem::path(candidate.file).parent_path() / "plugin.json";
  std::error_code none;
  if (std::filesystem::exists(beside, none)) return "the note (" + printable(beside.string()) + ")";
  return "the note (the plugin.json or ASSAY_NOTE that " + printable(candidate.file) +
         " was built with)";
}

const Finding* unsound_note(const Candidate& candidate) {
  const auto& findings = candidate.inspection.findings;
  const auto found = std::ranges::find_if(findings, [](const Finding& finding) {
    return finding.check == "note" && finding.severity == Finding::Severity::refusal;
  });
  return found == findings.end() ? nullptr : &*found;
}

Judgement compare_with_note(const Candidate& candidate, const Declared& declared,
                            const Node& settings) {
  const auto& note = candidate.inspection.note->all;
  const auto words = note_words(candidate);
  const bool fields = note.contains("fields");
  const bool reasons = note.contains("reasons");
  if (!fields && !reasons) return skipped("its note names no fields and no reasons");
  if (fields) compare_fields(objects_of(note, "fields"), declared, settings, words);
  if (reasons) compare_reasons(objects_of(note, "reasons"), declared, settings, words);
  return passed(fields && reasons ? "its fields and reasons"
                : fields          ? "its fields"
                                  : "its reasons");
}

}  // namespace assay::host
