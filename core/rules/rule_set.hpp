// The rules of one worker, run over a batch: instances of plugins, and conditions.
//
// Each plugin reads the batch through a header of its own, which shows the columns it declared and
// nothing else, and writes its verdicts into the table. A stateful one has an instance for each
// partition, which sees the rows of that partition alone. A rule that fails makes its rows error
// verdicts; what that means for the decision is policy. A rule that answers nonsense is treated as
// one that failed: a plugin's mistake never becomes a silent "no fraud". A hit on less history than
// its rule was told to ask for becomes inconclusive. What is judged elsewhere is sent off before
// the others are entered and collected behind them.
//
// Thread: the worker that owns it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/model/plugin_call.hpp"
#include "core/model/plugin_error.hpp"
#include "core/model/row_block.hpp"
#include "core/model/rule_info.hpp"
#include "core/model/verdict_table.hpp"
#include "core/rules/condition_rule.hpp"
#include "core/rules/errand.hpp"
#include "core/rules/partition_rules.hpp"

namespace assay::core {

class RuleSet final {
 public:
  // A plugin, or a condition instead.
  struct Member {
    const assay_rule_api* api = nullptr;
    assay_rule* rule = nullptr;     // owned by whoever loaded it; null for a stateful plugin
    assay_batch* header = nullptr;  // in the worker's block; shows gathered rows if stateful
    std::shared_ptr<const ConditionRule> condition = nullptr;
    Errand* errand = nullptr;  // of a rule that is judged elsewhere; lives as long as `rule`
  };
  // What a partition has in the batch.
  struct Part {
    PartitionRules* rules = nullptr;
    std::span<const std::uint32_t> rows;  // in the order of offsets
  };

  // `door` keeps which plugin the worker is in; null where nobody wants to know.
  RuleSet(std::vector<Member> members, const std::vector<RuleInfo>& rules,
          PluginDoor* door = nullptr);

  std::size_t size() const { return members_.size(); }
  // Of a rule without code; null for a plugin's. Lives as long as this object or one moved from it.
  const Condition* condition(std::size_t rule) const {
    const auto& made = members_[rule].condition;
    return made ? &made->condition() : nullptr;
  }
  // Whether a rule has an instance for each partition.
  bool stateful() const { return !stateful_.empty(); }

  // Fills `verdicts` for all rows of the block. `parts` are there for stateful rules.
  void evaluate(RowBlock& block, VerdictTable& verdicts, std::span<const Part> parts = {});

  // Lets rules that asked for it do their housekeeping; `now` is event time.
  void tick(std::int64_t now, std::span<const Part> parts = {});

  struct Health {
    std::uint64_t failures = 0;  // rows that became error verdicts
    std::string last_message;
  };
  const Health& health(std::size_t rule) const { return health_[rule]; }

 private:
  void judge(std::size_t rule, RowBlock& block, VerdictTable& verdicts);
  // Turns what a rule has answered, or that it has not, into verdicts.
  void take(assay_status status, std::size_t rule, std::uint32_t rows, VerdictTable& verdicts,
            std::size_t in_table);
  void judge_answers(std::size_t rule, std::uint32_t rows, VerdictTable& verdicts,
                     std::size_t in_table);
  void evaluate_part(RowBlock& block, VerdictTable& verdicts, const Part& part);
  void hold_back_cold(std::size_t rule, const RowBlock& block, VerdictTable& verdicts) const;
  void fail(std::size_t rule, std::uint32_t rows, VerdictTable& verdicts, std::size_t in_table);

  assay_status enter(std::size_t rule, assay_rule* instance, const assay_verdicts* output);
  assay_status collect(Errand& errand, const assay_verdicts* output);

  std::vector<Member> members_;
  PluginDoor* door_;
  std::vector<std::string> whom_;        // their names, for PluginCall
  std::vector<std::size_t> stateful_;    // numbers of the rules with an instance for each partition
  std::optional<VerdictTable> of_part_;  // of them
  std::vector<std::uint32_t> reason_counts_;
  std::vector<std::vector<HistoryNeed>> history_;
  std::vector<Health> health_;
  assay_error error_;
};

}  // namespace assay::core
