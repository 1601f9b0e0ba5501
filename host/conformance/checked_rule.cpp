#include "host/conformance/checked_rule.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "host/conformance/plugin_calls.hpp"
#include "host/conformance/sample_settings.hpp"

namespace assay::host {
namespace {

using Function = PluginFunction;

// A snapshot's bytes behind the ABI's stream.
class StateBytes {
 public:
  explicit StateBytes(std::vector<std::byte> bytes = {})
      : table_{sizeof(assay_stream), 0, &write, &read}, bytes_(std::move(bytes)) {}

  [[nodiscard]] const assay_stream* table() const { return &table_; }
  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }
  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

 private:
  static StateBytes& self(const assay_stream* stream) {
    return *const_cast<StateBytes*>(reinterpret_cast<const StateBytes*>(stream));
  }
  static assay_status write(const assay_stream* stream, const void* data, std::uint64_t size) {
    if (!call_watch().called("write of the stream", {Function::save})) return ASSAY_FAILED;
    const auto* bytes = static_cast<const std::byte*>(data);
    self(stream).bytes_.insert(self(stream).bytes_.end(), bytes, bytes + size);
    return ASSAY_OK;
  }
  static std::uint64_t read(const assay_stream* stream, void* data, std::uint64_t size) {
    if (!call_watch().called("read of the stream", {Function::load})) return 0;
    auto& state = self(stream);
    const auto taken = std::min<std::uint64_t>(size, state.bytes_.size() - state.at_);
    if (taken > 0) std::memcpy(data, state.bytes_.data() + state.at_, taken);
    state.at_ += taken;
    return taken;
  }

  assay_stream table_;  // first: its address is ours
  std::vector<std::byte> bytes_;
  std::size_t at_ = 0;
};

const assay_rule_api& table_of(const OpenedPlugin& plugin) {
  const auto& api = plugin.interface<assay_rule_api>(ASSAY_RULE_ID);
  const std::pair<bool, const char*> functions[] = {
      {api.describe != nullptr, "describe"}, {api.create != nullptr, "create"},
      {api.destroy != nullptr, "destroy"},   {api.bind != nullptr, "bind"},
      {api.evaluate != nullptr, "evaluate"}, {true, ""}};
  for (const auto& [there, name] : functions) {
    if (there) continue;
    throw Broken{std::string("the table of the rule has no `") + name + "`",
                 "every rule has describe, create, destroy, bind and evaluate"};
  }
  const bool stateful = (api.flags & ASSAY_RULE_STATEFUL) != 0;
  if (stateful && (!api.save || !api.load)) {
    throw Broken{"is stateful and has no `save` or no `load`",
                 "write both, or leave ASSAY_RULE_STATEFUL out"};
  }
  return api;
}

}  // namespace

CheckedRule::CheckedRule(const Candidate& candidate)
    : plugin_(candidate),
      api_(&table_of(plugin_)),
      settings_(std::make_unique<assay_config>(
          assay_config{settings_for(candidate, api_->describe()), {}})) {
  plugin_.init(PluginKind::rule);
  initialised_ = true;
}

CheckedRule::~CheckedRule() = default;

void CheckedRule::make_shared() {
  if (!api_->create_shared) return;
  expect_ok(Function::create_shared, [&](assay_error* error) {
    return api_->create_shared(checked_host(PluginKind::rule), settings_.get(), &shared_, error);
  });
}

CheckedRule::Instance CheckedRule::make() {
  Instance instance;
  const assay_instance which{sizeof(assay_instance), 0, 1, stateful() ? 0 : -1};
  expect_ok(Function::create, [&](assay_error* error) {
    return api_->create(checked_host(PluginKind::rule), settings_.get(), shared_, &which,
                        &instance.rule, error);
  });
  if (!instance.rule) {
    throw Broken{"`create` succeeds and makes nothing", "write the instance to `*rule`"};
  }
  const OpenBinder binder;
  try {
    expect_ok(Function::bind,
              [&](assay_error* error) { return api_->bind(instance.rule, binder.table(), error); });
  } catch (const Refused&) {
    // As the engine does.
    destroy(instance);
    throw;
  }
  instance.declared = binder.declared();
  return instance;
}

void CheckedRule::destroy(Instance& instance) const {
  enter_without_status(Function::destroy,
                       [&] { api_->destroy(std::exchange(instance.rule, nullptr)); });
}

void CheckedRule::destroy_shared() {
  if (shared_ && api_->destroy_shared) {
    enter_without_status(Function::destroy_shared,
                         [&] { api_->destroy_shared(std::exchange(shared_, nullptr)); });
  }
  // Nobody is left who could have kept one of them.
  settings_->texts.clear();
}

void CheckedRule::close() {
  destroy_shared();
  if (std::exchange(initialised_, false)) plugin_.deinit();
  call_watch().check();
}

