#include "core/pipeline/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace assay::core {
namespace {

// No record stands there: what comes from it is counted already.
constexpr Offset kCountedOffset{-1};

}  // namespace

Pipeline::Pipeline(const Blueprint& blueprint, Parts parts)
    : blueprint_(&blueprint),
      block_(std::move(parts.block)),
      decoder_(std::move(parts.decoder)),
      rules_(std::move(parts.rules)),
      enrichers_(std::move(parts.enrichers)),
      text_room_(parts.text_room),
      witness_(parts.witness),
      verdicts_(blueprint.rules.size(), block_->max_rows()),
      breakers_(blueprint.rules),
      declines_(parts.declines),
      step_conditions_(std::move(parts.step_conditions)),
      most_rejected_(block_->arena_left()) {
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    outcome_texts_[i] = block_->keep_text(to_string(static_cast<Outcome>(i)));
  }
  config_hash_text_ = block_->keep_text(blueprint.config_hash);
  card_key_id_text_ = block_->keep_text(blueprint.card_key_id);
  for (const auto& step : blueprint.steps) {
    builders_.emplace_back(blueprint.layout, step.columns,
                           RecordBuilder::Identity{step.kind, blueprint.topic, blueprint.group,
                                                   step.id, blueprint.configuration});
  }
  counters_.rules.resize(blueprint.rules.size());
  counters_.cooled_down.resize(blueprint.steps.size());
  if (std::ranges::any_of(blueprint.steps,
                          [](const Step& step) { return step.cooldown.has_value(); })) {
    silent_.resize(blueprint.steps.size());
  }
  if (blueprint.features) {
    features_.emplace(*blueprint.features, parts.shared_history, block_->layout(),
                      block_->max_rows());
  }
}

bool Pipeline::add(const Message& message, Shard& shard) {
  if (full()) return false;
  if (!shard.accept(message.offset)) {
    ++counters_.out_of_order;
    return true;
  }
  ++taken_;
  const auto row = block_->add_row();
  auto error = decoder_.decode(message, *block_, row);
  // What an empty block cannot hold, none can: waiting for one would never end.
  const bool unfit = error == DecodeError::arena_full && row == 0;
  if (unfit) error = DecodeError::too_large;
  if (error == DecodeError::arena_full) {
    block_->drop_row();
    shard.unsee(message.offset);
    arena_full_ = true;
    return false;
  }
  const bool muted = shard.muted(message.offset);
  ++(muted ? counters_.replayed : counters_.received);
  if (!muted) touch(shard, message.offset);
  if (error != DecodeError::ok) {
    block_->drop_row();
    if (muted) return true;
    auto detail = decoder_.detail();
    if (unfit) {
      detail.number = static_cast<std::int64_t>(message.payload.size());
      detail.limit = block_->arena_left();
    }
    reject(*find(shard), message, error, detail);
    return true;
  }
  const auto& decoded = decoder_.decoded();
  counters_.nul_replaced += decoded.nul_replaced;
  newest_ = std::max(newest_, shard.see_time(decoded.event_time));
  if (const auto slot = blueprint_->slots.record_offset) {
    block_->put_int64(row, *slot, message.offset.value);
  }
  if (const auto slot = blueprint_->slots.record_time) {
    block_->put_int64(row, *slot, message.timestamp);
  }
  const auto* redrive = message.redrive;
  const bool judged_before = redrive != nullptr && redrive->judged_before();
  offsets_.push_back(message.offset);
  muted_.push_back(muted);
  only_step_.push_back(judged_before ? only_step(*redrive) : kEveryStep);
  // A stream whose messages have no time goes by that of their records.
  event_times_.push_back(muted || judged_before    ? kCountedBefore
                         : decoded.event_time != 0 ? decoded.event_time
                                                   : message.timestamp);
  if (features_) {
    const bool counted =
        judged_before || (redrive != nullptr && shard.replayed({redrive->first_offset}));
    origins_.push_back(
        {shard.history(), shard.partition(), counted ? kCountedOffset : message.offset});
  }
  if (rules_.stateful()) owners_.push_back(&shard);
  if (!silent_.empty()) {
    happened_.push_back({&shard, decoded.event_time != 0 ? decoded.event_time : message.timestamp});
  }
  if (row > 0) settle(row - 1);
  // Transactions without an id cannot be told apart: two of the same content are two.
  if (blueprint_->dedupe_horizon > 0 && decoded.id_hash != 0) {
    const auto id = redrive != nullptr ? redrive->id(decoded.id_hash) : decoded.id_hash;
    shard.duplicates().expect(id);
    unsettled_ = {&shard, id, decoded.content_hash, decoded.event_time};
  } else {
    keep(shard, block_->rows() - 1);
  }
  return true;
}

