// The words of a mail: subject, text and HTML of one audience, as mustache templates.
//
// Built in, or replaced one by one from the configuration. What a customer's template may name is
// what a customer may know: limit, score and rule are not among its values, so no template can give
// them away. A name that does not exist is refused at start instead of leaving a hole in a mail.
//
// Thread: made on control, used by one thread at a time.
#pragma once

#include <assay/config.hpp>
#include <kainjow/mustache.hpp>
#include <string>

#include "plugins/sinks/mail/alert.hpp"
#include "plugins/sinks/mail/audience.hpp"

namespace assay::mail {

// What to do, told to the customer; from the configuration.
struct Help {
  std::string text;
  std::string phone;
  std::string url;
};

struct Words {
  std::string subject;
  std::string text;
  std::string html;
};

class Templates {
 public:
  // Reads `templates.<audience>.{subject,text,html}`; the last two name files.
  Templates(const Config& config, Audience audience);

  // `sender` is how the bank calls itself; may be empty.
  [[nodiscard]] Words render(const Alert& alert, const Help& help, const std::string& sender);

 private:
  Audience audience_;
  kainjow::mustache::mustache subject_;
  kainjow::mustache::mustache text_;
  kainjow::mustache::mustache html_;
};

}  // namespace assay::mail
