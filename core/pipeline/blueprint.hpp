// What every worker's pipeline is made after: the row's layout, the rules, the policy, the steps.
//
// Built once from the configuration, when all names are bound; immutable and shared from then on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/decision/policy.hpp"
#include "core/features/feature_plan.hpp"
#include "core/model/configuration.hpp"
#include "core/model/layout.hpp"
#include "core/model/rule_info.hpp"
#include "core/sinks/record_builder.hpp"
#include "core/sinks/step.hpp"

namespace assay::core {

// Fields that the engine itself writes; those that nobody bound have no slot and cost nothing.
struct EngineSlots {
  std::optional<Slot> decision;            // text: approve, review, decline
  std::optional<Slot> score;               // double, 0 to 1
  std::optional<Slot> decided_at;          // time
  std::optional<Slot> record_offset;       // int64
  std::optional<Slot> record_time;         // time: of the Kafka record
  std::optional<Slot> config_hash;         // text
  std::optional<Slot> card_key_id;         // text
  std::optional<Slot> inconclusive_rules;  // text: ids with commas between, absent for none
  std::optional<Slot> error_rules;         // the same
  std::optional<Slot> id_reused;           // bool
};

struct Blueprint {
  std::uint32_t kind = ASSAY_DECISION;  // of the records that come out
  Layout layout;
  EngineSlots slots;
  std::vector<RuleInfo> rules;
  Policy policy;
  std::vector<Step> steps;
  std::string topic;
  std::string group;
  std::string config_hash;
  std::shared_ptr<const Configuration> configuration;  // behind the hash; null where nobody asks
  std::string card_key_id;
  std::int64_t dedupe_horizon = 0;              // nanoseconds of event time; 0 tells no duplicates
  std::optional<Slot> customer;                 // whom alerts are about, for cooldowns
  std::shared_ptr<const FeaturePlan> features;  // null where nobody wants history
};

}  // namespace assay::core
