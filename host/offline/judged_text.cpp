#include "host/offline/judged_text.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace assay::host {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string_view past_tense(core::Outcome outcome) {
  switch (outcome) {
    case core::Outcome::approve:
      return "approved";
    case core::Outcome::review:
      return "sent to review";
    case core::Outcome::decline:
      return "declined";
  }
  return "";
}

// Of live rules that hit: what the decision rests on, the strongest first.
std::vector<const JudgedVerdict*> grounds(const Judged& judged) {
  std::vector<const JudgedVerdict*> all;
  for (const auto& verdict : judged.verdicts) {
    if (verdict.answer == ASSAY_HIT && !verdict.shadow) all.push_back(&verdict);
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &JudgedVerdict::score);
  return all;
}

// " of 12.50 EUR at Bakery, Paris,": as far as the feed has fields of these names.
std::string which(const Judged& judged) {
  const auto value = [&](std::string_view name) {
    const auto* field = judged.field(name);
    return field ? field->value.value_or("") : std::string();
  };
  std::string text;
  const auto add = [&](std::string_view before, const std::string& word) {
    if (!word.empty()) text.append(before).append(word);
  };
  if (!value("amount").empty()) {
    add(" of ", value("amount"));
    add(" ", value("currency"));
  }
  add(" at ", value("merchant"));
  add(text.empty() ? " in " : ", ", value("location"));
  return text.empty() || value("location").empty() ? text : text + ",";
}

std::string opening(const Judged& judged) {
  const auto why = grounds(judged);
  std::string text = "The transaction" + which(judged) + " is " +
                     std::string(past_tense(judged.outcome)) + ", with a score of " +
                     number(judged.score) + " of 1";
  if (why.empty()) return text + ".\nNo rule has anything against it.\n";
  text += judged.outcome == core::Outcome::approve ? ", although\n" : ", because\n";
  for (const auto* verdict : why) {
    text += "  - " + verdict->words + " (" + verdict->rule + ", " + number(verdict->score) + ")\n";
  }
  return text;
}

std::string why_it_failed(const JudgedVerdict& verdict) {
  return verdict.failure.empty() ? "the rule failed" : verdict.failure;
}

std::string answer_line(const JudgedVerdict& verdict, std::size_t width) {
  auto line = "  " + padded(verdict.rule, width) + "  ";
  if (verdict.answer != ASSAY_HIT) {
    line += verdict.answer == ASSAY_NO_HIT         ? "no hit"
            : verdict.answer == ASSAY_INCONCLUSIVE ? "inconclusive: something it needs is absent"
            : verdict.answer == ASSAY_ERROR        ? "error: " + why_it_failed(verdict)
                                                   : "not evaluated";
  } else {
    line += "hit " + number(verdict.score) + ", " + verdict.reason;
    for (const auto& one : verdict.evidence) line += "; " + one.name + " " + one.value;
  }
  line += verdict.shadow ? " (shadow: not acted on)\n" : "\n";
  for (const auto& part : verdict.parts) {
    line += std::string(width + 6, ' ') + part.text + " is " + part.value + "\n";
  }
  return line;
}

}  // namespace

std::string to_page(const Judged& judged, bool colour) {
  const auto heading = [&](const std::string& text) {
    return "\n" + (colour ? "\033[1m" + text + "\033[0m" : text) + "\n";
  };
  auto page = opening(judged);

  page += heading("Rules");
  std::size_t width = 0;
  for (const auto& verdict : judged.verdicts) width = std::max(width, verdict.rule.size());
  for (const auto& verdict : judged.verdicts) page += answer_line(verdict, width);

  page += heading("Values");
  width = 0;
  for (const auto& field : judged.fields) width = std::max(width, field.name.size());
  for (const auto& field : judged.fields) {
    page += "  " + padded(field.name, width) + "  " + field.value.value_or("(absent)") + "\n";
  }

  page += heading("Taken by");
  if (judged.steps.empty()) page += "  no step of any chain\n";
  for (const auto& step : judged.steps) page += "  " + step + "\n";
  return page;
}

std::string to_json(const Judged& judged) {
  using Json = nlohmann::ordered_json;
  Json json;
  json["decision"] = core::to_string(judged.outcome);
  json["score"] = judged.score;
  json["verdicts"] = Json::array();
  for (const auto& verdict : judged.verdicts) {
    Json one{{"rule", verdict.rule},
             {"version", verdict.version},
             {"mode", verdict.shadow ? "shadow" : "live"},
             {"answer", answer_name(verdict.answer)}};
    if (verdict.answer == ASSAY_HIT) {
      one["reason"] = verdict.reason;
      one["score"] = verdict.score;
      one["words"] = verdict.words;
      if (!verdict.customer_words.empty()) one["customer_words"] = verdict.customer_words;
      one["evidence"] = Json::object();
      for (const auto& piece : verdict.evidence) one["evidence"][piece.name] = piece.value;
    }
    if (!verdict.failure.empty()) one["failure"] = verdict.failure;
    for (const auto& part : verdict.parts) {
      one["parts"].push_back(Json{{"part", part.text}, {"value", part.value}});
    }
    json["verdicts"].push_back(std::move(one));
  }
  json["values"] = Json::object();
  for (const auto& field : judged.fields) {
    json["values"][field.name] = field.value ? Json(*field.value) : Json(nullptr);
  }
  json["steps"] = judged.steps;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::host
