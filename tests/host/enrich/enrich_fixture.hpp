// Sample holders joined with transactions that have bound their e-mail address and time zone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/decode/schema.hpp"
#include "core/model/row_block.hpp"
#include "host/enrich/holders.hpp"

namespace assay::host {

inline core::Layout bound_layout() {
  core::Layout layout;
  core::sample_transaction_schema().add_to(layout);
  for (const auto* name : {"holder.email", "holder.time_zone", "local_hour_source"}) {
    layout.add(name, core::FieldType::text);
  }
  layout.add("local_hour", core::FieldType::int64);
  return layout;
}

inline std::string holder_json(std::int64_t id, const std::string& email,
                               const std::string& zone = "Europe/Berlin") {
  return R"({"user_id":)" + std::to_string(id) +
         R"(,"name":"Ada","address":"1 Main Street","phone_number":"+351 1","email":")" + email +
         R"(","date_of_birth":"1990-01-01","account_number":"PT50","account_type":"savings",)"
         R"("balance":"12.50","city":"Lisbon","time_zone":")" +
         zone + R"("})";
}

// The holders, and one transaction to ask them with.
struct EnrichFixture {
  std::optional<std::string> email_of(std::int64_t id) {
    block.clear();
    const auto row = block.add_row();
    block.put_int64(row, *layout.find("user_id"), id);
    holders->join(block);
    const auto email = *layout.find("holder.email");
    if (!block.has(row, email)) return std::nullopt;
    return std::string(block.text(row, email));
  }

  core::HolderPlan::Targets targets() const { return *holders->targets_in(layout); }

  core::Layout layout = bound_layout();
  core::RowBlock block{layout, {.rows = 64, .arena = 1u << 16}};
  std::unique_ptr<Holders> holders =
      std::move(*Holders::make(core::sample_holder_schema(), "user_id", layout, "user_id"));
};

}  // namespace assay::host
