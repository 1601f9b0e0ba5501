// Stateful rules: an instance for each partition, its rows alone and in order, its state kept.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/rules/rule_set.hpp"
#include "tests/support/rule_fakes.hpp"

namespace assay::core {
namespace {

// Sums the amounts it has seen; its verdict's evidence is the sum so far. Loads only version 1.
struct Summing {
  std::int64_t sum = 0;
  std::uint64_t last_sequence = 0;
  std::vector<std::string> cities;
  bool broken = false;
  bool empty = false;

  static Summing& of(assay_rule* rule) { return *reinterpret_cast<Summing*>(rule); }
  inline static int alive = 0;

  static void destroy(assay_rule* rule) {
    --alive;
    delete &of(rule);
  }
  static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                               const assay_verdicts* verdicts, assay_error* error) {
    auto& self = of(rule);
    if (self.broken) return tests::fail(*error, "broken");
    EXPECT_EQ(batch->sequence, self.last_sequence + 1);
    self.last_sequence = batch->sequence;
    for (std::uint32_t i = 0; i < batch->rows; ++i) {
      const Row row(*batch, i);
      self.sum += row[Field<Money>(0)]->units;
      self.cities.emplace_back(row[Field<std::string_view>(1)].value_or("nowhere"));
      verdicts->rows[i] = tests::hit(1, 0, self.sum);
      VerdictTable::explain(verdicts, i, 1, self.sum + 1);
    }
    return ASSAY_OK;
  }
  static assay_status save(assay_rule* rule, const assay_stream* stream, assay_error* error) {
    if (of(rule).broken) return tests::fail(*error, "broken");
    if (of(rule).empty) return ASSAY_END;
    // In two calls: a rule may write as it likes.
    const auto* bytes = reinterpret_cast<const char*>(&of(rule).sum);
    (void)stream->write(stream, bytes, 3);
    return stream->write(stream, bytes + 3, 5);
  }
  static assay_status load(assay_rule* rule, const assay_stream* stream, std::uint64_t version,
                           assay_error* error) {
    if (version != 1) return tests::fail(*error, "of another version");
    std::int64_t sum = 0;
    if (stream->read(stream, &sum, 100) != 8) return tests::fail(*error, "too short");
    of(rule).sum = sum;
    return ASSAY_OK;
  }
  static assay_rule_api table(std::uint64_t version) {
    assay_rule_api api{};
    api.size = sizeof api;
    api.flags = ASSAY_RULE_STATEFUL;
    api.state_version = version;
    api.destroy = destroy;
    api.evaluate = evaluate;
    api.save = save;
    api.load = load;
    return api;
  }
  inline static const assay_rule_api kApi = table(1);
  inline static const assay_rule_api kNewer = table(2);
};

PartitionRules::Instance instance(std::string id, const assay_rule_api& api = Summing::kApi) {
  ++Summing::alive;
  return {std::move(id), &api, reinterpret_cast<assay_rule*>(new Summing), 0};
}
std::vector<PartitionRules::Instance> one(std::string id,
                                          const assay_rule_api& api = Summing::kApi) {
  std::vector<PartitionRules::Instance> instances;
  instances.push_back(instance(std::move(id), api));
  return instances;
}

struct Bytes final : StateSink, StateSource {
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

class StatefulRules : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kRows = 8;

  StatefulRules()
      : amount_(layout_.add("amount", FieldType::decimal)),
        city_(layout_.add("city", FieldType::text)),
        block_(layout_, {kRows, 1024, 1024, true}) {
    info_.reasons[0].evidence = {{"sum", "", FieldType::decimal}, {"more", "", FieldType::decimal}};
    const std::vector<std::optional<Slot>> columns{amount_, city_};
    auto* header = block_.add_gathered_header(columns.data(), 2);
    set_ = std::make_unique<RuleSet>(
        std::vector<RuleSet::Member>{{&Summing::kApi, nullptr, header, nullptr}},
        std::vector{info_});
  }
  ~StatefulRules() override {
    first_.reset();
    second_.reset();
    EXPECT_EQ(Summing::alive, 0);
  }

