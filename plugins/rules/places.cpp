#include "plugins/rules/places.hpp"

#include <algorithm>
#include <assay/file.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <sstream>
#include <utility>

namespace assay::rules {
namespace {

constexpr std::size_t largest_file = 64 << 20;  // bytes

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<double> degrees(std::string_view text, double most) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc{} || stopped != end || !(std::abs(value) <= most)) return std::nullopt;
  return value;
}

}  // namespace

double distance_km(Place from, Place to) {
  constexpr double earth = 6371.0088;  // mean radius
  constexpr double degree = std::numbers::pi / 180;
  const auto across = std::sin((to.latitude - from.latitude) * degree / 2);
  const auto along = std::sin((to.longitude - from.longitude) * degree / 2);
  const auto chord = across * across + std::cos(from.latitude * degree) *
                                           std::cos(to.latitude * degree) * along * along;
  return 2 * earth * std::asin(std::sqrt(std::min(1.0, chord)));
}

Places::Places(const std::string& path) {
  auto file = read_file(path, largest_file);
  if (!file.fault.empty()) throw Refusal("cannot read the places `" + path + "`: " + file.fault);
  std::istringstream lines(std::move(file.text));
  read(lines, path);
}

Places::Places(std::istream& lines, const std::string& path) { read(lines, path); }

void Places::read(std::istream& lines, const std::string& path) {
  std::uint32_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    const auto second = text.rfind(',');
    const auto first = second == 0 || second == text.npos ? text.npos : text.rfind(',', second - 1);
    if (first == text.npos) {
      throw Refusal("expected a place").at(path, number).advise("write it as name,52.52,13.40");
    }
    const auto name = trimmed(text.substr(0, first));
    const auto latitude = degrees(trimmed(text.substr(first + 1, second - first - 1)), 90);
    const auto longitude = degrees(trimmed(text.substr(second + 1)), 180);
    if (name.empty() || !latitude || !longitude) {
      throw Refusal("expected a name, a latitude of at most 90 and a longitude of at most 180")
          .at(path, number)
          .advise("write it as name,52.52,13.40; south and west are negative");
    }
    if (!places_.emplace(name, Place{*latitude, *longitude}).second) {
      throw Refusal("`" + std::string(name) + "` is in the file twice").at(path, number);
    }
  }
}

const Place* Places::find(std::string_view name) const {
  const auto found = places_.find(trimmed(name));
  return found == places_.end() ? nullptr : &found->second;
}

std::size_t Places::Hash::operator()(std::string_view name) const {
  std::size_t hash = 14695981039346656037u;  // FNV-1a
  for (const auto c : name) hash = (hash ^ static_cast<unsigned char>(lower(c))) * 1099511628211u;
  return hash;
}

bool Places::Same::operator()(std::string_view a, std::string_view b) const {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace assay::rules
