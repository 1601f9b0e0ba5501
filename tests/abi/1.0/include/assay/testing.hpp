// Tests a rule without a host: link the rule's own source file into the test and talk to it.
//
//   assay::testing::RuleUnderTest rule{{{"limit", "1000.00 EUR"}}};
//   auto verdict = rule.evaluate({{"amount", assay::Money::of(1500)}, {"currency", "EUR"}});
//   EXPECT_TRUE(verdict.hit());
//   EXPECT_EQ(verdict.reason, "large_amount");
//   EXPECT_EQ(verdict.evidence("amount"), assay::Money::of(1500));
//
// Everything goes through the C tables, as it does in the engine. Each batch is evaluated twice, in
// two layouts at two addresses, and has to be answered alike; a field that the test does not name
// is absent. The second call asks a stateful rule's next instance, loaded from what was saved
// before the first one, so what a rule forgets to save shows. Whatever the rule refuses is thrown
// as `Refused`, what it breaks of the contract (an unknown reason, a score above 1) and a test's
// own slip (a value of the wrong type) as std::logic_error. One thread only. Standard library and
// plugin-api alone.
#pragma once

#include <assay/testing/answer.hpp>
#include <assay/testing/block.hpp>
#include <assay/testing/state.hpp>
#include <deque>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::testing {

class RuleUnderTest {
 public:
  // The rule that is linked into this test.
  explicit RuleUnderTest(Setting parameters = {}, Schema schema = sample_schema())
      : RuleUnderTest(assay_entry_v1, std::move(parameters), std::move(schema)) {}

  // Any rule, for instance of a library that the test has opened.
  RuleUnderTest(const assay_entry& entry, Setting parameters, Schema schema = sample_schema())
      : entry_(&entry), settings_(std::move(parameters)), schema_(std::move(schema)) {
    check(entry.init(host_.handle(), error_.handle()));
    initialised_ = true;
    api_ = static_cast<const assay_rule_api*>(entry.get_interface(ASSAY_RULE_ID));
    if (!api_) close_and_throw(std::logic_error("the plugin has no " ASSAY_RULE_ID));
    try {
      make();
    } catch (...) {
      close();
      throw;
    }
  }

  RuleUnderTest(const RuleUnderTest&) = delete;
  RuleUnderTest& operator=(const RuleUnderTest&) = delete;
  ~RuleUnderTest() { close(); }

  Answer evaluate(const Transaction& transaction) { return evaluate_batch({transaction}).front(); }

  std::vector<Answer> evaluate_batch(const std::vector<Transaction>& transactions) {
    for (const auto& transaction : transactions) check_names(transaction);
    const auto effects = host_.effects;
    const auto before = stateful() ? save() : State{};
    auto answers = run(transactions, Layout::by_column);
    // The second call repeats what the first one logged and counted.
    host_.effects = effects;
    if (stateful()) load(before, api_->state_version);
    const auto again = run(transactions, Layout::by_row);
    for (std::size_t row = 0; row < answers.size(); ++row) {
      if (answers[row] == again[row]) continue;
      throw std::logic_error("row " + std::to_string(row) +
                             " is answered differently when the same batch lies elsewhere, by "
                             "rows instead of columns" +
                             (stateful() ? ", after the state was saved and loaded" : ""));
    }
    return answers;
  }

  // What a stateful rule would put into a snapshot, and a new instance that goes on from one.
  bool stateful() const { return (api_->flags & ASSAY_RULE_STATEFUL) != 0; }
  State save() {
    StateStream stream;
    ErrorSlot error;
    if (api_->save(rule_, stream.handle(), error.handle()) != ASSAY_OK) throw error.refused();
    return stream.state();
  }
  void load(const State& state, std::uint64_t version) {
    ErrorSlot error;
    StateStream stream(state);
    api_->destroy(std::exchange(rule_, nullptr));
    make_instance();
    if (api_->load(rule_, stream.handle(), version, error.handle()) != ASSAY_OK) {
      throw error.refused();
    }
    if (!stream.at_end()) throw std::logic_error("the rule loads less than was saved");
  }

  // `now` is event time.
  void tick(Time now) {
    if (api_->tick) api_->tick(rule_, now.nanoseconds);
  }

  const char* id() const { return entry_->id; }
  const char* schema_of_parameters() const { return api_->describe(); }
  const std::vector<BoundColumn>& columns() const { return bindings_->columns(); }
  const std::vector<DeclaredReason>& reasons() const { return bindings_->reasons(); }
  const std::vector<LogLine>& log() const { return host_.effects.log; }
  std::uint64_t counter(std::string_view name) const {
    const auto found = host_.effects.counters.find(name);
    return found == host_.effects.counters.end() ? 0 : found->second;
  }

 private:
  void check(assay_status status) const {
    if (status != ASSAY_OK) throw error_.refused();
  }

  void make() {
    if (api_->create_shared) {
      check(api_->create_shared(host_.handle(), settings_.handle(), &shared_, error_.handle()));
    }
    make_instance();
    if (const auto complaint = settings_.complaint()) throw Refused(*complaint);
  }

  void make_instance() {
    const assay_instance which = {sizeof(assay_instance), 0, 1, stateful() ? 0 : -1};
    check(
        api_->create(host_.handle(), settings_.handle(), shared_, &which, &rule_, error_.handle()));
    bindings_ = std::make_unique<Bindings>(schema_, error_);
    check(api_->bind(rule_, bindings_->handle(), error_.handle()));
  }

