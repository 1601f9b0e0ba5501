#include "host/commands/outbox_groups.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "host/commands/table.hpp"
#include "host/dead_letters/letter_groups.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

std::optional<OutboxGroup> group_of(const std::string& line) {
  try {
    const auto json = Json::parse(line);
    const auto& example = json.at("example");
    return OutboxGroup{json.at("step"),
                       json.at("state"),
                       json.at("code"),
                       json.at("reason"),
                       json.at("count"),
                       json.at("oldest"),
                       json.at("newest"),
                       example.at("topic").get<std::string>() + ":" +
                           example.at("partition").dump() + ":" + example.at("offset").dump(),
                       example.value("receipt", "")};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

bool alike(const OutboxGroup& one, const OutboxGroup& other) {
  return one.step == other.step && one.state == other.state && one.code == other.code &&
         (one.reason == other.reason ||
          without_numbers(one.reason) == without_numbers(other.reason));
}

// A receiver's words may name the mail or the address by a number.
void join(OutboxGroup& group, OutboxGroup more) {
  if (group.reason != more.reason) group.reason = without_numbers(group.reason);
  group.count += more.count;
  group.oldest = std::min(group.oldest, more.oldest);
  if (more.newest <= group.newest) return;
  group.newest = std::move(more.newest);
  group.example = std::move(more.example);
  group.receipt = std::move(more.receipt);
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

}  // namespace

std::optional<std::vector<OutboxGroup>> outbox_groups(const std::string& lines) {
  std::vector<OutboxGroup> groups;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    auto group = group_of(line);
    if (!group) return std::nullopt;
    const auto known =
        std::ranges::find_if(groups, [&](const OutboxGroup& one) { return alike(one, *group); });
    if (known == groups.end()) {
      groups.push_back(std::move(*group));
    } else {
      join(*known, std::move(*group));
    }
  }
  return groups;
}

std::uint64_t count_of(const std::vector<OutboxGroup>& groups) {
  std::uint64_t count = 0;
  for (const auto& group : groups) count += group.count;
  return count;
}

std::string print_outbox(const std::vector<OutboxGroup>& groups) {
  std::vector<std::vector<std::string>> rows{
      {"COUNT", "STEP", "STATE", "CODE", "OLDEST", "NEWEST", "EXAMPLE", "REASON OR RECEIPT"}};
  for (const auto& group : groups) {
    rows.push_back({std::to_string(group.count), group.step, group.state, or_dash(group.code),
                    group.oldest, group.newest, group.example,
                    or_dash(group.reason.empty() ? group.receipt : group.reason)});
  }
  return print_table(rows);
}

std::string json_of_outbox(const std::vector<OutboxGroup>& groups) {
  auto list = Json::array();
  for (const auto& group : groups) {
    list.push_back({{"step", group.step},
                    {"state", group.state},
                    {"code", group.code},
                    {"reason", group.reason},
                    {"count", group.count},
                    {"oldest", group.oldest},
                    {"newest", group.newest},
                    {"example", group.example},
                    {"receipt", group.receipt}});
  }
  return Json{{"groups", std::move(list)}}.dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace assay::host
