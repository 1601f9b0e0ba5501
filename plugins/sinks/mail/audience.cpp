#include "plugins/sinks/mail/audience.hpp"

#include <algorithm>

#include "plugins/sinks/mail/address.hpp"

namespace assay::mail {

Addressees addressees(const Alert& alert, Serves serves, std::string_view desk) {
  const auto for_customer = static_cast<std::size_t>(
      std::count_if(alert.hits.begin(), alert.hits.end(),
                    [](const Finding& hit) { return !hit.customer_words.empty(); }));
  const bool customer_due = serves != Serves::desk && for_customer > 0;
  const bool customer_reachable = is_address(alert.holder_email);

  bool desk_due = customer_due && !customer_reachable;
  if (serves == Serves::both) desk_due = desk_due || for_customer < alert.hits.size();
  if (serves == Serves::desk) desk_due = !alert.hits.empty();

  Addressees found;
  if (customer_due && customer_reachable) {
    found.to.push_back({Audience::customer, alert.holder_email});
  }
  if (desk_due && !desk.empty()) found.to.push_back({Audience::desk, std::string(desk)});
  found.no_recipient = desk_due && desk.empty();
  return found;
}

}  // namespace assay::mail
