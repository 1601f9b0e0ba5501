#include "bench/decide/payments.hpp"

#include <array>
#include <cstdio>

namespace assay::bench {
namespace {

constexpr std::uint64_t kSpread = 2'654'435'761;  // a prime
constexpr std::uint64_t kStart = 1'714'560'000'000;

}  // namespace

std::string Payments::next() {
  const auto card = number_ < cards_ ? number_ * kSpread % cards_ : keys_.pick(cards_);
  const auto merchant = keys_.pick(merchants_);
  const auto many = keys_.random();
  const auto time = kStart + number_ * step_;
  std::array<char, 512> text;
  const auto size = std::snprintf(
      text.data(), text.size(),
      R"({"transaction_id":"%08llx-9c57-4a3e-8f11-2b6a1d9e4c55","timestamp":%llu,"user_id":%llu,)"
      R"("amount":%llu.%02llu,"currency":"EUR","location":"%s","merchant":"Mercado %llu",)"
      R"("device_id":%llu,"latitude":%.4f,"longitude":%.4f,"card_number":"45567375%08llu"})",
      static_cast<unsigned long long>(number_), static_cast<unsigned long long>(time),
      static_cast<unsigned long long>(card / 2),
      static_cast<unsigned long long>((many >> 8) % 1'200),
      static_cast<unsigned long long>((many >> 20) % 100),
      (many >> 40) % 8 == 0 ? "Lisbon" : "Porto", static_cast<unsigned long long>(merchant),
      static_cast<unsigned long long>(card ^ (many >> 62)),
      38.0 + static_cast<double>((many >> 30) & 0xff) / 64,
      -9.0 + static_cast<double>((many >> 22) & 0xff) / 64,
      static_cast<unsigned long long>(card % 100'000'000));
  ++number_;
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace assay::bench
