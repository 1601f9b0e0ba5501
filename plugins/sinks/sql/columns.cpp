#include "plugins/sinks/sql/columns.hpp"

#include <algorithm>
#include <array>

#include "plugins/sinks/sql/json.hpp"

namespace assay::sql {
namespace {

// What the engine adds to a record by itself and the tables have no use for.
bool is_builtin(std::string_view name) {
  constexpr std::array<std::string_view, 4> names{"record_offset", "record_time", "local_hour",
                                                  "local_hour_source"};
  return std::find(names.begin(), names.end(), name) != names.end() ||
         name.substr(0, 7) == "holder.";
}

// Hands out offered fields to the columns that want them; what is left over goes into `fields`.
class Share {
 public:
  explicit Share(const Binder& binder) : binder_(binder), offers_(binder.offers()) {}

  template <class T>
  void give(std::string_view name, Slot<T>& slot) {
    const auto offer = std::find_if(offers_.begin(), offers_.end(), [&](const auto& one) {
      return one.name == name && one.type == detail::Type<T>::code;
    });
    if (offer == offers_.end()) return;
    slot = Slot<T>(binder_.declare(name, offer->type, ASSAY_OPTIONAL));
    offers_.erase(offer);
  }

  std::vector<OtherField> rest() {
    std::vector<OtherField> others;
    for (const auto& offer : offers_) {
      if (is_builtin(offer.name)) continue;
      std::string key;
      append_json_text(key, offer.name);
      key += ':';
      others.push_back(
          {std::move(key), offer.type, binder_.declare(offer.name, offer.type, ASSAY_OPTIONAL)});
    }
    return others;
  }

 private:
  const Binder& binder_;
  std::vector<Binder::Offer> offers_;
};

}  // namespace

void DecisionColumns::bind(const Binder& binder) {
  Share share(binder);
  share.give("transaction_id", transaction_id);
  share.give("timestamp", event_time);
  share.give("user_id", user_id);
  share.give("amount", amount);
  share.give("currency", currency);
  share.give("transaction_type", transaction_type);
  share.give("location", location);
  share.give("merchant", merchant);
  share.give("card", card);
  share.give("card_bin", card_bin);
  share.give("card_last4", card_last4);
  share.give("card_key_id", card_key_id);
  share.give("decision", decision);
  share.give("score", score);
  share.give("inconclusive_rules", inconclusive_rules);
  share.give("error_rules", error_rules);
  share.give("id_reused", id_reused);
  share.give("config_hash", config_hash);
  share.give("record_offset", record_offset);
  share.give("record_time", record_time);
  share.give("decided_at", decided_at);
  others = share.rest();
}

void HolderColumns::bind(const Binder& binder) {
  Share share(binder);
  share.give("user_id", user_id);
  share.give("name", name);
  share.give("address", address);
  share.give("phone_number", phone_number);
  share.give("email", email);
  share.give("date_of_birth", date_of_birth);
  share.give("account_number", account_number);
  share.give("account_type", account_type);
  share.give("balance", balance);
  share.give("city", city);
  share.give("time_zone", time_zone);
  others = share.rest();
}

}  // namespace assay::sql
