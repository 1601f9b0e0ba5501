#include "bench/support/messages.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace assay::bench {
namespace {

constexpr std::array<const char*, 4> kCities{"Lisbon", "Porto", "Braga", "Faro"};
constexpr std::uint64_t kSpread = 2'654'435'761;  // a prime: ids differ in all their digits

const char* home_of(std::uint64_t customer) { return kCities[customer % kCities.size()]; }

}  // namespace

void append_message(std::string& out, std::uint64_t number, Kind kind) {
  const auto customer = number % kCustomers;
  const unsigned long long time = 1'714'560'000 + number / 100;  // seconds since 1970
  const bool travels = number % 97 == 0;
  const auto amount =
      kind == Kind::flagged && number % 100 == 0 ? 12'000 + number % 500 : number % 900 + 10;
  std::array<char, 512> text;
  const auto write = [&](int padding) {
    return std::snprintf(
        text.data(), text.size(),
        R"({"transaction_id":"%08llx-9c57-4a3e-8f11-2b6a1d9e4c55","timestamp":%llu,)"
        R"("user_id":%llu,"amount":%llu.%02llu,"transaction_type":"%s","location":"%s",)"
        R"("merchant":"Mercado%.*s","card_number":"45567375%08llu"})",
        static_cast<unsigned long long>(number * kSpread % 0xFFFF'FFFF), time,
        static_cast<unsigned long long>(10'000 + customer), static_cast<unsigned long long>(amount),
        static_cast<unsigned long long>(number % 100), number % 3 == 0 ? "withdrawal" : "purchase",
        travels ? "Madrid" : home_of(customer), padding, "                          ",
        static_cast<unsigned long long>(customer * 104'729 % 100'000'000));
  };
  const int bare = write(0);
  const int size = write(static_cast<int>(kMessageSize) - bare);
  if (size != static_cast<int>(kMessageSize)) throw std::logic_error("a message of a wrong size");
  out.append(text.data(), kMessageSize);
}

std::string message(std::uint64_t number, Kind kind) {
  std::string out;
  append_message(out, number, kind);
  return out;
}

std::string holder_lines() {
  std::string lines;
  for (std::uint64_t customer = 0; customer < kCustomers; ++customer) {
    const auto id = std::to_string(10'000 + customer);
    lines += R"({"user_id":)" + id + R"(,"name":"Customer )" + id + R"(","address":"Rua Augusta )" +
             id + R"(","phone_number":"+351 21 )" + id + R"(","email":"c)" + id +
             R"(@example.com","date_of_birth":"1980-01-01",)" + R"("account_number":"PT50)" + id +
             R"(","account_type":"current","balance":1000.00,)" + R"("city":")" +
             home_of(customer) + R"(","time_zone":"Europe/Lisbon"})" + "\n";
  }
  return lines;
}

}  // namespace assay::bench
