// The account holders, shared by all workers, and the joining of each worker's batches with them.
//
// Readers lock once for a batch of transactions, the writer once for a batch of changes: a batch is
// judged against one state of the holders, and nobody waits for longer than a batch takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "core/decode/schema.hpp"
#include "core/holders/holder_table.hpp"
#include "core/model/layout.hpp"
#include "core/model/row_block.hpp"
#include "core/pipeline/pipeline.hpp"

namespace assay::host {

/// Thread: any; what make() has settled is read without a lock.
class Holders final {
 public:
  struct Change {
    enum class Kind : std::uint8_t { upsert, erase };
    std::uint32_t row = 0;  // of a block of layout(); to erase, it needs the key alone
    Kind kind = Kind::upsert;
  };
  struct Size {
    std::size_t holders = 0;
    std::size_t bytes = 0;
    std::uint32_t most_text = 0;  // bytes that joining may take of a block's arena for each row
  };

  /// `key` is the holders' field (`holders.key`), `customer` the transactions'. The layout is only
  /// looked at, but must be complete: what is bound later is not joined. The error is what is wrong
  /// with the keys, in words.
  [[nodiscard]] static tl::expected<std::unique_ptr<Holders>, std::string> make(
      core::Schema schema, std::string_view key, const core::Layout& transactions,
      std::string_view customer);

  const core::Schema& schema() const { return schema_; }
  const core::Layout& layout() const { return layout_; }
  core::Slot key() const { return key_; }
  /// Whether anybody has bound a field of theirs.
  bool wanted() const { return wanted_; }

  /// In the order given; of two changes of one holder the later one stands.
  void apply(const core::RowBlock& block, std::span<const Change> changes);
  core::JoinCounts join(core::RowBlock& transactions) const;
  /// The same of a block of another layout, by what targets_in() says of it.
  core::JoinCounts join(core::RowBlock& transactions,
                        const core::HolderPlan::Targets& targets) const;
  /// The error names the first field that is bound there and kept of nobody.
  [[nodiscard]] tl::expected<core::HolderPlan::Targets, std::string> targets_in(
      const core::Layout& transactions) const {
    return table_.plan().targets_in(layout_, transactions);
  }
  Size size() const;

 private:
  Holders(core::Schema schema, core::Layout layout, core::HolderPlan plan);

  core::Schema schema_;
  core::Layout layout_;
  core::Slot key_;
  bool wanted_;
  mutable std::shared_mutex mutex_;
  core::HolderTable table_;  // guarded by mutex_
};

/// Thread: the worker that owns it.
class HolderJoin final : public core::Enricher {
 public:
  /// The holders must outlive the join.
  HolderJoin(const Holders& holders, core::HolderPlan::Targets targets)
      : holders_(&holders), targets_(std::move(targets)) {}

  void enrich(core::RowBlock& block) override;
  /// Of all batches so far.
  const core::JoinCounts& counts() const { return counts_; }

 private:
  const Holders* holders_;
  core::HolderPlan::Targets targets_;
  core::JoinCounts counts_;
};

}  // namespace assay::host
