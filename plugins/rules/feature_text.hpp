// A feature's text, taken apart as far as a rule has to speak about it; the host judges it.
//
// A velocity rule is given any feature and still says "6 attempts on this card in 10 minutes".
#pragma once

#include <assay/binder.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::rules {

class FeatureText {
 public:
  explicit FeatureText(std::string_view text);

  const std::string& text() const { return text_; }
  const std::string& aggregate() const { return aggregate_; }
  const std::string& argument() const { return argument_; }

  // Of the result, by the published table; nothing for an unknown aggregate or argument.
  std::optional<std::uint32_t> type(const Binder& binder) const;

  // "on this card in 10 minutes".
  std::string scope() const;

  // Whether it is kept for one customer: only then is it the customer's business.
  bool about_the_customer() const;

 private:
  std::string text_;
  std::string aggregate_;
  std::string argument_;
  std::vector<std::string> keys_;
  std::string window_;  // "10m", empty for none
  bool previous_ = false;
  std::string where_;
};

// "on this card", "by this customer", "for this payee account".
std::string on_this(std::string_view key);

// "merchants" of `merchant`, "merchant countries" of `merchant_country`, "devices" of `device_id`.
std::string several(std::string_view field);

// A window as features write it, in words: "10 minutes" of `10m`; another text stays as it is.
std::string window_in_words(std::string_view window);

}  // namespace assay::rules
