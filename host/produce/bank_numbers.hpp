// Numbers that look right to whoever checks them and belong to nobody: card numbers under prefixes
// that payment gateways document for their test cards, account numbers with valid check digits,
// random identifiers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/produce/seeded_random.hpp"

namespace assay::host {

// True when the digits (nothing else) end in their Luhn check digit.
bool luhn_valid(std::string_view digits);

// A Luhn-valid card number of 16 digits. The serial (below 10^9) makes it unique within a prefix.
std::string make_card_number(std::uint32_t prefix_choice, std::uint64_t serial);

// True when an IBAN's check digits hold (ISO 13616, mod 97); length and structure are not judged.
bool iban_valid(std::string_view iban);

// An IBAN of the country's length with valid check digits. Known countries are the euro countries
// of the cities table; any other gets a German one. The national check digits inside the account
// part are not computed.
std::string make_iban(std::string_view country, std::uint64_t serial);

// A random UUID (version 4) as 36 characters, written to `out`.
void write_uuid(SeededRandom& random, char* out);

}  // namespace assay::host