  void rows(const std::vector<std::int64_t>& amounts) {
    block_.clear();
    for (const auto amount : amounts) {
      const auto row = block_.add_row();
      block_.put_int64(row, amount_, amount);
      if (amount % 2 == 0) block_.put_text(row, city_, "city " + std::to_string(amount));
    }
  }
  void evaluate(std::vector<std::uint32_t> of_first, std::vector<std::uint32_t> of_second) {
    const std::vector<RuleSet::Part> parts{{first_.get(), of_first}, {second_.get(), of_second}};
    set_->evaluate(block_, table_, parts);
  }
  static Summing& summing(PartitionRules& rules) { return Summing::of(rules.instances()[0].rule); }

  Layout layout_;
  Slot amount_;
  Slot city_;
  RowBlock block_;
  RuleInfo info_ = tests::rule("sum", {tests::reason("sum")});
  VerdictTable table_{1, kRows};
  std::unique_ptr<RuleSet> set_;
  std::unique_ptr<PartitionRules> first_ = std::make_unique<PartitionRules>(one("sum"));
  std::unique_ptr<PartitionRules> second_ = std::make_unique<PartitionRules>(one("sum"));
};

TEST_F(StatefulRules, see_the_rows_of_their_partition_alone_and_in_order) {
  rows({1, 10, 2, 20, 4});
  evaluate({0, 2, 4}, {1, 3});
  EXPECT_EQ(table_.at(0, 0).evidence, 1);
  EXPECT_EQ(table_.at(0, 1).evidence, 10);
  EXPECT_EQ(table_.at(0, 2).evidence, 3);
  EXPECT_EQ(table_.at(0, 3).evidence, 30);
  EXPECT_EQ(table_.at(0, 4).evidence, 7);
  EXPECT_EQ(table_.evidence(0, 3)[1], 31) << "further evidence goes with its row";
  EXPECT_EQ(summing(*first_).cities, (std::vector<std::string>{"nowhere", "city 2", "city 4"}));
  rows({100});
  evaluate({}, {0});
  EXPECT_EQ(table_.at(0, 0).evidence, 130) << "and remember";
}

TEST_F(StatefulRules, that_fail_make_errors_of_their_own_partitions_rows) {
  summing(*first_).broken = true;
  rows({1, 10, 2});
  evaluate({0, 2}, {1});
  EXPECT_EQ(table_.at(0, 0).answer, ASSAY_ERROR);
  EXPECT_EQ(table_.at(0, 1).answer, ASSAY_HIT);
  EXPECT_EQ(table_.at(0, 2).answer, ASSAY_ERROR);
  EXPECT_EQ(set_->health(0).last_message, "broken");
}

TEST_F(StatefulRules, that_could_not_be_made_answer_errors_and_never_nothing) {
  first_ = std::make_unique<PartitionRules>(
      std::vector<PartitionRules::Instance>{{"sum", &Summing::kApi, nullptr, 0}});
  rows({1});
  evaluate({0}, {});
  EXPECT_EQ(table_.at(0, 0).answer, ASSAY_ERROR);
  EXPECT_EQ(set_->health(0).last_message, "the rule has no instance for this partition");
}

TEST_F(StatefulRules, without_a_partition_are_not_evaluated_which_is_not_a_miss) {
  rows({1});
  set_->evaluate(block_, table_);
  EXPECT_EQ(table_.at(0, 0).answer, ASSAY_NOT_EVALUATED);
}

TEST_F(StatefulRules, take_their_state_up_again) {
  rows({1, 2});
  evaluate({0, 1}, {});
  Bytes snapshot;
  ASSERT_TRUE(first_->save(snapshot));
  first_ = std::make_unique<PartitionRules>(one("sum"));
  ASSERT_TRUE(first_->load(snapshot));
  EXPECT_EQ(snapshot.remaining(), 0u);
  rows({10});
  evaluate({0}, {});
  EXPECT_EQ(table_.at(0, 0).evidence, 13);
}

TEST_F(StatefulRules, find_their_state_by_their_id) {
  std::vector<PartitionRules::Instance> two;
  two.push_back(instance("gone"));
  two.push_back(instance("sum"));
  Summing::of(two[0].rule).sum = 4711;
  Summing::of(two[1].rule).sum = 5;
  Bytes snapshot;
  ASSERT_TRUE(PartitionRules(std::move(two)).save(snapshot));
  std::vector<PartitionRules::Instance> others;
  others.push_back(instance("sum"));
  others.push_back(instance("new"));
  PartitionRules rules(std::move(others));
  ASSERT_TRUE(rules.load(snapshot));
  EXPECT_EQ(Summing::of(rules.instances()[0].rule).sum, 5);
  EXPECT_EQ(Summing::of(rules.instances()[1].rule).sum, 0) << "a new rule begins with nothing";
}

TEST_F(StatefulRules, say_which_of_them_cannot_save_or_load) {
  Bytes snapshot;
  PartitionRules newer(one("sum", Summing::kNewer));
  ASSERT_TRUE(newer.save(snapshot));
  const auto loaded = first_->load(snapshot);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error(), "rule `sum` cannot load its state of version 2: of another version");
  summing(*first_).broken = true;
  Bytes nothing;
  const auto saved = first_->save(nothing);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error(), "rule `sum` cannot save its state: broken");
}

