#include "host/commands/bench_report.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "host/commands/table.hpp"
#include "host/diagnostics/printable.hpp"

namespace assay::host {
namespace {

struct Spread {
  double least;
  double median;
  double most;
};

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {values.front(), values[values.size() / 2], values.back()};
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string words(const Spread& spread) {
  return number(spread.least) + " / " + number(spread.median) + " / " + number(spread.most);
}

nlohmann::ordered_json json_of(const Spread& spread) {
  return {{"min", spread.least}, {"median", spread.median}, {"max", spread.most}};
}

}  // namespace

std::string print_cost(const RuleCost& cost) {
  std::vector<std::vector<std::string>> rows{{"BATCH", "NS A ROW", "EMPTY RULE", "BEYOND IT"}};
  for (const auto& batch : cost.batches) {
    const auto rule = spread_of(batch.rule);
    const auto empty = spread_of(batch.empty);
    rows.push_back({std::to_string(batch.rows), words(rule), words(empty),
                    number(rule.median - empty.median)});
  }
  return printable(cost.name) + " on " + printable(cost.machine) + "\n\n" + print_table(rows) +
         "\nleast / median / most of " + std::to_string(cost.batches.front().rule.size()) +
         " rounds, in turn with the empty rule\n";
}

std::string json_of_cost(const RuleCost& cost) {
  using Json = nlohmann::ordered_json;
  Json json{{"plugin", cost.name}, {"machine", cost.machine}, {"unit", "ns"}};
  json["batches"] = Json::array();
  for (const auto& batch : cost.batches) {
    json["batches"].push_back({{"rows", batch.rows},
                               {"rounds", batch.rule.size()},
                               {"rule", json_of(spread_of(batch.rule))},
                               {"empty", json_of(spread_of(batch.empty))}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::host