  void close() noexcept {
    if (rule_) api_->destroy(std::exchange(rule_, nullptr));
    if (shared_ && api_->destroy_shared) api_->destroy_shared(std::exchange(shared_, nullptr));
    if (std::exchange(initialised_, false)) entry_->deinit();
  }
  template <class Error>
  [[noreturn]] void close_and_throw(const Error& error) {
    close();
    throw error;
  }

  // A slip of the pen would read as an absent field, and the test might pass for it.
  void check_names(const Transaction& transaction) const {
    for (const auto& [name, value] : transaction) {
      const auto named = [&name = name](const auto& one) { return one.name == name; };
      const auto& columns = bindings_->columns();
      if (std::none_of(schema_.begin(), schema_.end(), named) &&
          std::none_of(columns.begin(), columns.end(), named)) {
        throw std::invalid_argument("`" + name + "` is no field of the schema and no feature");
      }
    }
  }

  std::vector<Answer> run(const std::vector<Transaction>& transactions, Layout layout) {
    auto block = Block(bindings_->columns(), transactions, layout, sequence_++).copy();
    const auto* batch = reinterpret_cast<const assay_batch*>(block.data());
    VerdictBuffer verdicts(transactions.size());
    ErrorSlot error;
    std::vector<Answer> answers(transactions.size());
    const auto status = api_->evaluate(rule_, batch, &verdicts.c, error.handle());
    retire(std::move(block));
    if (status != ASSAY_OK) {
      for (auto& answer : answers) {
        answer.answer = ASSAY_ERROR;
        answer.words = error.refused().message();
      }
      return answers;
    }
    for (std::size_t row = 0; row < answers.size(); ++row) {
      answers[row] = read(verdicts.rows[row], verdicts.more[row], transactions[row]);
    }
    return answers;
  }

  // A block that is gone reads as rubbish, and for a while its address is not given out again: so
  // a pointer that the rule has kept changes its answer instead of being right by luck.
  void retire(Block::Copy block) {
    std::fill(block.begin(), block.end(), std::byte{0xdd});
    retired_.push_back(std::move(block));
    if (retired_.size() > 16) retired_.pop_front();
  }

  Answer read(const assay_verdict& verdict, const std::map<std::uint32_t, std::int64_t>& more,
              const Transaction& transaction) const {
    if (verdict.answer > ASSAY_NOT_EVALUATED) {
      throw std::logic_error("answer " + std::to_string(verdict.answer) + " does not exist");
    }
    Answer answer;
    answer.answer = verdict.answer;
    if (!answer.hit()) return answer;
    if (verdict.reason >= bindings_->reasons().size()) {
      throw std::logic_error("the rule gives reason " + std::to_string(verdict.reason) +
                             " and declared " + std::to_string(bindings_->reasons().size()));
    }
    if (verdict.score < 0 || verdict.score > ASSAY_SCORE_ONE) {
      throw std::logic_error("score " + std::to_string(verdict.score) + " is not in 0..1000000");
    }
    const auto& reason = bindings_->reasons()[verdict.reason];
    answer.reason = reason.code;
    answer.score = static_cast<double>(verdict.score) / ASSAY_SCORE_ONE;
    for (std::uint32_t i = 0; i < reason.evidence.size(); ++i) {
      const auto given = more.find(i);
      if (i != 0 && given == more.end()) continue;
      answer.all_evidence.emplace_back(
          reason.evidence[i].name,
          Value::from_bits(reason.evidence[i].type, i == 0 ? verdict.evidence : given->second));
    }
    for (const auto& [number, bits] : more) {
      if (number == 0 || number >= reason.evidence.size()) {
        throw std::logic_error("evidence " + std::to_string(number + 1) + " of reason `" +
                               reason.code + "` was never declared");
      }
    }
    answer.words = fill(reason.words, reason, answer, transaction);
    if (reason.for_customer) {
      answer.customer_words = fill(reason.customer_words, reason, answer, transaction);
    }
    return answer;
  }

  static std::string fill(std::string_view words, const DeclaredReason& reason,
                          const Answer& answer, const Transaction& transaction) {
    std::string filled;
    std::size_t from = 0;
    for (auto mark = detail::next_mark(words, 0); mark.end != 0;
         mark = detail::next_mark(words, from)) {
      filled += words.substr(from, mark.begin - from);
      auto value = answer.evidence(mark.name);
      std::string unit;
      for (const auto& one : reason.evidence) {
        if (one.name == mark.name && !one.unit.empty()) unit = " " + one.unit;
      }
      if (const auto field = transaction.find(mark.name);
          value.absent() && field != transaction.end()) {
        value = field->second;
      }
      filled += to_words(value) + unit;
      from = mark.end;
    }
    return filled += words.substr(from);
  }

  const assay_entry* entry_;
  Settings settings_;
  Schema schema_;
  Host host_;
  ErrorSlot error_;
  const assay_rule_api* api_ = nullptr;
  assay_rule_shared* shared_ = nullptr;
  assay_rule* rule_ = nullptr;
  std::unique_ptr<Bindings> bindings_;
  std::deque<Block::Copy> retired_;
  std::uint64_t sequence_ = 0;
  bool initialised_ = false;
};

}  // namespace assay::testing