TEST_F(StatefulRules, that_have_nothing_to_save_are_left_out) {
  auto two = one("empty");
  two.push_back(instance("sum"));
  PartitionRules saving(std::move(two));
  Summing::of(saving.instances()[0].rule).empty = true;
  Summing::of(saving.instances()[1].rule).sum = 42;
  Bytes snapshot;
  ASSERT_TRUE(saving.save(snapshot));
  ASSERT_TRUE(first_->load(snapshot));
  EXPECT_EQ(summing(*first_).sum, 42);
}

TEST_F(StatefulRules, take_nothing_from_a_snapshot_that_is_cut_off) {
  Bytes whole;
  ASSERT_TRUE(first_->save(whole));
  for (std::size_t size = 0; size < whole.bytes.size(); ++size) {
    Bytes part;
    part.bytes.assign(whole.bytes.begin(), whole.bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(first_->load(part)) << size;
  }
}

// --- from one generation to the next ------------------------------------------------------------

struct Succeeded {
  std::vector<std::string> anew;
  int made = 0;

  void operator()(PartitionRules& next, const PartitionRules& elder, bool goes_on = true) {
    next.succeed(
        elder, [&](const std::string&) { return goes_on; },
        [&](const std::string& rule) {
          ++made;
          return instance(rule, *next.instances()[0].api);
        },
        [&](const std::string& rule, const std::string& why) {
          anew.push_back(rule + ": " + why);
        });
  }
};

TEST_F(StatefulRules, go_on_with_the_state_of_the_generation_before) {
  summing(*first_).sum = 70;
  PartitionRules next(one("sum"));
  Succeeded succeed;
  succeed(next, *first_);
  EXPECT_EQ(summing(next).sum, 70);
  EXPECT_TRUE(succeed.anew.empty());
}

TEST_F(StatefulRules, begin_anew_where_the_state_is_not_theirs) {
  summing(*first_).sum = 70;
  Succeeded succeed;
  PartitionRules other(one("other"));
  succeed(other, *first_);
  EXPECT_EQ(summing(other).sum, 0);
  EXPECT_TRUE(succeed.anew.empty()) << "it was not there before";

  PartitionRules of_another_plugin(one("sum"));
  succeed(of_another_plugin, *first_, false);
  EXPECT_EQ(summing(of_another_plugin).sum, 0);
  EXPECT_EQ(succeed.anew, std::vector<std::string>{"sum: its plugin is another one"});
}

TEST_F(StatefulRules, that_cannot_load_are_made_again) {
  PartitionRules newer(one("sum", Summing::kNewer));
  PartitionRules next(one("sum"));
  Succeeded succeed;
  succeed(next, newer);
  EXPECT_EQ(succeed.made, 1);
  EXPECT_NE(next.instances()[0].rule, nullptr);
  EXPECT_EQ(succeed.anew,
            std::vector<std::string>{"sum: it cannot load state of version 2: of another version"});
}

}  // namespace
}  // namespace assay::core