// Whether a transaction was here before is asked one message later: its place in a large table is
// far from the processor, and decoding the next message takes as long as fetching it.
void Pipeline::settle(std::uint32_t row) {
  if (unsettled_.shard == nullptr) return;
  const auto [shard, id, content, event_time] = std::exchange(unsettled_, {});
  const auto finding = shard->duplicates().see(id, content, event_time);
  if (finding == Duplicates::Finding::duplicate) {
    block_->drop_row(row);
    if (!muted_[row]) {
      ++find(*shard)->counts.duplicate;
      ++counters_.duplicates;
    }
    offsets_.erase(offsets_.begin() + row);
    muted_.erase(muted_.begin() + row);
    only_step_.erase(only_step_.begin() + row);
    event_times_.erase(event_times_.begin() + row);
    if (features_) origins_.erase(origins_.begin() + row);
    if (rules_.stateful()) owners_.erase(owners_.begin() + row);
    if (!silent_.empty()) happened_.erase(happened_.begin() + row);
    return;
  }
  if (const auto slot = blueprint_->slots.id_reused) {
    block_->put_int64(row, *slot, finding == Duplicates::Finding::id_reused ? 1 : 0);
  }
  if (finding == Duplicates::Finding::id_reused && !muted_[row]) ++counters_.ids_reused;
  keep(*shard, row);
}

// What is replayed only restores what is remembered: it was delivered before.
void Pipeline::keep(const Shard& shard, std::uint32_t row) {
  if (muted_[row]) return;
  auto& touched = *find(shard);
  touched.rows.push_back(row);
  ++touched.counts.delivered;
}

std::vector<Pipeline::Touched>::iterator Pipeline::find(const Shard& shard) {
  return std::find_if(touched_.begin(), touched_.end(),
                      [&](const Touched& touched) { return touched.shard == &shard; });
}

Pipeline::Touched& Pipeline::touch(Shard& shard, Offset offset) {
  auto found = find(shard);
  if (found == touched_.end()) {
    if (spare_.empty()) spare_.emplace_back();
    touched_.push_back(std::move(spare_.back()));
    spare_.pop_back();
    found = touched_.end() - 1;
    found->shard = &shard;
    found->first = offset;
  }
  found->next = offset.next();
  return *found;
}

void Pipeline::reject(Touched& touched, const Message& message, DecodeError error,
                      const DecodeDetail& detail) {
  ++counters_.rejects[static_cast<std::size_t>(error)];
  ++touched.counts.dead_lettered;
  rejected_bytes_ += message.payload.size() + message.key.size();
  touched.rejects.push_back({message.offset, message.timestamp, error, describe(error, detail),
                             std::string(message.payload), std::string(message.key),
                             message.redrive != nullptr ? message.redrive->attempt : 0});
}

void Pipeline::run(std::int64_t now, Outlet& outlet) {
  if (block_->rows() > 0) settle(block_->rows() - 1);
  for (auto* enricher : enrichers_) enricher->enrich(*block_);
  if (features_) compute_features();
  if (blueprint_->kind == ASSAY_DECISION && block_->rows() > 0) judge(now);
  cool_down();
  for (auto& touched : touched_) {
    Shard::Departure departure;
    departure.next = touched.next;
    departure.counts = touched.counts;
    departure.dead_letters = static_cast<std::uint32_t>(touched.rejects.size());
    departure.blocks.reserve(builders_.size());
    for (std::size_t step = 0; step < builders_.size(); ++step) {
      departure.blocks.push_back(build(step, touched));
    }
    outlet.take(*touched.shard, std::move(departure), std::move(touched.rejects));
    touched.rejects.clear();
    touched.rows.clear();
    touched.counts = {};
    spare_.push_back(std::move(touched));
  }
  touched_.clear();
  taken_ = 0;
  rejected_bytes_ = 0;
  offsets_.clear();
  muted_.clear();
  only_step_.clear();
  happened_.clear();
  event_times_.clear();
  block_->clear();
  arena_full_ = false;
}

void Pipeline::compute_features() {
  features_->run(*block_, origins_);
  counters_.features = features_->counters();
  origins_.clear();
}

// What each partition has in the batch, for rules that keep state: what is only replayed, too.
void Pipeline::divide() {
  std::size_t count = 0;
  for (std::uint32_t row = 0; row < owners_.size(); ++row) {
    const auto end = owned_.begin() + static_cast<std::ptrdiff_t>(count);
    auto found = std::find_if(owned_.begin(), end,
                              [&](const Owned& one) { return one.shard == owners_[row]; });
    if (found == end) {
      if (count == owned_.size()) owned_.emplace_back();
      found = owned_.begin() + static_cast<std::ptrdiff_t>(count++);
      found->shard = owners_[row];
      found->rows.clear();
    }
    found->rows.push_back(row);
  }
  owners_.clear();
  parts_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    if (auto* rules = owned_[i].shard->rules()) parts_.push_back({rules, owned_[i].rows});
  }
}

