// With the configuration that ships, its rules and their features, nothing between the bytes of a
// message and the records for the sinks takes from the heap once the windows have filled: what a
// batch takes is its list of blocks and the blocks.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/application/pipeline_parts.hpp"
#include "host/config/reader.hpp"
#include "host/diagnostics/render.hpp"
#include "host/enrich/holder_batch.hpp"
#include "host/runtime/stripe_locks.hpp"
#include "tests/host/config/support.hpp"
#include "tests/support/allocation_count.hpp"

namespace assay::host {
namespace {

using tests::allocations;

constexpr std::uint64_t kCustomers = 40;
constexpr std::int64_t kStart = 1'767'571'200;  // seconds since 1970
constexpr std::int64_t kStep = 120;
constexpr std::uint64_t kHundredDays =
    std::int64_t{100} * 86'400 / kStep;  // the longest window has ninety

// Takes what comes out and lets it go; all lists and blocks that there were.
class Drain final : public core::Outlet {
 public:
  void take(core::Shard&, core::Shard::Departure departure,
            std::vector<core::Reject> rejects) override {
    ++lists;
    rejected += rejects.size();
    for (const auto& block : departure.blocks) blocks += block && block.rows() > 0 ? 1 : 0;
  }
  std::uint64_t lists = 0;
  std::uint64_t blocks = 0;
  std::uint64_t rejected = 0;
};

// Everybody pays in turn, and in every sixty-four payments there are six of one card in a row. All
// comes again after 7,680 payments, so no key is new and what is forgotten makes room for what
// comes.
std::string payment(std::uint64_t number) {
  const auto in_a_row = number % 64 < 6;
  const auto customer = in_a_row ? number / 64 % kCustomers : number % kCustomers;
  const auto amount = number % 60 == 7 ? 6'000 : 10 + number % 10;
  const auto time = kStart + static_cast<std::int64_t>(number) * kStep;
  std::array<char, 640> text;
  const auto size = std::snprintf(
      text.data(), text.size(),
      R"({"transaction_id":"a-transaction-%llu","timestamp":%lld,"user_id":%llu,)"
      R"("amount":%llu.50,"currency":"EUR","transaction_type":"%s","location":"%s",)"
      R"("merchant":"Mercado %llu","merchant_category":"5732","device_id":"device-%llu",)"
      R"("payee_account":"PT50-%llu","latitude":%llu.5,"longitude":-9.1,)"
      R"("card_number":"4111111111%06llu"})",
      static_cast<unsigned long long>(number), static_cast<long long>(time),
      static_cast<unsigned long long>(customer), static_cast<unsigned long long>(amount),
      number % 5 == 0 ? "transfer" : "purchase", number % 10 == 0 ? "Lisbon" : "Porto",
      static_cast<unsigned long long>(number % 12), static_cast<unsigned long long>(customer / 2),
      static_cast<unsigned long long>(number % 8), static_cast<unsigned long long>(38 + number % 3),
      static_cast<unsigned long long>(customer));
  return {text.data(), static_cast<std::size_t>(size)};
}

class SteadyState : public ::testing::Test {
 protected:
  SteadyState() {
    const std::vector<std::string> files{
        ASSAY_DEMO_CONFIGURATION, folder_.write("here.yaml", "plugins: { path: [" ASSAY_RULES_FOLDER
                                                             ", " ASSAY_SINKS_FOLDER "] }\n")};
    Diagnostics diagnostics;
    if (auto config = read_config(files, diagnostics)) {
      config_ = std::make_unique<Config>(std::move(*config));
      assembly_ = Assembly::build(*config_, Assembly::CardKey::or_made_up, diagnostics);
    }
    if (assembly_) holders_ = make_holders(*assembly_, diagnostics);
    if (!holders_) throw std::runtime_error(render(diagnostics, DiagnosticFormat::brief));
    introduce();
    const auto& blueprint = *assembly_->decisions().blueprint;
    history_ = std::make_unique<core::SharedHistory>(*blueprint.features, locks_);
    auto parts = make_pipeline_parts(
        *assembly_, assembly_->decisions(),
        {.holders = holders_.get(), .history = history_.get(), .any_time = true}, diagnostics);
    if (!parts) throw std::runtime_error(render(diagnostics, DiagnosticFormat::brief));
    parts_ = std::move(*parts);
    pipeline_.emplace(blueprint, std::move(*parts_.parts));
    core::Shard::Start start{{0}, {1}, {0}, std::vector<core::Offset>(blueprint.steps.size())};
    start.dedupe_horizon = blueprint.dedupe_horizon;
    start.features = blueprint.features.get();
    shard_ = std::make_unique<core::Shard>(blueprint.steps, std::move(start));
  }

