// One rule, loaded from a library as the engine loads it, and a batch for it to judge.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/decode/schema.hpp"
#include "core/rules/rule_set.hpp"
#include "host/plugins/rule_plugin.hpp"

namespace assay::bench {

class LoadedRule {
 public:
  // Ends the program, saying why, where it is refused. A batch of `rows` lies there from then on.
  LoadedRule(const std::string& name, std::uint32_t rows,
             host::Isolation isolation = host::Isolation::in_process,
             const host::ProcessConfig& limits = {});

  void run() { rules_->evaluate(*block_, *verdicts_); }
  const core::VerdictTable& verdicts() const { return *verdicts_; }
  const core::RowBlock& block() const { return *block_; }
  core::Slot slot(const char* name) const { return *layout_.find(name); }
  const host::RulePlugin& plugin() const { return *rule_; }

 private:
  static host::PluginLoader::Options options(const host::ProcessConfig& limits);
  void fill(std::uint32_t rows);

  core::Schema schema_;
  core::Layout layout_;
  host::HostServices services_;
  host::PluginLoader loader_;
  host::RuleConfig config_;
  std::unique_ptr<host::RulePlugin> rule_;
  std::unique_ptr<core::RowBlock> block_;
  std::unique_ptr<core::RuleSet> rules_;
  std::unique_ptr<core::VerdictTable> verdicts_;
};

}  // namespace assay::bench
