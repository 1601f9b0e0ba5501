// A rule in a process of its own, with a block to judge, as a worker has it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/rules/rule_set.hpp"
#include "host/diagnostics/render.hpp"
#include "host/plugins/rule_plugin.hpp"

namespace assay::tests {

class IsolatedRuleTest : public ::testing::Test {
 protected:
  IsolatedRuleTest() {
    services_.log = [this](std::uint32_t, std::string_view, std::string_view line) {
      const std::lock_guard lock(log_mutex_);
      log_.emplace_back(line);
    };
    // Many run here beside each other; only what is late on purpose is to be late.
    limits_.deadline = 30 * host::second_ns;
    limits_.start = 60 * host::second_ns;
  }

  // Null, with what is wrong in refusal(), where it is refused.
  host::RulePlugin* load(const std::string& use,
                         host::Isolation isolation = host::Isolation::process) {
    host::PluginLoader::Options options;
    options.cache = ::testing::TempDir() + "isolated_rules";
    options.process = limits_;
    loader_ = std::make_unique<host::PluginLoader>(services_, options);
    config_.id = "suspect";
    config_.use = use;
    config_.isolation = isolation;
    if (config_.parameters.is_null()) config_.parameters = host::empty_map({});
    rule_ = host::RulePlugin::load(config_, *loader_, diagnostics_);
    if (rule_) first_ = rule_->make_instance(0, 1, scope_, diagnostics_);
    return first_ ? rule_.get() : nullptr;
  }
  std::string refusal() const { return host::render(diagnostics_, host::DiagnosticFormat::human); }
  void set(const std::string& key, const std::string& value) {
    config_.parameters = host::empty_map({});
    host::Node node;
    node.kind = host::Node::Kind::scalar;
    node.text = value;
    config_.parameters.entries.push_back({key, {}, node});
  }

  // Verdicts on transactions of these amounts, by the first instance.
  std::vector<assay_verdict> judge(const std::vector<std::int64_t>& amounts) {
    if (!set_) {
      block_.emplace(layout_, core::RowBlock::Capacity{512, 1 << 16, 4096});
      header_ = block_->add_header(first_->columns.data(),
                                   static_cast<std::uint32_t>(first_->columns.size()));
      set_.emplace(std::vector<core::RuleSet::Member>{{first_->api, first_->rule, header_, nullptr,
                                                       first_->errand}},
                   std::vector<core::RuleInfo>{rule_->info()});
      verdicts_.emplace(1, 512);
    }
    block_->clear();
    for (const auto amount : amounts) {
      block_->put_int64(block_->add_row(), *layout_.find("amount"), amount);
    }
    set_->evaluate(*block_, *verdicts_);
    const auto found = verdicts_->of(0, static_cast<std::uint32_t>(amounts.size()));
    return {found.begin(), found.end()};
  }
  const std::string& last_failure() const { return set_->health(0).last_message; }

  // Waits until it is so; answers whether it came to be.
  static bool eventually(const std::function<bool()>& so) {
    for (int i = 0; i < 6000; ++i) {
      if (so()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return so();
  }
  bool is_up() const { return rule_->processes().front().up; }
  std::vector<std::string> log() const {
    const std::lock_guard lock(log_mutex_);
    return log_;
  }
  std::uint64_t counted(const std::string& name) const {
    for (const auto& plugin : loader_->loaded()) {
      for (const auto& counter : plugin->host().counters()) {
        if (counter.name == name) return counter.value;
      }
    }
    return 0;
  }

  host::ProcessConfig limits_;
  core::Layout layout_;
  host::FieldCatalogue catalogue_{layout_, {{"amount", core::FieldType::decimal}}};
  host::Scope scope_{catalogue_, nullptr, host::Scope::Stage::before_rules, "rule `suspect`"};
  mutable std::mutex log_mutex_;
  std::vector<std::string> log_;
  host::HostServices services_;
  host::Diagnostics diagnostics_;
  host::RuleConfig config_;
  std::unique_ptr<host::PluginLoader> loader_;
  std::unique_ptr<host::RulePlugin> rule_;
  std::optional<host::RulePlugin::Instance> first_;
  std::optional<core::RowBlock> block_;
  assay_batch* header_ = nullptr;
  std::optional<core::RuleSet> set_;
  std::optional<core::VerdictTable> verdicts_;
};

}  // namespace assay::tests
