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
#include "bench/rules/loaded_rule.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/figures.hpp"

namespace {

namespace bench = assay::bench;

constexpr std::uint32_t kMost = 512;  // rows of the largest batch

std::vector<bench::DirectRow> plain_rows(const bench::LoadedRule& loaded) {
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
  bench::LoadedRule loaded(rule, rows);
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
