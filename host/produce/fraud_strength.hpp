// How far an incident of fraud goes beyond what is usually allowed: ground truth, so that a report
// can tell the frauds that a rule with its default limit ought to find from those that stay below
// every limit. Measured on the payments as planned, not on what was drawn for them: ten payments
// spread over twenty minutes are no burst of ten.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "host/produce/bank_event.hpp"
#include "host/produce/genuine_behaviour.hpp"

namespace assay::host {

// The usual limits: the rule pack's defaults, where it has one. Amounts are cents.
namespace usual {
inline constexpr std::int64_t large_cents = 10'000'00;
inline constexpr std::int64_t reporting_cents = 10'000'00;
inline constexpr std::int64_t night_cents = 1'000'00;
inline constexpr std::int64_t abroad_cents = 300'00;  // no rule's default: a decent telephone
inline constexpr std::int64_t travel_km_per_hour = 900;
inline constexpr std::uint32_t probes = 3;
inline constexpr std::uint32_t burst = 5;        // payments in ten minutes
inline constexpr std::uint32_t structured = 3;   // payments in a day
inline constexpr std::uint32_t mule_payers = 5;  // in a day
}  // namespace usual

// In permille of the usual limit; 1500 is half as much again. `events` are all payments of one
// incident in time order, at least one; `seen` is where the victim was before (of travel alone).
std::uint32_t strength_permille(FraudPattern pattern, std::span<const BankEvent> events,
                                const std::optional<Sighting>& seen);

}  // namespace assay::host
