#include "tests/core/features/reference.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "core/features/arithmetic.hpp"
#include "core/features/place.hpp"

namespace assay::tests {

using core::Aggregate;
using core::FieldType;

namespace {

constexpr std::int64_t kDay = FeatureBench::kDay;

std::int64_t bits_of(double value) { return std::bit_cast<std::int64_t>(value); }

}  // namespace

Reference::Reference(const core::FeaturePlan& plan)
    : retention_(plan.options().retention), reversals_(plan.options().reversal.has_value()) {
  for (const auto& feature : plan.features()) {
    features_.push_back({feature.declaration, feature.store, feature.window, {}, {}});
  }
}

std::optional<Reference::Value> Reference::value(const Transaction& one, const std::string& name) {
  const auto whole = [](const auto& field, FieldType type) -> std::optional<Value> {
    if (!field) return std::nullopt;
    return Value{static_cast<std::int64_t>(*field), std::to_string(*field), type};
  };
  const auto text = [](const std::optional<std::string>& field) -> std::optional<Value> {
    if (!field) return std::nullopt;
    return Value{0, *field, FieldType::text};
  };
  const auto real = [](const std::optional<double>& field) -> std::optional<Value> {
    if (!field) return std::nullopt;
    return Value{bits_of(*field), std::to_string(bits_of(*field)), FieldType::float64};
  };
  if (name == "user") return whole(one.user, FieldType::int64);
  if (name == "card") return whole(one.card, FieldType::token);
  if (name == "merchant") return text(one.merchant);
  if (name == "status") return text(one.status);
  if (name == "amount") return whole(one.amount, FieldType::decimal);
  if (name == "quantity") return whole(one.quantity, FieldType::int64);
  if (name == "score") return real(one.score);
  if (name == "latitude") return real(one.latitude);
  if (name == "longitude") return real(one.longitude);
  ADD_FAILURE() << "no field " << name;
  return std::nullopt;
}

std::optional<std::string> Reference::key(const Transaction& one,
                                          const core::FeatureDeclaration& declared) {
  std::string all;
  for (const auto& name : declared.keys) {
    const auto part = value(one, name.text);
    if (!part) return std::nullopt;
    all += part->text + "|";
  }
  return all;
}

bool Reference::has_arguments(const Transaction& one, const core::FeatureDeclaration& declared) {
  return std::all_of(declared.arguments.begin(), declared.arguments.end(),
                     [&](const auto& name) { return value(one, name.text).has_value(); });
}

bool Reference::holds(const Transaction& one, const std::string& where) {
  if (where == "small") return one.amount && *one.amount <= 100'000;
  return where.empty() || (where == "ok" && one.status == "ok");
}

bool Reference::is_money(const core::FeatureDeclaration& declared) {
  return declared.arguments.size() == 1 && declared.arguments[0].text == "amount";
}

bool Reference::takes(const Transaction& one, const core::FeatureDeclaration& declared) {
  return has_arguments(one, declared) && holds(one, declared.where) &&
         (!is_money(declared) || one.currency);
}

bool Reference::may_be_forgotten(const Transaction& one) const {
  return newest_ != core::kNever && one.time < newest_ - kDay;
}

std::vector<Expected> Reference::put(const Transaction& now, bool redelivered) {
  if (!since_) since_ = now.time;
  newest_ = std::max(newest_, now.time);
  const bool reversal = reversals_ && now.reverses.has_value();
  if (reversal && !redelivered) take_back(now);
  const bool counts = !redelivered && !reversal;

  std::set<std::pair<std::uint32_t, std::string>> counted;
  for (const auto& feature : features_) {
    const auto of = key(now, feature.declared);
    if (of && counts && takes(now, feature.declared)) counted.emplace(feature.store, *of);
  }
  // A key begins with the first transaction that counts.
  for (const auto& of : counted) keys_.try_emplace(of, Key{*since_, core::kNever, {}});

  std::vector<Expected> all;
  for (auto& feature : features_) {
    const auto of = key(now, feature.declared);
    if (!of || !has_arguments(now, feature.declared) ||
        (is_money(feature.declared) && !now.currency)) {
      all.emplace_back();
      continue;
    }
    const auto held = keys_.find({feature.store, *of});
    all.push_back(answer(feature, now, *of, held == keys_.end() ? nullptr : &held->second, counts));
  }
  for (const auto& of : counted) {
    auto& held = keys_.at(of);
    held.newest = std::max(held.newest, now.time);
    held.counted.push_back(now);
  }
  return all;
}

Expected Reference::answer(Feature& feature, const Transaction& now, const std::string& key,
                           const Key* held, bool counts) const {
  const auto& declared = feature.declared;
  Expected to;
  to.absent = false;
  auto reach = core::kNever;
  if (held && held->newest != core::kNever) {
    to.late = now.time < held->newest;
    reach = held->newest - feature.window - kDay;
  }
  const auto since = std::max(held ? held->covered_from : *since_, reach);
  to.coverage = std::clamp<std::int64_t>(now.time - since, 0, feature.window);

  if (core::looks_back(declared.aggregate)) {
    look_back(feature, now, key, to);
  } else if (declared.aggregate == Aggregate::first_seen) {
    auto& values = feature.seen[of_currency(feature, now, key)];
    const auto value_of = value(now, declared.arguments[0].text)->text;
    const auto known = values.find(value_of);
    const bool fresh = known == values.end() || now.time - known->second.last >= retention_;
    to.whole = fresh ? 0 : std::max<std::int64_t>(0, now.time - known->second.first);
    if (counts && takes(now, declared)) {
      auto& seen = values[value_of];
      seen = fresh ? Seen{now.time, now.time}
                   : Seen{std::min(seen.first, now.time), std::max(seen.last, now.time)};
    }
  } else {
    std::vector<const Transaction*> window;
    const auto from = std::max(now.time - feature.window, reach);
    const auto look_at = [&](const Transaction& one) {
      if (one.time > now.time || one.time <= from || !takes(one, declared)) return;
      if (!is_money(declared) || one.currency == now.currency) window.push_back(&one);
    };
    if (held) {
      for (const auto& one : held->counted) look_at(one);
    }
    if (counts && !declared.previous) look_at(now);
    sum_up(feature, window, to);
  }
  if (core::looks_back(declared.aggregate) && counts && takes(now, declared)) {
    auto& trail = feature.trails[of_currency(feature, now, key)];
    const auto place = std::upper_bound(
        trail.begin(), trail.end(), now,
        [](const Transaction& a, const Transaction& b) { return a.time < b.time; });
    trail.insert(place, now);
    if (trail.size() > 8) trail.erase(trail.begin());
  }
  return to;
}

void Reference::sum_up(const Feature& feature, const std::vector<const Transaction*>& window,
                       Expected& to) const {
  const auto& declared = feature.declared;
  const auto aggregate = declared.aggregate;
  const auto count = window.size();
  if (aggregate == Aggregate::count) {
    to.whole = static_cast<std::int64_t>(count);
    return;
  }
  std::vector<Value> values;
  for (const auto* one : window) values.push_back(*value(*one, declared.arguments[0].text));
  if (aggregate == Aggregate::distinct) {
    std::set<std::string> all;
    for (const auto& one : values) all.insert(one.text);
    to.whole = static_cast<std::int64_t>(all.size());
    return;
  }
  const bool real = declared.arguments[0].text == "score";
  const auto units = real ? core::kDoubleUnits : is_money(declared) ? 10'000.0 : 1.0;
  const auto number = [&](const Value& one) {
    return real ? std::nearbyint(std::bit_cast<double>(one.bits) * units)
                : static_cast<double>(one.bits);
  };
  long double sum = 0;
  for (const auto& one : values) sum += number(one);
  if (aggregate == Aggregate::sum) {
    if (real) {
      to.real = static_cast<double>(sum / units);
    } else {
      core::Int128 exact = 0;
      for (const auto& one : values) exact += one.bits;
      constexpr auto most = std::numeric_limits<std::int64_t>::max();
      constexpr auto least = std::numeric_limits<std::int64_t>::min();
      to.whole = exact > most ? most : exact < least ? least : static_cast<std::int64_t>(exact);
    }
  } else if (aggregate == Aggregate::mean) {
    if (count > 0) to.real = static_cast<double>(sum / static_cast<long double>(count) / units);
  } else if (aggregate == Aggregate::stddev) {
    if (count < 2) return;
    // Larger numbers are held at the limit.
    const auto held = [&](const Value& one) {
      return std::clamp<long double>(number(one), -0x1p52L, 0x1p52L);
    };
    sum = 0;
    for (const auto& one : values) sum += held(one);
    const auto mean = sum / static_cast<long double>(count);
    long double spread = 0;
    for (const auto& one : values) spread += (held(one) - mean) * (held(one) - mean);
    to.real = static_cast<double>(std::sqrt(spread / static_cast<long double>(count - 1)) / units);
  } else if (count > 0) {
    const auto smaller = [&](const Value& a, const Value& b) {
      return real ? std::bit_cast<double>(a.bits) < std::bit_cast<double>(b.bits) : a.bits < b.bits;
    };
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end(), smaller);
    const auto bits = aggregate == Aggregate::min ? least->bits : greatest->bits;
    if (real) {
      to.real = std::bit_cast<double>(bits);
    } else {
      to.whole = bits;
    }
  }
}

