// Instances of a stateful rule as the host makes them: one to learn what is bound, then one for
// each partition, by the workers.
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "core/rules/rule_set.hpp"
#include "host/diagnostics/render.hpp"
#include "host/plugins/rule_plugin.hpp"

namespace assay::tests {
namespace {

struct Bytes final : core::StateSink, core::StateSource {
  void write(std::span<const std::byte> more) override {
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  bool read(std::span<std::byte> to) override {
    if (to.size() > remaining()) return false;
    std::memcpy(to.data(), bytes.data() + at, to.size());
    at += to.size();
    return true;
  }
  std::uint64_t remaining() const override { return bytes.size() - at; }

  std::vector<std::byte> bytes;
  std::size_t at = 0;
};

class StatefulPluginTest : public ::testing::Test {
 protected:
  StatefulPluginTest() {
    config_.id = "seen";
    config_.use = ODD_PLUGINS "/counting_rule.so";
    config_.parameters = host::empty_map({});
    rule_ = host::RulePlugin::load(config_, loader_, diagnostics_);
    if (rule_) first_ = rule_->make_instance(0, 2, scope_, diagnostics_);
    EXPECT_TRUE(first_) << host::render(diagnostics_, host::DiagnosticFormat::human);
  }

  std::unique_ptr<core::PartitionRules> rules_of(std::int32_t partition) {
    auto instance = rule_->make_for_partition(0, 2, core::PartitionId{partition});
    EXPECT_TRUE(instance) << instance.error();
    std::vector<core::PartitionRules::Instance> all;
    all.push_back(*instance);
    return std::make_unique<core::PartitionRules>(std::move(all));
  }

  static host::PluginLoader::Options options() {
    host::PluginLoader::Options options;
    options.cache = ::testing::TempDir() + "stateful_plugins";
    return options;
  }

  core::Layout layout_;
  host::FieldCatalogue catalogue_{layout_, {{"amount", core::FieldType::decimal}}};
  host::Scope scope_{catalogue_, nullptr, host::Scope::Stage::before_rules, "rule `seen`"};
  host::HostServices services_;
  host::PluginLoader loader_{services_, options()};
  host::RuleConfig config_;
  host::Diagnostics diagnostics_;
  std::unique_ptr<host::RulePlugin> rule_;
  std::optional<host::RulePlugin::Instance> first_;
};

TEST_F(StatefulPluginTest, is_bound_once_and_has_an_instance_for_each_partition_alone) {
  ASSERT_TRUE(rule_->stateful());
  EXPECT_EQ(first_->rule, nullptr) << "what was made to learn the names is never entered";
  ASSERT_EQ(first_->columns.size(), 1U);
  const auto further = rule_->make_instance(1, 2, scope_, diagnostics_);
  ASSERT_TRUE(further);
  EXPECT_EQ(further->columns, first_->columns);
}

TEST_F(StatefulPluginTest, remembers_by_partition_and_across_a_snapshot) {
  core::RowBlock block(layout_, {8, 64, 1024, true});
  auto* header = block.add_gathered_header(first_->columns.data(), 1);
  core::RuleSet set({{first_->api, nullptr, header, nullptr}}, {rule_->info()});
  core::VerdictTable verdicts(1, 8);
  auto zero = rules_of(0);
  auto one = rules_of(1);
  for (int i = 0; i < 3; ++i) (void)block.add_row();
  const std::vector<std::uint32_t> even{0, 2};
  const std::vector<std::uint32_t> odd{1};
  std::vector<core::RuleSet::Part> parts{{zero.get(), even}, {one.get(), odd}};
  set.evaluate(block, verdicts, parts);
  EXPECT_EQ(verdicts.at(0, 1).evidence, 1);
  EXPECT_EQ(verdicts.at(0, 2).evidence, 2);

  Bytes snapshot;
  ASSERT_TRUE(zero->save(snapshot));
  zero = rules_of(0);
  ASSERT_TRUE(zero->load(snapshot));
  parts = {{zero.get(), even}};
  set.evaluate(block, verdicts, parts);
  EXPECT_EQ(verdicts.at(0, 0).evidence, 3);
}

// Workers get their partitions when the group says so, several at a time; what a rule's instances
// share in the host (its parameters) is not made for that.
TEST_F(StatefulPluginTest, makes_one_instance_at_a_time_whichever_worker_asks) {
  std::atomic<int> refused{0};
  {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 4; ++worker) {
      workers.emplace_back([&, worker] {
        for (int i = 0; i < 50; ++i) {
          const auto made = rule_->make_for_partition(static_cast<std::uint32_t>(worker), 4,
                                                      core::PartitionId{worker});
          if (made) {
            made->api->destroy(made->rule);
          } else {
            ++refused;
          }
        }
      });
    }
  }
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace assay::tests
