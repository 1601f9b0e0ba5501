// One worker's way from messages to departing batches: decode, enrich, compute features, judge,
// decide, regroup.
//
// Messages are added until the batch is full or nothing more is there; run() then takes the batch
// through every stage and hands it over, grouped by partition. No thread, no clock, no log: the
// caller brings the time and takes what comes out, so a test drives it by hand.
//
// Thread: the worker that owns it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/decision/breakers.hpp"
#include "core/decode/decoder.hpp"
#include "core/features/feature_engine.hpp"
#include "core/model/condition.hpp"
#include "core/model/decision.hpp"
#include "core/model/message.hpp"
#include "core/model/row_block.hpp"
#include "core/model/verdict_table.hpp"
#include "core/pipeline/blueprint.hpp"
#include "core/pipeline/decline_watch.hpp"
#include "core/pipeline/shard.hpp"
#include "core/pipeline/witness.hpp"
#include "core/rules/rule_set.hpp"
#include "core/sinks/record_builder.hpp"

namespace assay::core {

// Adds fields to decoded rows: the account holder's, the local hour. Called in the configured
// order, once per batch, for all its rows.
class Enricher {
 public:
  virtual ~Enricher() = default;
  virtual void enrich(RowBlock& block) = 0;
};

// A message that became no transaction, with what a dead letter says about it. Owns its bytes; the
// card number may still be in them.
struct Reject {
  Offset offset;
  std::int64_t timestamp = 0;
  DecodeError error = DecodeError::ok;
  std::string words;
  std::string payload;
  std::string key;
  std::uint32_t redriven = 0;  // how often it had been put back before
};

// Takes what a batch has become, one partition at a time.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void take(Shard& shard, Shard::Departure departure, std::vector<Reject> rejects) = 0;
};

struct PipelineCounters {
  struct Rule {
    std::uint64_t hits = 0;
    std::uint64_t inconclusive = 0;
    std::uint64_t errors = 0;
    Alarm::State breaker;  // of its breaker, where it has one
    bool demoted = false;  // by its breaker, to shadow, now
  };
  std::uint64_t received = 0;
  std::uint64_t replayed = 0;      // again, to restore what is remembered; not among the received
  std::uint64_t out_of_order = 0;  // offsets that did not rise: dropped, they were seen before
  std::uint64_t duplicates = 0;
  std::uint64_t ids_reused = 0;
  std::uint64_t nul_replaced = 0;
  std::array<std::uint64_t, kDecodeErrors> rejects{};
  std::array<std::uint64_t, kOutcomes> decisions{};
  std::vector<Rule> rules;
  std::vector<std::uint64_t>
      cooled_down;  // by step: decisions that it did not get for its cooldown
  FeatureCounters features;
};

class Pipeline final {
 public:
  struct Parts {
    std::unique_ptr<RowBlock> block;  // the rules' headers stand in it
    Decoder decoder;
    RuleSet rules;
    std::vector<Enricher*> enrichers;
    // By number of the step; null for one that looks at no row. Empty where no step does.
    std::vector<std::unique_ptr<const Condition>> step_conditions{};
    // Bytes of the arena to keep free for each row: what enrichers and the engine itself add.
    std::uint32_t text_room = 0;
    // Of all workers; null where the blueprint's features share no store.
    SharedHistory* shared_history = nullptr;
    Witness* witness = nullptr;        // outlives the pipeline; may be missing
    DeclineWatch* declines = nullptr;  // the same
  };

  // The blueprint, the enrichers and the shared history must outlive the pipeline.
  Pipeline(const Blueprint& blueprint, Parts parts);

  // As many messages as it has rows are a batch, or as many bytes of bad ones as there may be
  // texts, even where none of them became a row: whoever reads comes round, however bad the input
  // is.
  bool full() const {
    return taken_ >= block_->max_rows() || arena_full_ || rejected_bytes_ > most_rejected_ ||
           block_->arena_left() < std::uint64_t{block_->rows()} * text_room_;
  }
  bool empty() const { return touched_.empty() && block_->rows() == 0; }

  // Goes on where `elder` stands, which is empty as this one is: what was counted, for the rules
  // that are in both, and how high the breakers of those stand whose version and limits are the
  // same.
  void succeed(const Pipeline& elder);

  // Reads a message of that shard into the batch. False where the batch must be run first: then the
  // message was not taken.
  bool add(const Message& message, Shard& shard);

