#include "host/enrich/time_zones.hpp"

#include <date/tz.h>

#include <algorithm>
#include <exception>
#include <vector>

#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

const date::time_zone* find_in(const date::tzdb& zones, std::string_view name) {
  const auto found = std::lower_bound(zones.zones.begin(), zones.zones.end(), name,
                                      [](const date::time_zone& zone, std::string_view wanted) {
                                        return std::string_view(zone.name()) < wanted;
                                      });
  return found != zones.zones.end() && found->name() == name ? &*found : nullptr;
}

}  // namespace

const date::time_zone* lookup_zone(std::string_view name) noexcept {
  try {
    return find_in(date::get_tzdb(), name);
  } catch (const std::exception&) {
    return nullptr;  // no tzdata: find_zone() has said so at the start
  }
}

tl::expected<const date::time_zone*, std::string> find_zone(std::string_view name) {
  try {
    const auto& zones = date::get_tzdb();
    if (const auto* zone = find_in(zones, name)) {
      zone->get_info(date::sys_seconds{});  // reads its table, so a damaged one is told now
      return zone;
    }
    std::vector<std::string> names;
    names.reserve(zones.zones.size());
    for (const auto& zone : zones.zones) names.push_back(zone.name());
    const auto help = did_you_mean(name, names);
    return tl::unexpected("there is no time zone `" + std::string(name) + "`; " +
                          (help.empty() ? "name one like `Europe/Lisbon` or `UTC`" : help));
  } catch (const std::exception& error) {
    return tl::unexpected(std::string("the system's time zones cannot be read (") + error.what() +
                          "); install the package tzdata");
  }
}

bool ZoneOffset::ask(std::int64_t second) noexcept {
  try {
    const auto info = zone_->get_info(date::sys_seconds{std::chrono::seconds{second}});
    begin_ = info.begin.time_since_epoch().count();
    end_ = info.end.time_since_epoch().count();
    offset_ = info.offset.count();
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace assay::host
