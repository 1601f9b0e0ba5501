#include "core/holders/holder_plan.hpp"

#include <algorithm>
#include <optional>

namespace assay::core {
namespace {

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string typed(std::string_view name, FieldType type) {
  return quoted(name) + " is " + std::string(to_string(type));
}

// What is wrong with the keys, or nothing.
std::optional<std::string> key_fault(const Layout& holders, std::string_view holder_key,
                                     const Layout& transactions, std::string_view transaction_key) {
  const auto theirs = holders.find(holder_key);
  if (!theirs) {
    return "the account holders have no field " + quoted(holder_key) +
           " to be found by; name one of theirs as `holders.key`";
  }
  const auto type = holders[*theirs].type;
  if (type != FieldType::int64 && type != FieldType::text) {
    return "the account holders' key must be int64 or text, and " + typed(holder_key, type);
  }
  const auto ours = transactions.find(transaction_key);
  if (!ours) {
    return "a transaction has no field " + quoted(transaction_key) +
           " that names its account holder; give a field the role customer";
  }
  if (transactions[*ours].type != type) {
    return "a transaction's " + typed(transaction_key, transactions[*ours].type) +
           " and the account holders' " + typed(holder_key, type) +
           "; both must have the same type";
  }
  return std::nullopt;
}

}  // namespace

tl::expected<HolderPlan, std::string> HolderPlan::make(const Layout& holders,
                                                       std::string_view holder_key,
                                                       const Layout& transactions,
                                                       std::string_view transaction_key) {
  if (auto fault = key_fault(holders, holder_key, transactions, transaction_key)) {
    return tl::unexpected(std::move(*fault));
  }
  HolderPlan plan;
  plan.holder_key = *holders.find(holder_key);
  plan.transaction_key = *transactions.find(transaction_key);
  plan.key_type = holders[plan.holder_key].type;
  for (const auto& bound : transactions.entries()) {
    if (!bound.name.starts_with(kHolderPrefix)) continue;
    const auto name = std::string_view(bound.name).substr(kHolderPrefix.size());
    const auto from = holders.find(name);
    if (!from) return tl::unexpected("the account holders have no field " + quoted(name));
    if (holders[*from].type != bound.type) {
      return tl::unexpected(typed(bound.name, bound.type) + " and the account holders' " +
                            typed(name, holders[*from].type));
    }
    plan.copies.push_back({*from, *transactions.find(bound.name), bound.type, plan.cells});
    plan.cells += cell_size(bound.type);
  }
  return plan;
}

tl::expected<HolderPlan::Targets, std::string> HolderPlan::targets_in(
    const Layout& holders, const Layout& transactions) const {
  Targets targets(copies.size());
  for (const auto& bound : transactions.entries()) {
    if (!bound.name.starts_with(kHolderPrefix)) continue;
    const auto from = holders.find(std::string_view(bound.name).substr(kHolderPrefix.size()));
    const auto kept =
        std::ranges::find_if(copies, [&](const Copy& copy) { return from && copy.from == *from; });
    if (kept == copies.end()) return tl::unexpected(bound.name);
    targets[static_cast<std::size_t>(kept - copies.begin())] = transactions.find(bound.name);
  }
  return targets;
}

}  // namespace assay::core