  // `now`: wall clock, nanoseconds since 1970, for the time of decision.
  void run(std::int64_t now, Outlet& outlet);

  const PipelineCounters& counters() const { return counters_; }
  const RuleSet& rules() const { return rules_; }
  // Their state is the worker's: between batches it may be saved and loaded.
  Breakers& breakers() { return breakers_; }

 private:
  static constexpr std::uint32_t kEveryStep = UINT32_MAX;

  // What a shard has in the batch.
  struct Touched {
    Shard* shard = nullptr;
    Offset next;
    Offset first;
    RecordCounts counts;
    std::vector<std::uint32_t> rows;
    std::vector<Reject> rejects;
  };

  // The newest row with an id, until it is known whether it was here before.
  struct Unsettled {
    Shard* shard = nullptr;
    std::uint64_t id = 0;
    std::uint64_t content = 0;
    std::int64_t event_time = 0;
  };

  Touched& touch(Shard& shard, Offset offset);
  std::vector<Touched>::iterator find(const Shard& shard);
  // What is only to be delivered to the step that could not take it in its first life.
  std::uint32_t only_step(const Redrive& redrive) const;
  // Of the unsettled row, if there is one: it stands at `row`.
  void settle(std::uint32_t row);
  void keep(const Shard& shard, std::uint32_t row);
  void compute_features();
  void judge(std::int64_t now);
  void divide();
  void reject(Touched& touched, const Message& message, DecodeError error,
              const DecodeDetail& detail);
  void count_breakers();
  void write_decisions(std::int64_t now);
  void write_rule_lists(std::uint32_t row);
  RecordBlock build(std::size_t step, const Touched& touched);
  bool wanted(std::size_t step, std::uint32_t row) const;
  bool passes(std::size_t step, std::uint32_t row) const;
  // What steps with a cooldown do not get of the batch.
  void cool_down();
  void cool_down(std::size_t step);
  void name_alerts(std::uint32_t row);

  const Blueprint* blueprint_;
  std::unique_ptr<RowBlock> block_;
  Decoder decoder_;
  RuleSet rules_;
  std::vector<Enricher*> enrichers_;
  std::uint32_t text_room_;
  Witness* witness_;
  VerdictTable verdicts_;
  Breakers breakers_;
  DeclineWatch* declines_;
  Decisions decisions_;
  std::vector<RecordBuilder> builders_;  // one per step
  std::vector<std::unique_ptr<const Condition>> step_conditions_;
  std::vector<Offset> offsets_;           // per row
  std::vector<std::uint8_t> muted_;       // per row: 1 for what is replayed
  std::vector<std::uint32_t> only_step_;  // per row: the one step that gets it; kEveryStep: all
  std::uint32_t taken_ = 0;               // messages of the batch, rejected ones too
  std::size_t rejected_bytes_ = 0;        // that its rejects keep
  std::size_t most_rejected_;
  std::vector<std::int64_t> event_times_;  // per row, nanoseconds since 1970
  std::optional<FeatureEngine> features_;
  std::vector<FeatureEngine::Origin> origins_;  // per row; empty without features
  std::vector<Touched> touched_;
  // What a shard has in the batch for its stateful rules.
  struct Owned {
    Shard* shard = nullptr;
    std::vector<std::uint32_t> rows;
  };
  // Where a row's alerts are remembered, and when it happened; empty where no step has a cooldown.
  struct Happened {
    Shard* shard;
    std::int64_t time;
  };
  std::vector<Happened> happened_;
  std::vector<std::vector<bool>> silent_;  // by step with a cooldown, by row: told of late
  std::vector<std::uint64_t> alerts_;      // of one row, hashed
  std::vector<Shard*> owners_;             // per row; empty where no rule is stateful
  std::vector<Owned> owned_;               // keeps the buffers of earlier batches
  std::vector<RuleSet::Part> parts_;
  Unsettled unsettled_;
  std::vector<Touched> spare_;  // keeps the buffers of earlier batches
  std::array<assay_cell, kOutcomes> outcome_texts_{};
  assay_cell config_hash_text_{};
  assay_cell card_key_id_text_{};
  bool arena_full_ = false;
  std::int64_t newest_ = 0;  // event time seen so far, nanoseconds
  std::string list_;
  PipelineCounters counters_;
};

}  // namespace assay::core