  void introduce() {
    HolderBatch batch(*holders_, decode_options(*assembly_, nullptr));
    for (std::uint64_t customer = 0; customer < kCustomers; ++customer) {
      const auto id = std::to_string(customer);
      const auto holder =
          R"({"user_id":)" + id + R"(,"name":"Customer )" + id +
          R"(","address":"Rua Augusta","phone_number":"+351 21","email":"c)" + id +
          R"(@example.com","date_of_birth":"1980-01-01","account_number":"PT50","account_type":)" +
          R"("current","balance":1000.00,"city":"Porto","time_zone":"Europe/Lisbon"})";
      if (batch.upsert({holder, {}, {0}, {0}, 0}) != core::DecodeError::ok) {
        throw std::runtime_error("a holder cannot be read");
      }
    }
    batch.flush();
  }

  // That many batches of so many rows; answers what they took of the heap.
  std::uint64_t run(std::uint64_t batches, std::uint64_t rows, Drain& drain) {
    std::uint64_t taken = 0;
    std::vector<std::string> messages(rows);
    for (std::uint64_t batch = 0; batch < batches; ++batch) {
      for (auto& message : messages) message = payment(number_++);
      const auto before = allocations();
      bool all = true;
      for (const auto& message : messages) {
        all &= pipeline_->add({message, {}, shard_->partition(), {offset_++}, 0}, *shard_);
      }
      pipeline_->run(0, drain);
      taken += allocations() - before;
      EXPECT_TRUE(all);
    }
    return taken;
  }

  std::uint64_t hits(const std::string& rule) const {
    const auto& rules = assembly_->decisions().blueprint->rules;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules[i].id == rule) return pipeline_->counters().rules[i].hits;
    }
    throw std::invalid_argument(rule);
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Config> config_;
  std::unique_ptr<Assembly> assembly_;
  std::unique_ptr<Holders> holders_;
  StripeLocks locks_;
  std::unique_ptr<core::SharedHistory> history_;
  PipelineParts parts_;
  std::optional<core::Pipeline> pipeline_;
  std::unique_ptr<core::Shard> shard_;
  std::uint64_t number_ = 0;
  std::int64_t offset_ = 0;
};

TEST_F(SteadyState, of_the_shipped_configuration_takes_nothing_for_a_transaction) {
  Drain before;
  run(kHundredDays / 512 + 1, 512, before);
  ASSERT_EQ(before.rejected, 0u);
  for (const std::uint64_t rows : {512, 64, 1}) {
    Drain drain;
    const auto taken = run(4'096 / rows, rows, drain);
    EXPECT_EQ(drain.lists, 4'096 / rows);
    EXPECT_EQ(taken, drain.lists + drain.blocks) << "in batches of " << rows;
  }
  // It was no idle run: rules with and without history, in shadow and live, from libraries and not.
  for (const auto* rule : {"card_velocity", "large_amount", "raised_amount", "fan_in",
                           "unexpected_location", "impossible_travel"}) {
    EXPECT_GT(hits(rule), 0u) << rule;
  }
  EXPECT_GT(pipeline_->counters().decisions[0], 0u);
  EXPECT_GT(pipeline_->counters().decisions[1], 0u);
}

}  // namespace
}  // namespace assay::host
