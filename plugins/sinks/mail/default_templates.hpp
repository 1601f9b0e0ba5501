// What a mail says where the configuration names no template of its own.
#pragma once

#include <string_view>

#include "plugins/sinks/mail/audience.hpp"

namespace assay::mail {

struct TemplateTexts {
  std::string_view subject;
  std::string_view text;
  std::string_view html;
};

[[nodiscard]] TemplateTexts default_templates(Audience audience);

}  // namespace assay::mail
