#include "host/offline/offline_engine.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/decode/time_glance.hpp"
#include "core/expression/explain.hpp"
#include "core/model/words.hpp"
#include "core/pipeline/witness.hpp"
#include "host/diagnostics/printable.hpp"
#include "host/enrich/holder_file.hpp"

namespace assay::host {
namespace {

std::string hex(assay_token token) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto half : {token.high, token.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[half >> shift & 15u];
  }
  return text;
}

std::string value_of(const core::RowBlock& block, std::uint32_t row, core::Slot slot) {
  const auto type = block.layout()[slot].type;
  if (type == core::FieldType::text) return std::string(block.text(row, slot));
  if (type == core::FieldType::token) return hex(block.token(row, slot));
  std::string text;
  core::append_value(text, type, block.int64(row, slot));
  return text;
}

double share(std::int32_t millionths) { return millionths / double{ASSAY_SCORE_ONE}; }

// `noted`: what the decision made of it; null for no hit.
JudgedVerdict verdict_of(const core::RuleInfo& rule, const core::NotedVerdict* noted,
                         const core::RowBlock& block, std::uint32_t row) {
  JudgedVerdict verdict;
  verdict.rule = rule.id;
  verdict.version = rule.version;
  verdict.shadow = (noted ? noted->mode : rule.mode) == core::RuleMode::shadow;
  verdict.answer = noted ? noted->answer : ASSAY_NO_HIT;
  if (verdict.answer != ASSAY_HIT) return verdict;
  const auto& reason = rule.reasons[noted->reason];
  const auto& evidence = noted->evidence;
  verdict.reason = reason.code;
  verdict.score = share(noted->score);
  reason.words.append_to(verdict.words, reason.evidence, evidence, block, row);
  reason.customer_words.append_to(verdict.customer_words, reason.evidence, evidence, block, row);
  for (std::size_t i = 0; i < reason.evidence.size(); ++i) {
    if ((noted->absent_evidence >> i & 1) != 0) continue;
    const auto& info = reason.evidence[i];
    JudgedEvidence one{info.name, {}};
    core::append_value(one.value, info.type, evidence[i]);
    if (!info.unit.empty()) one.value += " " + info.unit;
    verdict.evidence.push_back(std::move(one));
  }
  return verdict;
}

// `condition`: null for a rule with code.
std::vector<JudgedPart> parts_of(const core::Condition* condition, const core::RowBlock& block,
                                 std::uint32_t row) {
  std::vector<JudgedPart> parts;
  const auto* program = dynamic_cast<const core::expression::Program*>(condition);
  if (!program) return parts;
  for (auto& part : core::expression::explain(*program, block, row)) {
    parts.push_back({std::move(part.text), std::move(part.value)});
  }
  return parts;
}

}  // namespace

// One history, from its first transaction on.
class OfflineEngine::Run final : public core::Outlet, public core::Witness {
 public:
  Run(const core::Blueprint& blueprint, core::TimeGlance clock, PipelineParts parts,
      std::unique_ptr<core::PartitionRules> rules)
      : blueprint_(&blueprint),
        clock_(std::move(clock)),
        parts_(std::move(parts)),
        shard_(blueprint.steps, start(blueprint, std::move(rules))) {
    if (!blueprint.features) return;
    shared_.emplace(*blueprint.features, lock_);
    shared_->limit_bytes(blueprint.features->shares(1).shared);
  }

  // Behind the constructor: the parts name this object.
  void begin() {
    parts_.parts->witness = this;
    parts_.parts->shared_history = shared_ ? &*shared_ : nullptr;
    for (std::size_t i = 0; i < parts_.parts->rules.size(); ++i) {
      conditions_.push_back(parts_.parts->rules.condition(i));
    }
    pipeline_.emplace(*blueprint_, std::move(*parts_.parts));
  }

  tl::expected<std::optional<Judged>, std::string> judge(std::string_view message) {
    judged_.reset();
    rejected_.clear();
    core::Message record{message, {}, shard_.partition(), next_, 0};
    // Offline it is recorded and decided when it happens.
    record.timestamp = clock_(record);
    pipeline_->add(record, shard_);
    next_ = next_.next();
    pipeline_->run(record.timestamp, *this);
    if (!rejected_.empty()) return tl::unexpected(rejected_);
    return std::move(judged_);
  }

