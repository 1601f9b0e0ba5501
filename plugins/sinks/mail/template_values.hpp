// The values that a template may name, for each audience.
#pragma once

#include <kainjow/mustache.hpp>
#include <span>
#include <string>
#include <string_view>

#include "plugins/sinks/mail/alert.hpp"
#include "plugins/sinks/mail/audience.hpp"
#include "plugins/sinks/mail/templates.hpp"

namespace assay::mail {

// Every name, those inside of lists included.
[[nodiscard]] std::span<const std::string_view> template_names(Audience audience);

[[nodiscard]] kainjow::mustache::data template_values(const Alert& alert, Audience audience,
                                                      const Help& help, const std::string& sender);

// "Mon 23 Nov 2026, 19:34 (Europe/Amsterdam)"; in UTC where the zone is unknown.
[[nodiscard]] std::string local_time(Time time, const std::string& zone);

}  // namespace assay::mail
