// Random worlds: the engine's answers against the naive reference, row by row.
//
// A world is a seed. One that fails is made smaller, row by row, as long as it still fails, and
// printed: what is read in the end is a handful of transactions.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <sstream>

#include "tests/core/features/feature_bench.hpp"
#include "tests/core/features/reference.hpp"
#include "tests/core/features/state_buffer.hpp"

namespace assay::tests {
namespace {

constexpr auto kSecond = FeatureBench::kSecond;

struct Row {
  Transaction transaction;
  bool redelivered = false;
  bool reload = false;  // state is saved and read back before it
};

struct World {
  std::vector<std::string> features;
  std::vector<Row> rows;
  bool shared = false;
  bool reversals = false;
};

struct Mixture {
  std::uint64_t rows = 0;
  std::uint64_t late = 0;
  std::uint64_t ties = 0;
  std::uint64_t duplicates = 0;
};

const std::vector<std::string>& catalogue() {
  static const std::vector<std::string> kAll = [] {
    std::vector<std::string> all;
    for (const auto* by : {"user", "card", "merchant", "card, user"}) {
      const auto key = std::string(" by ") + by;
      for (const auto* window : {" over 5s", " over 60s", " over previous 60s", " over 10m",
                                 " over previous 2h", " over 3d", ""}) {
        for (const auto* where : {"", " where small", " where ok"}) {
          for (const auto* what :
               {"count()", "sum(amount)", "sum(score)", "mean(amount)", "stddev(amount)",
                "stddev(score)", "min(amount)", "max(amount)", "max(score)", "min(quantity)",
                "sum(quantity)", "distinct(merchant)", "distinct(amount)", "distinct(card)"}) {
            all.push_back(what + key + window + where);
          }
        }
      }
      for (const auto* where : {"", " where small", " where ok"}) {
        for (const auto* what :
             {"last(merchant)", "last(amount)", "elapsed()", "speed(latitude, longitude)",
              "first_seen(merchant)", "first_seen(quantity)"}) {
          all.push_back(what + key + where);
        }
        all.push_back("elapsed()" + key + " over 60s" + where);
      }
    }
    return all;
  }();
  return kAll;
}

World make_world(std::uint64_t seed, Mixture& mixture) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t n) { return random() % n; };
  const auto chance = [&](double p) { return static_cast<double>(random() >> 11) * 0x1p-53 < p; };
  World world;
  world.shared = chance(0.3);
  world.reversals = chance(0.2);
  const auto features = 3 + below(10);
  for (std::uint64_t i = 0; i < features; ++i) {
    world.features.push_back(catalogue()[below(catalogue().size())]);
  }
  constexpr std::int64_t kUnits[] = {
      1, 1'000'000, kSecond / 2, kSecond, 40 * kSecond, 600 * kSecond, 7'200 * kSecond};
  const auto unit = kUnits[below(std::size(kUnits))];
  const auto rows = 50 + (chance(0.9) ? below(60) : below(451));
  const auto users = 1 + below(3);
  auto now = 1'700'000'000 * kSecond;
  for (std::uint64_t i = 0; i < rows; ++i) {
    Row row;
    auto& one = row.transaction;
    ++mixture.rows;
    if (i > 0 && chance(0.07)) {
      row = world.rows[below(world.rows.size())];
      row.redelivered = true;
      row.reload = false;
      ++mixture.duplicates;
      world.rows.push_back(row);
      continue;
    }
    const auto kind = below(100);
    if (kind < 9 && i > 0) {
      one.time = now - unit * static_cast<std::int64_t>(1 + below(chance(0.2) ? 400 : 12));
      ++mixture.late;
    } else if (kind < 20 && i > 0) {
      one.time = now;
      ++mixture.ties;
    } else {
      now += unit * static_cast<std::int64_t>(1 + below(6));
      if (chance(0.02)) now += unit * 100;
      one.time = now;
    }
    one.user = chance(0.03) ? std::nullopt : std::optional<std::int64_t>(below(users));
    if (chance(0.9)) one.card = below(3);
    if (chance(0.8))
      one.merchant = std::string(1 + below(3) * 9, static_cast<char>('a' + below(5)));
    if (chance(0.7)) one.status = chance(0.6) ? "ok" : "no";
    if (chance(0.9)) one.amount = static_cast<std::int64_t>(below(300'000)) - 50'000;
    if (chance(0.01)) one.amount = std::numeric_limits<std::int64_t>::max() / 2;
    one.currency = chance(0.9) ? "EUR" : chance(0.5) ? "USD" : "CHF";
    if (chance(0.02)) one.currency.reset();
    if (chance(0.8)) one.score = static_cast<double>(below(1'000)) / 7 - 50;
    if (chance(0.5)) {
      one.latitude = static_cast<double>(below(180)) - 90;
      one.longitude = static_cast<double>(below(360)) - 180;
    }
    if (chance(0.8)) one.quantity = static_cast<std::int64_t>(below(9)) - 3;
    one.id = "t" + std::to_string(i);
    if (world.reversals && i > 0 && chance(0.1)) {
      one.reverses = "t" + std::to_string(chance(0.7) && i > 6 ? i - 1 - below(6) : below(i));
    }
    row.reload = chance(0.004);
    world.rows.push_back(row);
  }
  return world;
}

std::string describe(const World& world) {
  std::ostringstream out;
  for (const auto& feature : world.features) out << "  " << feature << "\n";
  const auto begin = world.rows.empty() ? 0 : world.rows.front().transaction.time;
  for (const auto& row : world.rows) {
    const auto& one = row.transaction;
    out << "  +" << one.time - begin << "ns";
    if (one.user) out << " user " << *one.user;
    if (one.card) out << " card " << *one.card;
    if (one.merchant) out << " merchant " << *one.merchant;
    if (one.status) out << " status " << *one.status;
    if (one.amount) out << " amount " << *one.amount;
    if (one.currency) out << " " << *one.currency;
    if (one.score) out << " score " << *one.score;
    if (one.quantity) out << " quantity " << *one.quantity;
    if (one.latitude) out << " at " << *one.latitude << "," << *one.longitude;
    if (one.id) out << " id " << *one.id;
    if (one.reverses) out << " reverses " << *one.reverses;
    if (row.redelivered) out << " again";
    if (row.reload) out << " reloaded";
    out << "\n";
  }
  return out.str();
}

bool near(double a, double b, double scale) {
  return std::abs(a - b) <= 1e-9 * std::max({std::abs(a), std::abs(b), scale});
}

// What differs first, or nothing.
std::string difference(const World& world) {
  core::FeatureOptions options;
  if (!world.shared) options.partition_keys = {"user", "card", "merchant"};
  if (world.reversals) options.reversal = core::Slot{};
  options.retention = 20 * FeatureBench::kDay;
  FeatureBench bench(options);
  for (const auto& feature : world.features) bench.feature(feature);
  Reference reference(*bench.plan);
  bench.build();
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < world.rows.size(); ++i) {
    const auto& row = world.rows[i];
    if (reference.may_be_forgotten(row.transaction)) continue;
    if (row.redelivered && offset == 0) continue;  // what was it the first time?
    if (row.reload && !reload(bench)) return "row " + std::to_string(i) + ": not read back";
    bench.put(row.transaction, row.redelivered ? offset : ++offset);
    const auto expected = reference.put(row.transaction, row.redelivered);
    for (std::uint32_t f = 0; f < expected.size(); ++f) {
      const auto& feature = bench.plan->features()[f];
      const auto& wanted = expected[f];
      std::ostringstream out;
      out << "row " << i << ", " << feature.text << ": ";
      const auto show = [&](const char* what, auto engine, auto naive) {
        out << what << " is " << engine << ", should be " << naive;
        return out.str();
      };
      if (bench.block->has(0, *feature.flags) == wanted.absent) {
        return show("presence of flags", !wanted.absent ? 0 : 1, wanted.absent ? 0 : 1);
      }
      if (wanted.absent) {
        if (bench.block->has(0, feature.value)) return show("value", "there", "absent");
        continue;
      }
      if (feature.type == core::FieldType::float64) {
        const auto got = bench.number(f);
        if (got.has_value() != wanted.real.has_value() ||
            (got && !near(*got, *wanted.real, 1e-3))) {
          return show("value", got.value_or(NAN), wanted.real.value_or(NAN));
        }
      } else if (feature.type == core::FieldType::text) {
        if (bench.text(f) != wanted.text) {
          return show("text", bench.text(f).value_or("absent"), wanted.text.value_or("absent"));
        }
      } else if (bench.int64(f) != wanted.whole) {
        return show("value", bench.int64(f).value_or(-1), wanted.whole.value_or(-1));
      }
      const bool late = (bench.flags(f) & core::kFeatureLate) != 0;
      if (late != wanted.late) return show("late", late, wanted.late);
      if ((bench.flags(f) & core::kFeatureApproximate) != 0)
        return show("it", "approximate", "exact");
      if (bench.coverage(f) != wanted.coverage) {
        return show("coverage", bench.coverage(f), wanted.coverage);
      }
    }
  }
  return {};
}

World smaller(World world) {
  for (std::size_t step = world.rows.size() / 2; step > 0; step /= 2) {
    for (std::size_t at = 0; at + step <= world.rows.size();) {
      auto tried = world;
      const auto begin = tried.rows.begin() + static_cast<std::ptrdiff_t>(at);
      tried.rows.erase(begin, begin + static_cast<std::ptrdiff_t>(step));
      if (difference(tried).empty()) {
        at += step;
      } else {
        world = std::move(tried);
      }
    }
  }
  for (std::size_t i = 0; i < world.features.size() && world.features.size() > 1;) {
    auto tried = world;
    tried.features.erase(tried.features.begin() + static_cast<std::ptrdiff_t>(i));
    if (difference(tried).empty()) {
      ++i;
    } else {
      world = std::move(tried);
    }
  }
  return world;
}

void hold(std::uint64_t first_seed, std::uint64_t worlds) {
  Mixture mixture;
  for (auto seed = first_seed; seed < first_seed + worlds; ++seed) {
    const auto world = make_world(seed, mixture);
    if (difference(world).empty()) continue;
    const auto least = smaller(world);
    FAIL() << "seed " << seed << ": " << difference(least) << "\n" << describe(least);
  }
  const auto part = [&](std::uint64_t of) {
    return static_cast<double>(of) / static_cast<double>(mixture.rows);
  };
  std::printf("seeds %llu to %llu: %llu rows, %.1f %% late, %.1f %% ties, %.1f %% duplicates\n",
              static_cast<unsigned long long>(first_seed),
              static_cast<unsigned long long>(first_seed + worlds - 1),
              static_cast<unsigned long long>(mixture.rows), 100 * part(mixture.late),
              100 * part(mixture.ties), 100 * part(mixture.duplicates));
  EXPECT_GE(part(mixture.late), 0.05);
  EXPECT_GE(part(mixture.ties), 0.05);
  EXPECT_GE(part(mixture.duplicates), 0.05);
}

// Cut into parts, so that they run side by side.
TEST(FeatureWorlds, agree_with_the_reference_1) { hold(1, 5'000); }
TEST(FeatureWorlds, agree_with_the_reference_2) { hold(5'001, 5'000); }
TEST(FeatureWorlds, agree_with_the_reference_3) { hold(10'001, 5'000); }
TEST(FeatureWorlds, agree_with_the_reference_4) { hold(15'001, 5'000); }

}  // namespace
}  // namespace assay::tests
