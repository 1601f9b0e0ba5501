#include "plugins/sinks/mail/alert_reader.hpp"

#include <date/date.h>

#include <bit>
#include <cstdio>
#include <cstring>

#include "plugins/sinks/mail/text.hpp"

namespace assay::mail {
namespace {

std::string plain(double value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.6g", value);
  return digits;
}

std::string plain(Time time) {
  const date::sys_time<std::chrono::nanoseconds> at{std::chrono::nanoseconds{time.nanoseconds}};
  return date::format("%F %T UTC", date::floor<std::chrono::seconds>(at));
}

// A score in millionths as a number between 0 and 1.
std::string score_text(std::int32_t millionths) { return plain(millionths / 1e6); }

std::string evidence_text(const Records& records, const RecordEvidence& evidence) {
  switch (evidence.type) {
    case ASSAY_INT64:
      return std::to_string(evidence.bits);
    case ASSAY_DOUBLE:
      return plain(std::bit_cast<double>(evidence.bits));
    case ASSAY_BOOL:
      return evidence.bits != 0 ? "yes" : "no";
    case ASSAY_TIME:
      return plain(Time{evidence.bits});
    case ASSAY_DURATION:
      return to_string(Duration{evidence.bits});
    case ASSAY_DECIMAL:
      return to_string(Money{evidence.bits});
    case ASSAY_TEXT:
      return single_line(records.text(std::bit_cast<assay_cell>(evidence.bits)));
    default:
      return {};
  }
}

Finding finding(const Records& records, const RecordVerdict& verdict) {
  Finding found;
  found.rule = single_line(records.text(verdict.rule));
  found.reason = single_line(records.text(verdict.reason));
  found.words = single_line(records.text(verdict.words), 500);
  if (verdict.audience == ASSAY_FOR_CUSTOMER) {
    found.customer_words = single_line(records.text(verdict.customer_words), 500);
  }
  found.version = verdict.version;
  found.score = score_text(verdict.score);
  for (const auto& one : records.evidence(verdict)) {
    auto value = evidence_text(records, one);
    if (const auto unit = single_line(records.text(one.unit)); !unit.empty()) value += " " + unit;
    found.evidence.push_back({single_line(records.text(one.name)), std::move(value)});
  }
  return found;
}

}  // namespace

AnyField::AnyField(const Binder& binder, const std::vector<Binder::Offer>& offers,
                   std::string_view name) {
  for (const auto& offer : offers) {
    if (offer.name != name) continue;
    type_ = offer.type;
    column_ = binder.declare(name, offer.type, ASSAY_OPTIONAL);
    return;
  }
}

std::string AnyField::text(const Row& row) const {
  const auto as = [&]<class T>(auto&& print) {
    const auto value = row[Field<T>(column_)];
    return value ? print(*value) : std::string();
  };
  switch (type_) {
    case ASSAY_INT64:
      return as.operator()<std::int64_t>([](auto value) { return std::to_string(value); });
    case ASSAY_DOUBLE:
      return as.operator()<double>([](auto value) { return plain(value); });
    case ASSAY_BOOL:
      return as.operator()<bool>([](auto value) { return std::string(value ? "yes" : "no"); });
    case ASSAY_TIME:
      return as.operator()<Time>([](auto value) { return plain(value); });
    case ASSAY_DURATION:
      return as.operator()<Duration>([](auto value) { return to_string(value); });
    case ASSAY_DECIMAL:
      return as.operator()<Money>([](auto value) { return to_string(value); });
    case ASSAY_TEXT:
      return as.operator()<std::string_view>([](auto value) { return single_line(value); });
    default:
      return {};  // not in the schema, or a token, which says nothing to a person
  }
}

void AlertReader::bind(const Binder& binder) {
  const auto offers = binder.offers();
  record_offset_ = binder.field<std::int64_t>("record_offset");
  recorded_at_ = binder.field<Time>("record_time");
  happened_at_ = binder.optional<Time>("timestamp");
  const auto any = [&](std::string_view name) { return AnyField(binder, offers, name); };
  decision_ = any("decision");
  score_ = any("score");
  transaction_id_ = any("transaction_id");
  user_id_ = any("user_id");
  type_ = any("transaction_type");
  amount_ = any("amount");
  currency_ = any("currency");
  merchant_ = any("merchant");
  place_ = any("location");
  card_last4_ = any("card_last4");
  holder_name_ = any("holder.name");
  holder_email_ = any("holder.email");
  time_zone_ = any("holder.time_zone");
}

Alert AlertReader::read(const Records& records, std::uint32_t index) const {
  const auto row = records[index];
  Alert alert;
  alert.group = records.group();
  alert.step = records.step();
  alert.topic = records.topic();
  alert.partition = records.partition();
  alert.record_offset = row[record_offset_].value_or(0);
  alert.recorded_at = row[recorded_at_].value_or(Time{});
  alert.happened_at = row[happened_at_];
  alert.decision = decision_.text(row);
  alert.score = score_.text(row);
  alert.transaction_id = transaction_id_.text(row);
  alert.user_id = user_id_.text(row);
  alert.type = type_.text(row);
  alert.amount = amount_.text(row);
  alert.currency = currency_.text(row);
  alert.merchant = merchant_.text(row);
  alert.place = place_.text(row);
  alert.card_last4 = card_last4_.text(row);
  alert.holder_name = holder_name_.text(row);
  alert.holder_email = holder_email_.text(row);
  alert.time_zone = time_zone_.text(row);
  for (const auto& verdict : records.verdicts(index)) {
    if (verdict.mode != ASSAY_LIVE) continue;  // a shadow rule is tried out: nobody hears of it
    auto& list = verdict.answer == ASSAY_HIT ? alert.hits : alert.unanswered;
    list.push_back(finding(records, verdict));
  }
  return alert;
}

}  // namespace assay::mail