  void see(const core::RowBlock& block, const core::VerdictTable&, const core::Decisions& decisions,
           std::span<const core::Offset>) override {
    auto& judged = judged_.emplace();
    const auto& entries = block.layout().entries();
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      const core::Slot slot{i};
      JudgedField field{entries[i].name, entries[i].type, std::nullopt};
      if (block.has(0, slot)) field.value = value_of(block, 0, slot);
      judged.fields.push_back(std::move(field));
    }
    const auto noted = decisions.of(0);
    for (std::uint32_t i = 0; i < blueprint_->rules.size(); ++i) {
      const auto found = std::ranges::find(noted, i, &core::NotedVerdict::rule);
      judged.verdicts.push_back(
          verdict_of(blueprint_->rules[i], found == noted.end() ? nullptr : &*found, block, 0));
      auto& verdict = judged.verdicts.back();
      verdict.parts = parts_of(conditions_[i], block, 0);
      // The batch is this transaction alone, so the rule's last words are about it.
      if (verdict.answer == ASSAY_ERROR) {
        verdict.failure = printable(pipeline_->rules().health(i).last_message);
      }
    }
    judged.outcome = decisions.rows[0].outcome;
    judged.score = share(decisions.rows[0].score);
  }

  void take(core::Shard&, core::Shard::Departure departure,
            std::vector<core::Reject> rejects) override {
    if (!rejects.empty()) rejected_ = rejects.front().words;
    if (!judged_) return;
    for (std::size_t i = 0; i < departure.blocks.size(); ++i) {
      if (departure.blocks[i] && departure.blocks[i].rows() > 0) {
        judged_->steps.push_back(blueprint_->steps[i].id);
      }
    }
  }

 private:
  static core::Shard::Start start(const core::Blueprint& blueprint,
                                  std::unique_ptr<core::PartitionRules> rules) {
    core::Shard::Start start;
    start.partition = {0};
    start.epoch = {1};
    start.resume = {0};
    start.cursors.assign(blueprint.steps.size(), core::Offset{0});
    start.dedupe_horizon = blueprint.dedupe_horizon;
    start.features = blueprint.features.get();
    if (blueprint.features) start.history_bytes = blueprint.features->shares(1).partition;
    start.rules = std::move(rules);
    return start;
  }

  const core::Blueprint* blueprint_;
  core::TimeGlance clock_;
  PipelineParts parts_;
  core::NoStripeLock lock_;
  std::optional<core::SharedHistory> shared_;
  core::Shard shard_;
  std::vector<const core::Condition*> conditions_;  // of the pipeline's rules
  std::optional<core::Pipeline> pipeline_;
  core::Offset next_{0};
  std::optional<Judged> judged_;
  std::string rejected_;
};

OfflineEngine::OfflineEngine(Assembly& assembly, std::string holder_file)
    : assembly_(&assembly), holder_file_(std::move(holder_file)) {
  if (holder_file_.empty() && assembly.holders()) holder_file_ = assembly.config().holders->file;
}

OfflineEngine::~OfflineEngine() = default;

std::unique_ptr<OfflineEngine> OfflineEngine::make(Assembly& assembly, Diagnostics& diagnostics,
                                                   std::string holder_file) {
  auto engine = std::unique_ptr<OfflineEngine>(new OfflineEngine(assembly, std::move(holder_file)));
  return engine->begin_anew(diagnostics) ? std::move(engine) : nullptr;
}

// People are history, too: a test must not meet those of another.
bool OfflineEngine::gather_holders(Diagnostics& diagnostics) {
  run_.reset();  // its enrichers point to them
  holders_ = make_holders(*assembly_, diagnostics);
  if (!assembly_->holders()) return true;
  if (!holders_) return false;
  if (holder_file_.empty()) return true;
  std::optional<core::CardTokenizer> tokenizer;
  if (const auto& key = assembly_->card_key()) tokenizer.emplace(*key);
  load_holder_file(holder_file_, decode_options(*assembly_, tokenizer ? &*tokenizer : nullptr),
                   *holders_, diagnostics);
  return !diagnostics.has_errors();
}

bool OfflineEngine::begin_anew(Diagnostics& diagnostics) {
  if (!gather_holders(diagnostics)) return false;
  auto& stream = assembly_->decisions();
  const PipelineRequest request{.holders = holders_.get(), .any_time = true};
  auto parts = make_pipeline_parts(*assembly_, stream, request, diagnostics);
  if (!parts) return false;
  bool made = true;
  auto rules = make_partition_rules(*assembly_, request, core::PartitionId{0},
                                    [&](const std::string& rule, const std::string& why) {
                                      made = false;
                                      diagnostics.add({.code = Code::refused_by_plugin,
                                                       .message = "rule `" + rule + "`: " + why});
                                    });
  if (!made) return false;
  run_ = std::make_unique<Run>(*stream.blueprint, core::TimeGlance(stream.schema, std::nullopt),
                               std::move(*parts), std::move(rules));
  run_->begin();
  return true;
}

tl::expected<std::optional<Judged>, std::string> OfflineEngine::judge(std::string_view message) {
  return run_->judge(message);
}

}  // namespace assay::host
