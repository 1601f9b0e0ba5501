// Rules behind the C table, made from a lambda: what the engine sees of a plugin, without a plugin.
#pragma once

#include <assay/plugin.h>

#include <assay/row.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/model/plugin_error.hpp"
#include "core/model/rule_info.hpp"
#include "core/rules/rule_set.hpp"

namespace assay::tests {

// Must stay where it is while the engine holds it.
class FakeRule final {
 public:
  using Evaluate =
      std::function<assay_status(const assay_batch&, const assay_verdicts&, assay_error&)>;
  using Judge = std::function<assay_verdict(const Row&)>;

  explicit FakeRule(Evaluate evaluate) : evaluate_(std::move(evaluate)) {}
  FakeRule(const FakeRule&) = delete;
  FakeRule& operator=(const FakeRule&) = delete;

  // Answers row by row.
  static Evaluate each(Judge judge) {
    return [judge = std::move(judge)](const assay_batch& batch, const assay_verdicts& verdicts,
                                      assay_error&) {
      for (std::uint32_t row = 0; row < batch.rows; ++row) {
        verdicts.rows[row] = judge(Row(batch, row));
      }
      return ASSAY_OK;
    };
  }

  core::RuleSet::Member member(assay_batch* header) {
    return {&kApi, reinterpret_cast<assay_rule*>(this), header};
  }
  // For a plugin whose table has no tick().
  core::RuleSet::Member member_without_tick(assay_batch* header) {
    return {&kApiWithoutTick, reinterpret_cast<assay_rule*>(this), header};
  }

  // How often tick() came, and with which time the last one did.
  int ticks() const { return ticks_; }
  std::int64_t ticked_at() const { return ticked_at_; }

 private:
  static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                               const assay_verdicts* verdicts, assay_error* error) {
    return reinterpret_cast<FakeRule*>(rule)->evaluate_(*batch, *verdicts, *error);
  }
  static void tick(assay_rule* rule, std::int64_t now) {
    auto& fake = *reinterpret_cast<FakeRule*>(rule);
    ++fake.ticks_;
    fake.ticked_at_ = now;
  }
  static assay_rule_api table(bool ticks) {
    assay_rule_api api{};
    api.size = sizeof api;
    api.evaluate = evaluate;
    if (ticks) api.tick = tick;
    return api;
  }

  inline static const assay_rule_api kApi = table(true);
  inline static const assay_rule_api kApiWithoutTick = table(false);

  Evaluate evaluate_;
  int ticks_ = 0;
  std::int64_t ticked_at_ = 0;
};

inline assay_verdict hit(std::int32_t score, std::uint16_t reason = 0, std::int64_t evidence = 0) {
  return {ASSAY_HIT, reason, score, evidence};
}
inline assay_verdict answer(std::uint16_t code) { return {code, 0, 0, 0}; }

// What the host's fail() does: the first failure of a call wins.
inline assay_status fail(assay_error& error, std::string message) {
  if (!error.failed) {
    error.failed = true;
    error.message = std::move(message);
  }
  return ASSAY_FAILED;
}

// Words over evidence only.
inline core::Words words_of(std::string_view text,
                            const std::vector<core::EvidenceInfo>& evidence = {}) {
  core::Words words;
  core::Words::parse(
      text, evidence, [](std::string_view) { return std::nullopt; }, words);
  return words;
}

inline core::ReasonInfo reason(std::string code, core::Action action = core::Action::none) {
  core::ReasonInfo info;
  info.words = words_of("because of " + code);
  info.code = std::move(code);
  info.action = action;
  return info;
}

inline core::RuleInfo rule(std::string id, std::vector<core::ReasonInfo> reasons) {
  core::RuleInfo info;
  info.plugin = id + " 1.0";
  info.id = std::move(id);
  info.reasons = std::move(reasons);
  return info;
}

}  // namespace assay::tests
