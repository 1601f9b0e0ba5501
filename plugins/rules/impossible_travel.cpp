// Flags a card that is used in two places too far apart for the time between.
//
// Nobody is faster than an airliner, but a copy of the card is.
#include <assay/rule.hpp>

#include "plugins/rules/feature_text.hpp"
#include "plugins/rules/journey.hpp"

namespace {

using assay::rules::Journey;
using assay::rules::Places;

class ImpossibleTravel {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "speed": {"type": "number", "minimum": 1, "default": 900,
                "description": "The greatest possible speed, in km/h."},
      "distance": {"type": "number", "minimum": 1, "default": 100,
                   "description": "Only journeys of more than so many kilometres."},
      "places": {
        "type": "string", "format": "path",
        "description": "Read `location` by this file, one name,latitude,longitude a line."
      },
      "key": {"type": "string", "default": "card", "description": "What travels: a field."},
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.6,
                "description": "Score of a hit."}
    }
  })";

  struct Shared {
    explicit Shared(const assay::Config& config) {
      if (config.has("places")) places.emplace(std::string(config.path("places", "")));
    }
    std::optional<Places> places;
  };

  explicit ImpossibleTravel(const Shared& shared)
      : places_(shared.places ? &*shared.places : nullptr) {}

  void bind(assay::Binder& binder) {
    speed_ = binder.config("speed", 900.0);
    distance_ = binder.config("distance", 100.0);
    score_ = binder.config("score", 0.6);
    const auto key = std::string(binder.config("key", "card"));
    journey_ = Journey(binder, key, places_);
    impossible_ = binder.reason(
        {"impossible_travel",
         "{distance} away {elapsed} after the payment before " + assay::rules::on_this(key) +
             ": {speed}, limit {limit} km/h",
         "two payments were made too far apart for the time between them"},
        {assay::evidence<double>("distance", "km"), assay::evidence<assay::Duration>("elapsed"),
         assay::evidence<double>("speed", "km/h")},
        {{"limit", speed_}});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    const auto leg = journey_.leg(row);
    if (!leg) return assay::inconclusive();
    const auto km = assay::rules::distance_km(leg->from, leg->to);
    // Clocks of terminals are not exact: a minute is the least that lies between two payments.
    const auto time = std::max(leg->time, assay::Duration{assay::minutes{1}});
    const auto speed = km / std::chrono::duration<double, std::ratio<3600>>(time).count();
    if (!(km > distance_) || !(speed > speed_)) return assay::no_hit();
    explain(leg->time, std::round(speed));
    return assay::hit(impossible_, score_, std::round(km));
  }

 private:
  const Places* places_;
  double speed_ = 0;
  double distance_ = 0;
  double score_ = 0;
  Journey journey_;
  assay::Reason impossible_;
};

}  // namespace

ASSAY_RULE(ImpossibleTravel, "impossible_travel", "1.0.0")