std::vector<RuleAnswer> CheckedRule::evaluate(Instance& instance, std::span<const SampleRow> rows,
                                              BlockShape shape) const {
  shape.sequence = instance.batches++;
  const SampleBlock block(instance.declared.columns, rows, shape);
  const GuardedMemory memory(rows.size() * sizeof(assay_verdict), "writes behind the last verdict");
  CheckedVerdicts verdicts{{sizeof(assay_verdicts), static_cast<std::uint32_t>(rows.size()),
                            reinterpret_cast<assay_verdict*>(memory.data())}};
  expect_ok(Function::evaluate, [&](assay_error* error) {
    return api_->evaluate(instance.rule, block.batch(), &verdicts.head, error);
  });
  return read(instance, verdicts);
}

std::vector<RuleAnswer> CheckedRule::evaluate_in_batches(Instance& instance,
                                                         std::span<const SampleRow> rows,
                                                         std::size_t size) const {
  std::vector<RuleAnswer> all;
  for (std::size_t first = 0; first < rows.size(); first += size) {
    const auto answers =
        evaluate(instance, rows.subspan(first, std::min(size, rows.size() - first)));
    all.insert(all.end(), answers.begin(), answers.end());
  }
  return all;
}

std::vector<std::byte> CheckedRule::save(Instance& instance) const {
  StateBytes state;
  expect_ok(Function::save,
            [&](assay_error* error) { return api_->save(instance.rule, state.table(), error); });
  return state.bytes();
}

CheckedRule::Loading CheckedRule::load(Instance& instance, std::span<const std::byte> state,
                                       std::uint64_t version) const {
  StateBytes stream({state.begin(), state.end()});
  const auto answered = enter(Function::load, [&](assay_error* error) {
    return api_->load(instance.rule, stream.table(), version, error);
  });
  return {answered.status, !answered.words().empty(), stream.at_end()};
}

void CheckedRule::tick(Instance& instance, std::int64_t now) const {
  if (!api_->tick) return;
  enter_without_status(Function::tick, [&] { api_->tick(instance.rule, now); });
}

std::vector<RuleAnswer> CheckedRule::read(const Instance& instance,
                                          const CheckedVerdicts& verdicts) const {
  std::vector<RuleAnswer> answers(verdicts.head.count);
  const auto& reasons = instance.declared.reasons;
  for (std::uint32_t row = 0; row < answers.size(); ++row) {
    const auto& verdict = verdicts.head.rows[row];
    auto& answer = answers[row];
    answer.answer = verdict.answer;
    const auto in_row = "row " + std::to_string(row);
    if (verdict.answer > ASSAY_ERROR) {
      throw Broken{in_row + " is answered with " + std::to_string(verdict.answer),
                   "an answer is ASSAY_NO_HIT, ASSAY_HIT, ASSAY_INCONCLUSIVE or ASSAY_ERROR"};
    }
    if (verdict.answer != ASSAY_HIT) continue;
    if (verdict.reason >= reasons.size()) {
      throw Broken{in_row + " hits for reason number " + std::to_string(verdict.reason) + " of " +
                       std::to_string(reasons.size()) + " declared ones",
                   "use the number that `reason` of the binder gave"};
    }
    if (verdict.score < 0 || verdict.score > ASSAY_SCORE_ONE) {
      throw Broken{in_row + " hits with a score of " + std::to_string(verdict.score),
                   "scores are millionths, from 0 to 1000000"};
    }
    answer.reason = verdict.reason;
    answer.score = verdict.score;
    answer.evidence[0] = verdict.evidence;
  }
  for (const auto& more : verdicts.more) {
    auto& answer = answers[more.row];
    if (answer.answer != ASSAY_HIT) continue;
    const auto& reason = reasons[answer.reason];
    if (more.number >= reason.evidence.size()) {
      throw Broken{"row " + std::to_string(more.row) + " explains evidence " +
                       std::to_string(more.number + 1) + " of reason `" + reason.code +
                       "`, which declares " + std::to_string(reason.evidence.size()),
                   "declare it with the reason"};
    }
    answer.evidence[more.number] = more.value;
  }
  return answers;
}

std::string CheckedRule::words(const Instance& instance, const RuleAnswer& answer) {
  switch (answer.answer) {
    case ASSAY_NO_HIT:
      return "no hit";
    case ASSAY_INCONCLUSIVE:
      return "inconclusive";
    case ASSAY_ERROR:
      return "error";
    default:
      break;
  }
  char score[32];
  std::snprintf(score, sizeof score, "%.6g", answer.score / double{ASSAY_SCORE_ONE});
  return "hit `" + instance.declared.reasons[answer.reason].code + "` with score " + score +
         " and evidence " + std::to_string(answer.evidence[0]);
}

void CheckedRule::compare(const Instance& instance, std::span<const RuleAnswer> one,
                          std::span<const RuleAnswer> other, const std::string& how,
                          const std::string& help) {
  for (std::size_t row = 0; row < one.size(); ++row) {
    if (one[row] == other[row]) continue;
    throw Broken{"row " + std::to_string(row) + " is answered `" + words(instance, one[row]) +
                     "`, and `" + words(instance, other[row]) + "` " + how,
                 help};
  }
}

}  // namespace assay::host
