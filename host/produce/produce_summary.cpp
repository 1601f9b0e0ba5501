#include "host/produce/produce_summary.hpp"

#include <cstdio>

#include "host/produce/json_line.hpp"
#include "host/produce/progress_line.hpp"

namespace assay::host {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string counts(const PatternCount& count) {
  return with_thousands(count.transactions) + " transactions in " +
         with_thousands(count.incidents) + " incidents";
}

std::string_view pattern_object(JsonLine& json, const PatternCount& count) {
  json.begin();
  json.number("transactions", static_cast<std::int64_t>(count.transactions));
  json.number("incidents", static_cast<std::int64_t>(count.incidents));
  return json.end();
}

}  // namespace

std::string human_summary(const ProduceOptions& options, const ProduceResult& result) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f s", result.elapsed_seconds);
  std::string text = "produced  " + with_thousands(result.produced) + " transactions to '" +
                     options.transactions_topic + "' in " + seconds + "\n";
  text += "holders   " + with_thousands(result.holders) + " to '" + options.holders_topic + "'\n";
  text += "labels    " + with_thousands(result.labels) + " to '" + options.labels_topic + "'\n";
  text += "frauds    " + counts(result.all_frauds()) + "\n";
  for (std::size_t i = 0; i < fraud_pattern_count; ++i) {
    text +=
        "  " + padded(std::string{fraud_pattern_names[i]}, 18) + counts(result.frauds[i]) + "\n";
  }
  return text;
}

std::string json_summary(const ProduceResult& result) {
  const PatternCount all = result.all_frauds();
  JsonLine pattern;
  JsonLine patterns;
  patterns.begin();
  for (std::size_t i = 0; i < fraud_pattern_count; ++i) {
    patterns.raw(fraud_pattern_names[i], pattern_object(pattern, result.frauds[i]));
  }
  JsonLine json;
  json.begin();
  json.number("produced", static_cast<std::int64_t>(result.produced));
  json.number("holders", static_cast<std::int64_t>(result.holders));
  json.number("labels", static_cast<std::int64_t>(result.labels));
  json.number("frauds_injected", static_cast<std::int64_t>(all.transactions));
  json.number("fraud_incidents", static_cast<std::int64_t>(all.incidents));
  json.raw("frauds", patterns.end());
  json.number("first_timestamp", result.first_timestamp);
  json.number("last_timestamp", result.last_timestamp);
  json.decimal("elapsed_seconds", static_cast<std::int64_t>(result.elapsed_seconds * 1000), 3);
  return std::string{json.end()} + "\n";
}

}  // namespace assay::host
