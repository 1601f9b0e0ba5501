#include "tests/support/sink_driver/records.hpp"

namespace assay::testing::sinks {

std::vector<OfferedField> sample_decision_fields() {
  return {{"transaction_id", ASSAY_TEXT},
          {"timestamp", ASSAY_TIME},
          {"user_id", ASSAY_INT64},
          {"amount", ASSAY_DECIMAL},
          {"currency", ASSAY_TEXT},
          {"transaction_type", ASSAY_TEXT},
          {"location", ASSAY_TEXT},
          {"merchant", ASSAY_TEXT},
          {"card", ASSAY_TOKEN},
          {"card_bin", ASSAY_TEXT},
          {"card_last4", ASSAY_TEXT},
          {"decision", ASSAY_TEXT},
          {"score", ASSAY_DOUBLE},
          {"decided_at", ASSAY_TIME},
          {"record_offset", ASSAY_INT64},
          {"record_time", ASSAY_TIME},
          {"config_hash", ASSAY_TEXT},
          {"card_key_id", ASSAY_TEXT},
          {"inconclusive_rules", ASSAY_TEXT},
          {"error_rules", ASSAY_TEXT},
          {"id_reused", ASSAY_BOOL},
          {"holder.name", ASSAY_TEXT},
          {"holder.email", ASSAY_TEXT}};
}

std::vector<OfferedField> sample_holder_fields() {
  return {
      {"user_id", ASSAY_INT64},       {"name", ASSAY_TEXT},         {"address", ASSAY_TEXT},
      {"phone_number", ASSAY_TEXT},   {"email", ASSAY_TEXT},        {"date_of_birth", ASSAY_TEXT},
      {"account_number", ASSAY_TEXT}, {"account_type", ASSAY_TEXT}, {"balance", ASSAY_DECIMAL},
      {"record_offset", ASSAY_INT64}, {"record_time", ASSAY_TIME}};
}

}  // namespace assay::testing::sinks
