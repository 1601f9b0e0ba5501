// The last leg of somebody's way, as a transaction shows it: from which place to which, how long.
//
// A place is what the feed's coordinates say or, with a file of places, what its city is called. A
// transaction without a place is no station on the way.
#pragma once

#include <array>
#include <assay/binder.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/rules/places.hpp"

namespace assay::rules {

class Journey {
 public:
  struct Leg {
    Place from;
    Place to;
    Duration time;
  };

  Journey() = default;
  // Without `places`, which must outlive it, the coordinates are read.
  Journey(const Binder& binder, std::string_view key, const Places* places) : places_(places) {
    const auto placed = " by " + std::string(key) + " where " +
                        (places ? "has(location)" : "has(latitude) && has(longitude)");
    if (places) {
      name_ = {binder.field<std::string_view>("location"),
               binder.feature<std::string_view>("last(location)" + placed)};
    } else {
      latitude_ = {binder.field<double>("latitude"),
                   binder.feature<double>("last(latitude)" + placed)};
      longitude_ = {binder.field<double>("longitude"),
                    binder.feature<double>("last(longitude)" + placed)};
    }
    time_ = binder.feature<Duration>("elapsed()" + placed);
  }

  // Nothing where one of the places or the time is unknown.
  std::optional<Leg> leg(const Row& row) const {
    const auto to = place(row, 0);
    const auto from = place(row, 1);
    const auto time = row[time_];
    if (!to || !from || !time) return std::nullopt;
    return Leg{*from, *to, *time};
  }

 private:
  template <class T>
  using Pair = std::array<Field<T>, 2>;  // of this transaction and of the one before

  std::optional<Place> place(const Row& row, std::size_t which) const {
    if (places_) {
      const auto name = row[name_[which]];
      const auto* found = name ? places_->find(*name) : nullptr;
      return found ? std::optional(*found) : std::nullopt;
    }
    const auto latitude = row[latitude_[which]];
    const auto longitude = row[longitude_[which]];
    if (!latitude || !longitude) return std::nullopt;
    return Place{*latitude, *longitude};
  }

  const Places* places_ = nullptr;
  Pair<std::string_view> name_;
  Pair<double> latitude_;
  Pair<double> longitude_;
  Feature<Duration> time_;
};

}  // namespace assay::rules
