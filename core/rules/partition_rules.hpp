// The instances of stateful rules that belong to one partition, and their state.
//
// They are made when the partition is assigned and go when it is given up. Their state goes into
// the partition's snapshot under each rule's id, so that a rule finds its own whatever else the
// configuration has come to say.
//
// Thread: the worker that owns the partition.
#pragma once

#include <assay/rule.h>

#include <cstdint>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/model/plugin_call.hpp"
#include "core/model/state_stream.hpp"
#include "core/rules/errand.hpp"

namespace assay::core {

class PartitionRules final {
 public:
  struct Instance {
    std::string id;  // of the rule, as configured
    const assay_rule_api* api = nullptr;
    assay_rule* rule = nullptr;  // null where it could not be made: its verdicts are errors
    std::uint64_t batches = 0;   // that it was given
    PluginDoor* door = nullptr;  // keeps which plugin the worker is in
    const char* whom = "";       // its name, for PluginCall; outlives every worker
    Errand* errand = nullptr;    // of a rule that is judged elsewhere; lives as long as `rule`
  };

  // In the order of the stateful rules. The instances are destroyed with it.
  explicit PartitionRules(std::vector<Instance> instances) : instances_(std::move(instances)) {}
  ~PartitionRules();
  PartitionRules(const PartitionRules&) = delete;
  PartitionRules& operator=(const PartitionRules&) = delete;

  std::vector<Instance>& instances() { return instances_; }

  // Gives each instance that `goes_on` names by its rule's id the state of the elder's of the same
  // id. One that cannot take it is made anew by `make`, and `begun_anew` is told why.
  using GoesOn = std::function<bool(const std::string& rule)>;
  using Make = std::function<Instance(const std::string& rule)>;
  using BegunAnew = std::function<void(const std::string& rule, const std::string& why)>;
  void succeed(const PartitionRules& elder, const GoesOn& goes_on, const Make& make,
               const BegunAnew& begun_anew);

  void tick(std::int64_t now);

  // Between batches. A rule that has nothing to save (ASSAY_END) is left out. The error names the
  // rule that failed and what it says.
  tl::expected<void, std::string> save(StateSink& sink) const;
  // Into instances that have not judged yet. After an error they must not be used: a rule may have
  // taken half of what it was given.
  tl::expected<void, std::string> load(StateSource& source);

 private:
  std::vector<Instance> instances_;
};

}  // namespace assay::core
