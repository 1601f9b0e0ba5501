// What a rule costs a row, loaded from a library and called through the C ABI as the engine calls
// it: the header shown, the verdicts zeroed before and judged after. Beside it the same work by a
// direct virtual call for each row.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "bench/rules/direct_rules.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/messages.hpp"
#include "core/decode/card_token.hpp"
#include "core/decode/decoder.hpp"
#include "core/rules/rule_set.hpp"
#include "host/diagnostics/render.hpp"
#include "host/plugins/rule_plugin.hpp"

namespace {

namespace bench = assay::bench;
namespace core = assay::core;
namespace host = assay::host;

constexpr std::uint32_t kMost = 512;  // rows of the largest batch

class LoadedRule {
 public:
  LoadedRule(const std::string& name, std::uint32_t rows)
      : schema_(core::sample_transaction_schema()) {
    schema_.add_to(layout_);
    config_.id = name;
    config_.use = std::string(ASSAY_BENCH_PLUGINS) + "/" + name + ".so";
    config_.parameters.kind = host::Node::Kind::map;
    host::Diagnostics diagnostics;
    rule_ = host::RulePlugin::load(config_, loader_, diagnostics);
    std::vector<host::FieldCatalogue::Field> fields;
    for (const auto& entry : layout_.entries()) fields.push_back({entry.name, entry.type});
    host::FieldCatalogue catalogue(layout_, std::move(fields));
    host::Scope scope(catalogue, nullptr, host::Scope::Stage::before_rules, name);
    const auto instance = rule_ ? rule_->make_instance(0, 1, scope, diagnostics) : std::nullopt;
    if (!instance) {
      std::fputs(render(diagnostics, host::DiagnosticFormat::human).c_str(), stderr);
      std::exit(1);
    }
    block_ = std::make_unique<core::RowBlock>(layout_, core::RowBlock::Capacity{rows, 1u << 20});
    auto* header = block_->add_header(instance->columns.data(),
                                      static_cast<std::uint32_t>(instance->columns.size()));
    rules_ = std::make_unique<core::RuleSet>(
        std::vector<core::RuleSet::Member>{{instance->api, instance->rule, header}},
        std::vector<core::RuleInfo>{rule_->info()});
    verdicts_ = std::make_unique<core::VerdictTable>(1, rows);
    fill(rows);
  }

  void run() { rules_->evaluate(*block_, *verdicts_); }
  const core::VerdictTable& verdicts() const { return *verdicts_; }
  const core::RowBlock& block() const { return *block_; }
  core::Slot slot(const char* name) const { return *layout_.find(name); }

 private:
  void fill(std::uint32_t rows) {
    const auto key = core::CardKey::parse("000102030405060708090a0b0c0d0e0f");
    const core::CardTokenizer tokenizer(*key);
    core::DecodeOptions options;
    options.default_currency = "EUR";
    options.tokenizer = &tokenizer;
    core::Decoder decoder(schema_, layout_, options);
    for (std::uint32_t i = 0; i < rows; ++i) {
      const auto text = bench::message(i, bench::Kind::quiet);
      const auto row = block_->add_row();
      if (decoder.decode({text, {}, {0}, {i}, 0}, *block_, row) != core::DecodeError::ok) {
        std::fputs("a message was refused\n", stderr);
        std::exit(1);
      }
    }
  }

  core::Schema schema_;
  core::Layout layout_;
  host::HostServices services_;
  host::PluginLoader loader_{services_, {}};
  host::RuleConfig config_;
  std::unique_ptr<host::RulePlugin> rule_;
  std::unique_ptr<core::RowBlock> block_;
  std::unique_ptr<core::RuleSet> rules_;
  std::unique_ptr<core::VerdictTable> verdicts_;
};

std::vector<bench::DirectRow> plain_rows(const LoadedRule& loaded) {
  std::vector<bench::DirectRow> rows;
  const auto& block = loaded.block();
  for (std::uint32_t i = 0; i < block.rows(); ++i) {
    rows.push_back({block.int64(i, loaded.slot("amount")), block.int64(i, loaded.slot("timestamp")),
                    block.int64(i, loaded.slot("user_id")),
                    block.text(i, loaded.slot("transaction_type"))});
  }
  return rows;
}

using Make = std::unique_ptr<bench::DirectRule> (*)();

bench::Pairs measure(const std::string& rule, Make make_direct, std::uint32_t rows,
                     bench::Figures& figures) {
  LoadedRule loaded(rule, rows);
  const auto direct = make_direct();
  const auto plain = plain_rows(loaded);
  std::vector<assay_verdict> verdicts(rows);
  const int calls = static_cast<int>((figures.quick() ? kMost : 64 * kMost) / rows);
  const auto units = static_cast<double>(calls) * rows;
  auto pairs = bench::in_turn(
      figures.rounds(201),
      [&] {
        return bench::cost_of(units, [&] {
          for (int i = 0; i < calls; ++i) {
            for (std::uint32_t row = 0; row < rows; ++row) {
              verdicts[row] = direct->evaluate(plain[row]);
            }
            benchmark::ClobberMemory();
          }
        });
      },
      [&] {
        return bench::cost_of(units, [&] {
          for (int i = 0; i < calls; ++i) {
            loaded.run();
            benchmark::ClobberMemory();
          }
        });
      });
  for (std::uint32_t row = 0; row < rows; ++row) {
    const auto& found = loaded.verdicts().at(0, row);
    if (found.answer != verdicts[row].answer || found.score != verdicts[row].score) {
      std::fputs("the rule and its direct twin disagree\n", stderr);
      std::exit(1);
    }
  }
  return pairs;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("rules", argc, argv);
  struct Case {
    const char* rule;
    Make make_direct;
    std::uint32_t rows;
    std::optional<bench::Goal> goal;
  };
  const Case cases[] = {
      {"empty", bench::make_direct_empty, 1, bench::at_most(12)},
      {"empty", bench::make_direct_empty, 64, bench::at_most(2)},
      {"empty", bench::make_direct_empty, kMost, {}},
      {"four_fields", bench::make_direct_four_fields, 1, bench::at_most(25)},
      {"four_fields", bench::make_direct_four_fields, 64, bench::at_most(6)},
      {"four_fields", bench::make_direct_four_fields, kMost, {}},
  };
  for (const auto& one : cases) {
    auto pairs = measure(one.rule, one.make_direct, one.rows, figures);
    figures.add({std::string(one.rule) + ".batch_" + std::to_string(one.rows), "ns/row",
                 std::move(pairs.samples), std::move(pairs.baseline), one.goal});
  }
  return figures.print();
}
