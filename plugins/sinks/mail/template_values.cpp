#include "plugins/sinks/mail/template_values.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <array>
#include <cstdio>
#include <stdexcept>

#include "plugins/sinks/mail/moment.hpp"
#include "plugins/sinks/mail/text.hpp"

namespace assay::mail {
namespace {

using kainjow::mustache::data;

constexpr std::string_view customer_names[] = {
    "name",  "approved", "review", "declined", "amount", "merchant", "place", "time",     "card",
    "words", "reasons",  "help",   "phone",    "url",    "sender",   "type",  "reference"};

constexpr std::string_view desk_names[] = {
    "name",   "approved", "review",     "declined",      "amount",  "merchant", "place",
    "time",   "card",     "words",      "reasons",       "help",    "phone",    "url",
    "sender", "type",     "reference",  "decision",      "score",   "customer", "user_id",
    "topic",  "offset",   "partition",  "rule",          "version", "reason",   "evidence",
    "value",  "recorded", "unanswered", "customer_words"};

// An absent value is false, so that a section can ask for it.
data value(const std::string& text) { return text.empty() ? data(false) : data(text); }

data findings(const std::vector<Finding>& found, Audience audience) {
  data list(data::type::list);
  for (const auto& one : found) {
    data entry;
    if (audience == Audience::customer) {
      if (one.customer_words.empty()) continue;
      entry.set("words", value(one.customer_words));
    } else {
      entry.set("words", value(one.words));
      entry.set("customer_words", value(one.customer_words));
      entry.set("rule", value(one.rule));
      entry.set("reason", value(one.reason));
      entry.set("version", std::to_string(one.version));
      entry.set("score", value(one.score));
      data evidence(data::type::list);
      for (const auto& named : one.evidence) {
        data line;
        line.set("name", value(named.name));
        line.set("value", value(named.value));
        evidence.push_back(line);
      }
      entry.set("evidence", evidence);
    }
    list.push_back(entry);
  }
  return list;
}

template <class Seconds>
std::string to_the_minute(Seconds at) {
  const auto when = moment(at);
  std::array<char, 64> text;
  const auto size =
      std::snprintf(text.data(), text.size(), "%s %02u %s %04d, %02d:%02d", when.weekday, when.day,
                    when.month, when.year, when.hour, when.minute);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string reference(const Alert& alert) {
  if (!alert.transaction_id.empty()) return alert.transaction_id;
  return alert.topic + "-" + std::to_string(alert.partition) + "-" +
         std::to_string(alert.record_offset);
}

}  // namespace

std::span<const std::string_view> template_names(Audience audience) {
  if (audience == Audience::customer) return customer_names;
  return desk_names;
}

std::string local_time(Time time, const std::string& zone) {
  const auto at = date::floor<std::chrono::seconds>(
      date::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{time.nanoseconds}});
  if (!zone.empty()) {
    try {
      return to_the_minute(date::make_zoned(zone, at).get_local_time()) + " (" + zone + ")";
    } catch (const std::runtime_error&) {
      // Not a zone, or a machine without the zone tables: UTC is never wrong.
    }
  }
  return to_the_minute(at) + " (UTC)";
}

data template_values(const Alert& alert, Audience audience, const Help& help,
                     const std::string& sender) {
  const auto when = alert.happened_at.value_or(alert.recorded_at);
  data values;
  values.set("name", value(alert.holder_name));
  values.set("approved", alert.decision == "approve");
  values.set("review", alert.decision == "review");
  values.set("declined", alert.decision == "decline");
  values.set("amount",
             value(alert.amount.empty() ? "" : single_line(alert.amount + " " + alert.currency)));
  values.set("merchant", value(alert.merchant));
  values.set("place", value(alert.place));
  values.set("card", value(masked_card(alert.card_last4)));
  values.set("type", value(alert.type));
  values.set("reference", value(reference(alert)));
  values.set("help", value(help.text));
  values.set("phone", value(help.phone));
  values.set("url", value(help.url));
  values.set("sender", value(sender));
  values.set("reasons", findings(alert.hits, audience));
  if (audience == Audience::customer) {
    values.set("time", local_time(when, alert.time_zone));
    return values;
  }
  // The desk compares mails with logs: always UTC.
  values.set("time", local_time(when, {}));
  values.set("recorded", local_time(alert.recorded_at, {}));
  values.set("decision", value(alert.decision));
  values.set("score", value(alert.score));
  values.set("customer", value(alert.holder_email));
  values.set("user_id", value(alert.user_id));
  values.set("topic", value(alert.topic));
  values.set("partition", std::to_string(alert.partition));
  values.set("offset", std::to_string(alert.record_offset));
  values.set("unanswered", findings(alert.unanswered, audience));
  return values;
}

}  // namespace assay::mail
