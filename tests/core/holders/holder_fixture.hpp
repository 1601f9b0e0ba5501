// Holders with a field of every type, and transactions that have bound them.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "core/holders/holder_table.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {

inline Layout holder_layout(FieldType key = FieldType::int64) {
  Layout layout;
  layout.add("user_id", key);
  layout.add("name", FieldType::text);
  layout.add("balance", FieldType::decimal);
  layout.add("limit", FieldType::float64);
  layout.add("vip", FieldType::boolean);
  layout.add("card", FieldType::token);
  layout.add("address", FieldType::text);
  return layout;
}

inline Layout transaction_layout(FieldType key = FieldType::int64) {
  Layout layout;
  layout.add("amount", FieldType::decimal);
  layout.add("user_id", key);
  // Not in the holders' order, and without their address.
  layout.add("holder.vip", FieldType::boolean);
  layout.add("holder.card", FieldType::token);
  layout.add("holder.name", FieldType::text);
  layout.add("holder.balance", FieldType::decimal);
  layout.add("holder.limit", FieldType::float64);
  return layout;
}

// A table between a block of holders and a block of transactions.
struct HolderFixture {
  explicit HolderFixture(FieldType key = FieldType::int64, std::uint32_t arena = 1u << 16)
      : holder_fields(holder_layout(key)),
        transaction_fields(transaction_layout(key)),
        holders(holder_fields, {.rows = 64, .arena = 1u << 16, .headers = 0}),
        transactions(transaction_fields, {.rows = 64, .arena = arena, .headers = 0}),
        table(*HolderPlan::make(holder_fields, "user_id", transaction_fields, "user_id")) {}

  Slot of(std::string_view name) const { return *holder_fields.find(name); }
  Slot joined(std::string_view name) const { return *transaction_fields.find(name); }

  std::uint32_t holder(std::int64_t id) {
    holders.clear();
    const auto row = holders.add_row();
    holders.put_int64(row, of("user_id"), id);
    return row;
  }
  std::uint32_t holder(std::string_view id) {
    holders.clear();
    const auto row = holders.add_row();
    holders.put_text(row, of("user_id"), id);
    return row;
  }
  void upsert(std::int64_t id, std::optional<std::string_view> name) {
    const auto row = holder(id);
    if (name) holders.put_text(row, of("name"), *name);
    table.upsert(holders, row);
  }

  // The name that a transaction of that customer gets.
  std::optional<std::string> name_of(std::int64_t id) {
    transactions.clear();
    const auto row = transactions.add_row();
    transactions.put_int64(row, joined("user_id"), id);
    table.join(transactions);
    if (!transactions.has(row, joined("holder.name"))) return std::nullopt;
    return std::string(transactions.text(row, joined("holder.name")));
  }

  Layout holder_fields;
  Layout transaction_fields;
  RowBlock holders;
  RowBlock transactions;
  HolderTable table;
};

}  // namespace assay::core