std::string Reference::of_currency(const Feature& feature, const Transaction& now,
                                   const std::string& key) const {
  return is_money(feature.declared) ? key + *now.currency : key;
}

void Reference::look_back(Feature& feature, const Transaction& now, const std::string& key,
                          Expected& to) const {
  const auto& trail = feature.trails[of_currency(feature, now, key)];
  const auto found = std::find_if(trail.rbegin(), trail.rend(),
                                  [&](const Transaction& one) { return one.time <= now.time; });
  if (found == trail.rend() || now.time - found->time >= feature.window) return;
  const auto elapsed = now.time - found->time;
  if (feature.declared.aggregate == Aggregate::elapsed) {
    to.whole = elapsed;
  } else if (feature.declared.aggregate == Aggregate::speed) {
    const auto distance =
        core::distance_km(*found->latitude, *found->longitude, *now.latitude, *now.longitude);
    if (distance >= 1) {
      to.real = distance / (static_cast<double>(std::max(elapsed, FeatureBench::kMinute)) / 3.6e12);
    }
  } else {
    const auto last = *value(*found, feature.declared.arguments[0].text);
    if (last.type == FieldType::text) {
      to.text = last.text;
    } else {
      to.whole = last.bits;
    }
  }
}

void Reference::take_back(const Transaction& reversal) {
  const auto is_it = [&](const Transaction& one) {
    return one.id == reversal.reverses && one.time > reversal.time - kDay;
  };
  for (auto& feature : features_) {
    const auto of = key(reversal, feature.declared);
    if (!of) continue;
    const auto held = keys_.find({feature.store, *of});
    if (held != keys_.end()) std::erase_if(held->second.counted, is_it);
    for (auto& [name, trail] : feature.trails) {
      if (name.starts_with(*of)) std::erase_if(trail, is_it);
    }
  }
}

}  // namespace assay::tests
