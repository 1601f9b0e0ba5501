// One payment of the simulated bank before it is written as JSON: who, when, where, how much, and
// whether it is part of a fraud. Indices point into the BankPopulation that made it.
#pragma once

#include <cstdint>
#include <optional>

#include "host/produce/fraud_pattern.hpp"

namespace assay::host {

enum class TransactionType : std::uint8_t { purchase, transfer, withdrawal };

enum class Channel : std::uint8_t { pos, ecommerce, atm, online_banking };

inline constexpr std::uint32_t no_payee = UINT32_MAX;

struct BankEvent {
  std::int64_t time_ms = 0;  // since 1970 UTC
  std::int64_t cents = 0;
  std::uint64_t device = 0;  // 0: the channel has no device
  std::uint32_t customer = 0;
  std::uint32_t merchant = 0;
  std::uint32_t payee = no_payee;
  std::uint32_t incident = 0;           // from 1; 0 for genuine payments
  std::uint32_t strength_permille = 0;  // of the incident; fraud_strength.hpp
  std::uint16_t city = 0;               // where the customer (or the thief) is
  TransactionType type = TransactionType::purchase;
  Channel channel = Channel::pos;
  std::uint8_t card = 0;
  bool declined = false;
  std::optional<FraudPattern> pattern;
};

}  // namespace assay::host