void Pipeline::judge(std::int64_t now) {
  if (rules_.stateful()) divide();
  rules_.evaluate(*block_, verdicts_, parts_);
  decide(blueprint_->policy, blueprint_->rules, verdicts_, event_times_, breakers_, decisions_);
  if (declines_) declines_->see(event_times_, decisions_.rows);
  count_breakers();
  write_decisions(now);
  if (witness_) witness_->see(*block_, verdicts_, decisions_, offsets_);
  rules_.tick(newest_, parts_);
}

void Pipeline::count_breakers() {
  for (const auto& breaker : breakers_.all()) {
    auto& counters = counters_.rules[breaker.rule];
    counters.breaker = breaker.alarm.state();
    counters.demoted = breakers_.demoted(breaker);
  }
}

void Pipeline::write_decisions(std::int64_t now) {
  const auto& slots = blueprint_->slots;
  for (std::uint32_t row = 0; row < block_->rows(); ++row) {
    const auto& decision = decisions_.rows[row];
    const auto outcome = static_cast<std::size_t>(decision.outcome);
    if (!muted_[row]) ++counters_.decisions[outcome];
    if (slots.decision) block_->put_cell(row, *slots.decision, outcome_texts_[outcome]);
    if (slots.score) {
      block_->put_double(row, *slots.score, decision.score / double{ASSAY_SCORE_ONE});
    }
    if (slots.decided_at) block_->put_int64(row, *slots.decided_at, now);
    if (slots.config_hash) block_->put_cell(row, *slots.config_hash, config_hash_text_);
    if (slots.card_key_id) block_->put_cell(row, *slots.card_key_id, card_key_id_text_);
    if (decision.verdict_count > 0 && !muted_[row]) write_rule_lists(row);
  }
}

void Pipeline::write_rule_lists(std::uint32_t row) {
  const auto write = [&](std::uint16_t answer, std::optional<Slot> slot) {
    list_.clear();
    for (const auto& noted : decisions_.of(row)) {
      if (noted.answer != answer) continue;
      if (!list_.empty()) list_ += ',';
      list_ += blueprint_->rules[noted.rule].id;
    }
    if (slot && !list_.empty()) block_->put_text(row, *slot, list_);
  };
  write(ASSAY_INCONCLUSIVE, blueprint_->slots.inconclusive_rules);
  write(ASSAY_ERROR, blueprint_->slots.error_rules);
  for (const auto& noted : decisions_.of(row)) {
    auto& counters = counters_.rules[noted.rule];
    counters.hits += noted.answer == ASSAY_HIT;
    counters.inconclusive += noted.answer == ASSAY_INCONCLUSIVE;
    counters.errors += noted.answer == ASSAY_ERROR;
  }
}

// A step that is gone from the configuration leaves the record to all: too often is not lost. What
// a fallback rejected is its step's again.
std::uint32_t Pipeline::only_step(const Redrive& redrive) const {
  const auto& steps = blueprint_->steps;
  const auto found = std::ranges::find(steps, redrive.step, &Step::id);
  if (found == steps.end()) return kEveryStep;
  return static_cast<std::uint32_t>(
      found->fallback_of.value_or(static_cast<std::size_t>(found - steps.begin())));
}

bool Pipeline::wanted(std::size_t index, std::uint32_t row) const {
  if (only_step_[row] != kEveryStep && only_step_[row] != index) return false;
  if (blueprint_->steps[index].cooldown && silent_[index][row]) return false;
  return passes(index, row);
}

// A record for which the condition is absent is not sent; one for which it cannot be worked out is:
// a record too many does less harm than one too few.
bool Pipeline::passes(std::size_t index, std::uint32_t row) const {
  const auto& step = blueprint_->steps[index];
  if (step.looks_at_rows) {
    const auto truth = step_conditions_[index]->test(*block_, row);
    return truth == Truth::yes || truth == Truth::error;
  }
  return blueprint_->kind != ASSAY_DECISION ||
         step.when.test(static_cast<std::size_t>(decisions_.rows[row].outcome));
}

RecordBlock Pipeline::build(std::size_t index, const Touched& touched) {
  const auto& step = blueprint_->steps[index];
  const auto cursor = touched.shard->cursor(index);
  if (step.kind != blueprint_->kind || touched.next <= cursor) return {};
  auto& builder = builders_[index];
  for (const auto row : touched.rows) {
    if (offsets_[row] < cursor) continue;
    if (!wanted(step.fallback_of.value_or(index), row)) continue;
    if (blueprint_->kind == ASSAY_DECISION) {
      builder.append(*block_, row, decisions_, blueprint_->rules);
    } else {
      builder.append(*block_, row);
    }
  }
  // A transactional step's cursor moves on over records that it did not want.
  if (builder.rows() == 0 && !step.transactional) return {};
  return builder.finish(touched.shard->partition(), std::max(touched.first, cursor), touched.next);
}

}  // namespace assay::core
