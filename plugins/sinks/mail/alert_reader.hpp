// Binds what a mail needs and turns a row into an Alert.
//
// Every field of the transaction is optional: a feed without a merchant gives a mail without that
// line. The types are those that the schema has: a feed may number its customers or name them.
//
// Thread: bind on control, read on the sink's.
#pragma once

#include <assay/sink.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include "plugins/sinks/mail/alert.hpp"

namespace assay::mail {

// A field whose type is known at bind only; absent in every row where the schema has none.
class AnyField {
 public:
  AnyField() = default;
  AnyField(const Binder& binder, const std::vector<Binder::Offer>& offers, std::string_view name);

  // As text in one line; empty where absent.
  [[nodiscard]] std::string text(const Row& row) const;

 private:
  std::uint32_t column_ = 0;
  std::uint32_t type_ = 0;
};

class AlertReader {
 public:
  void bind(const Binder& binder);
  [[nodiscard]] Alert read(const Records& records, std::uint32_t row) const;

 private:
  Field<std::int64_t> record_offset_;
  Field<Time> recorded_at_;
  Field<Time> happened_at_;
  AnyField decision_, score_, transaction_id_, user_id_, type_, amount_, currency_, merchant_,
      place_, card_last4_, holder_name_, holder_email_, time_zone_;
};

}  // namespace assay::mail
