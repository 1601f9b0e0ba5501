#include "host/plugins/rule_bands.hpp"

#include <assay/rule.h>

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/config/text_place.hpp"
#include "host/config/values.hpp"
#include "host/diagnostics/nearest.hpp"
#include "host/plugins/plugin_binder.hpp"
#include "host/plugins/plugin_faults.hpp"

namespace assay::host {
namespace {

using core::FieldType;
using Limit = tl::expected<std::int64_t, std::string>;

constexpr std::size_t kMostReasons = std::numeric_limits<std::uint16_t>::max();

// The words for evidence that can be banded; nothing for the rest.
std::optional<std::string> kind_of(FieldType type) {
  switch (type) {
    case FieldType::int64:
      return "a whole number";
    case FieldType::float64:
      return "a number";
    case FieldType::decimal:
      return "an amount";
    case FieldType::duration:
      return "a duration";
    default:
      return std::nullopt;
  }
}

// As a cell of that evidence.
Limit limit_of(FieldType type, const std::string& text) {
  if (type == FieldType::decimal) return parse_decimal(text);
  if (type == FieldType::duration) return parse_duration(text);
  if (type == FieldType::int64) return parse_integer(text);
  return parse_number(text).map([](double number) { return std::bit_cast<std::int64_t>(number); });
}

class Joiner {
 public:
  Joiner(const RuleConfig& config, Scope& scope, core::RuleInfo& rule, Diagnostics& diagnostics)
      : config_(&config), scope_(&scope), rule_(&rule), diagnostics_(&diagnostics) {}

  bool join(const ReasonBands& bands, std::size_t declared) {
    bool known = false;
    bool sound = true;
    // Several reasons may share a code.
    for (std::size_t number = 0; number < declared; ++number) {
      if (rule_->reasons[number].code != bands.reason) continue;
      known = true;
      sound = join(bands, static_cast<std::uint16_t>(number)) && sound;
    }
    return known ? sound : refuse_unknown(bands, declared);
  }

 private:
  bool join(const ReasonBands& bands, std::uint16_t number) {
    const auto& evidence = rule_->reasons[number].evidence;
    if (evidence.empty() || !kind_of(evidence.front().type)) {
      return refuse(bands.span, "has bands for `" + bands.reason + "`, which cannot have any",
                    evidence.empty()
                        ? "a hit with this reason carries no value to go by"
                        : "its first evidence, `" + evidence.front().name + "`, is a " +
                              std::string(to_string(evidence.front().type)),
                    "remove the bands; `score` gives every hit of the rule a score");
    }
    const auto measure = evidence.front();  // a copy: bands add to the rule's reasons
    std::vector<core::Band> joined;
    for (const auto& band : bands.bands) {
      auto made = make(band, measure, number, joined.empty() ? nullptr : &joined.back());
      if (!made) return false;
      joined.push_back(*made);
    }
    rule_->reasons[number].bands = core::Bands(measure.type, std::move(joined));
    return true;
  }

  std::optional<core::Band> make(const BandConfig& config, const core::EvidenceInfo& measure,
                                 std::uint16_t number, const core::Band* before) {
    core::Band band;
    band.score = static_cast<std::int32_t>(std::lround(config.score * ASSAY_SCORE_ONE));
    if (!config.above.is_null()) {
      const auto limit = limit_of(measure.type, config.above.text);
      if (!limit) {
        refuse(
            config.span,
            "has a band that begins at " + quoted_for_message(config.above) + ": " + limit.error(),
            "it is compared with `" + measure.name + "`, " + *kind_of(measure.type));
        return std::nullopt;
      }
      band.above = *limit;
    }
    if (before && before->above && !core::greater(measure.type, *band.above, *before->above)) {
      refuse(config.span, "has a band that does not begin above the one before it",
             "a band ends where the next one begins",
             "put the bands in rising order of `above`, each limit once");
      return std::nullopt;
    }
    const auto reason = reason_of(config, number);
    if (!reason) return std::nullopt;
    band.reason = *reason;
    return band;
  }

  // The number of the band's reason: a new one where the band says more than a score.
  std::optional<std::uint16_t> reason_of(const BandConfig& config, std::uint16_t number) {
    if (config.code.empty() && config.reason.is_null()) return number;
    if (rule_->reasons.size() > kMostReasons) {
      refuse(config.span, "has more reasons and bands than there may be",
             "at most " + std::to_string(kMostReasons + 1));
      return std::nullopt;
    }
    auto reason = rule_->reasons[number];
    reason.bands = {};
    if (!config.code.empty()) reason.code = config.code;
    if (!config.reason.is_null()) {
      const auto fault = compile_words(*scope_, config.reason.text, reason.evidence, reason.words);
      if (fault) {
        add(*diagnostics_, who(), place_in(config.reason, fault->at.value_or(0), 1), *fault);
        return std::nullopt;
      }
    }
    rule_->reasons.push_back(std::move(reason));
    ++rule_->band_reasons;
    return static_cast<std::uint16_t>(rule_->reasons.size() - 1);
  }

  bool refuse_unknown(const ReasonBands& bands, std::size_t declared) {
    std::vector<std::string> codes;
    std::string all;
    for (std::size_t i = 0; i < declared; ++i) {
      codes.push_back(rule_->reasons[i].code);
      all += (all.empty() ? "" : ", ") + codes.back();
    }
    add(*diagnostics_, who(), bands.span,
        BindFault{Code::unknown_reason,
                  "has bands for `" + bands.reason + "`, a reason that it does not have",
                  "its reasons: " + all, did_you_mean(bands.reason, codes)});
    return false;
  }

  bool refuse(const Span& place, std::string message, std::string note, std::string help = {}) {
    add(*diagnostics_, who(), place,
        BindFault{Code::bad_bands, std::move(message), std::move(note), std::move(help)});
    return false;
  }

  std::string who() const { return "rule `" + config_->id + "`"; }

  const RuleConfig* config_;
  Scope* scope_;
  core::RuleInfo* rule_;
  Diagnostics* diagnostics_;
};

}  // namespace

bool apply_bands(const RuleConfig& config, Scope& scope, core::RuleInfo& rule,
                 Diagnostics& diagnostics) {
  const auto declared = rule.reasons.size();
  bool sound = true;
  for (const auto& bands : config.bands) {
    sound = Joiner(config, scope, rule, diagnostics).join(bands, declared) && sound;
  }
  return sound;
}

}  // namespace assay::host
