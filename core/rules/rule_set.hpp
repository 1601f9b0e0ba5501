// The rules of one worker: instances of plugins, run over a batch.
//
// Each rule reads the batch through a header of its own, which shows the columns it declared and
// nothing else, and writes its verdicts into the table. A rule that fails makes its rows error
// verdicts; what that means for the decision is policy. A rule that answers nonsense is treated as
// one that failed: a plugin's mistake never becomes a silent "no fraud".
//
// Thread: the worker that owns it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/model/plugin_error.hpp"
#include "core/model/row_block.hpp"
#include "core/model/rule_info.hpp"
#include "core/model/verdict_table.hpp"

namespace assay::core {

class RuleSet final {
 public:
  struct Member {
    const assay_rule_api* api;
    assay_rule* rule;     // owned by whoever loaded it; outlives the set
    assay_batch* header;  // in the worker's block
  };

  RuleSet(std::vector<Member> members, const std::vector<RuleInfo>& rules);

  std::size_t size() const { return members_.size(); }

  // Fills `verdicts` for all rows of the block.
  void evaluate(const RowBlock& block, VerdictTable& verdicts);

  // Lets rules that asked for it do their housekeeping; `now` is event time.
  void tick(std::int64_t now);

  struct Health {
    std::uint64_t failures = 0;  // rows that became error verdicts
    std::string last_message;
  };
  const Health& health(std::size_t rule) const { return health_[rule]; }

 private:
  void judge_answers(std::size_t rule, std::uint32_t rows, VerdictTable& verdicts);

  std::vector<Member> members_;
  std::vector<std::uint32_t> reason_counts_;
  std::vector<Health> health_;
  assay_error error_;
};

}  // namespace assay::core
