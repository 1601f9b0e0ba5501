#include <utility>

#include "core/decode/schema.hpp"

namespace assay::core {

Schema sample_transaction_schema() {
  std::vector<FieldSpec> fields{
      {"transaction_id", FieldKind::text, "", true, FieldRole::id},
      {"timestamp", FieldKind::time, "", true, FieldRole::time},
      {"user_id", FieldKind::int64, "", true, FieldRole::customer},
      {"amount", FieldKind::decimal, "", true, FieldRole::amount},
      {"transaction_type", FieldKind::text, "", true},
      {"location", FieldKind::text, "", true},
      {"merchant", FieldKind::text, "", true},
      {"card_number", FieldKind::card, "", true},
      {"currency", FieldKind::text, "", false, FieldRole::currency},
      {"merchant_category", FieldKind::text},
      {"merchant_country", FieldKind::text},
      {"latitude", FieldKind::float64},
      {"longitude", FieldKind::float64},
      {"device_id", FieldKind::text},
      {"ip_address", FieldKind::text},
      {"payee_account", FieldKind::text},
      {"channel", FieldKind::text},
      {"status", FieldKind::text},
      {"utc_offset", FieldKind::duration},
      {"original_transaction_id", FieldKind::text},
  };
  return *Schema::make(std::move(fields));
}

Schema sample_holder_schema() {
  std::vector<FieldSpec> fields{
      {"user_id", FieldKind::int64, "", true, FieldRole::customer},
      {"name", FieldKind::text, "", true},
      {"address", FieldKind::text, "", true},
      {"phone_number", FieldKind::text, "", true},
      {"email", FieldKind::text, "", true},
      {"date_of_birth", FieldKind::text, "", true},
      {"account_number", FieldKind::text, "", true},
      {"account_type", FieldKind::text, "", true},
      {"balance", FieldKind::decimal, "", true},
      {"city", FieldKind::text},
      {"time_zone", FieldKind::text},
  };
  return *Schema::make(std::move(fields));
}

}  // namespace assay::core
