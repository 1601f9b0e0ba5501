#include "core/decision/breakers.hpp"

#include <algorithm>
#include <string>

namespace assay::core {
namespace {

constexpr std::uint32_t kLongestId = 256;  // bytes; a configured id has at most 63

}  // namespace

Breakers::Breakers(const std::vector<RuleInfo>& rules) : rules_(&rules) {
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    modes_.push_back(rules[rule].mode);
    if (rules[rule].breaker) breakers_.push_back({rule, Alarm(rules[rule].breaker->limits)});
  }
}

bool Breakers::demoted(const Breaker& breaker) const {
  return (*rules_)[breaker.rule].breaker->demote && breaker.alarm.up();
}

void Breakers::set_mode(const Breaker& breaker) {
  modes_[breaker.rule] = demoted(breaker) ? RuleMode::shadow : (*rules_)[breaker.rule].mode;
}

void Breakers::see(std::int64_t event_time, const VerdictTable& verdicts, std::uint32_t row) {
  for (auto& breaker : breakers_) {
    breaker.alarm.see(event_time, verdicts.at(breaker.rule, row).answer == ASSAY_HIT);
    set_mode(breaker);
  }
}

void Breakers::succeed(const Breakers& elder) {
  for (auto& breaker : breakers_) {
    const auto& rule = (*rules_)[breaker.rule];
    const auto known = std::ranges::find_if(elder.breakers_, [&](const Breaker& one) {
      const auto& theirs = (*elder.rules_)[one.rule];
      return theirs.id == rule.id && theirs.version == rule.version &&
             theirs.breaker->limits == rule.breaker->limits;
    });
    if (known == elder.breakers_.end()) continue;
    breaker.alarm = known->alarm;
    set_mode(breaker);
  }
}

void Breakers::save(StateSink& to) const {
  to.put(static_cast<std::uint32_t>(breakers_.size()));
  for (const auto& breaker : breakers_) {
    const auto& rule = (*rules_)[breaker.rule];
    to.put(rule.version);
    to.put(static_cast<std::uint32_t>(rule.id.size()));
    to.write(std::as_bytes(std::span(rule.id)));
    breaker.alarm.save(to);
  }
}

bool Breakers::load(StateSource& from) {
  auto loaded = breakers_;
  std::uint32_t count = 0;
  if (!from.take(count)) return false;
  for (; count > 0; --count) {
    std::uint32_t version = 0;
    std::uint32_t length = 0;
    if (!from.take(version) || !from.take(length) || length > kLongestId) return false;
    std::string id(length, '\0');
    if (!from.read(std::as_writable_bytes(std::span(id)))) return false;
    const auto known = std::find_if(loaded.begin(), loaded.end(), [&](const Breaker& breaker) {
      const auto& rule = (*rules_)[breaker.rule];
      return rule.id == id && rule.version == version;
    });
    Alarm gone(AlarmLimits{0, 1, 1});
    if (!(known == loaded.end() ? gone : known->alarm).load(from)) return false;
  }
  breakers_ = std::move(loaded);
  for (const auto& breaker : breakers_) set_mode(breaker);
  return true;
}

}  // namespace assay::core
