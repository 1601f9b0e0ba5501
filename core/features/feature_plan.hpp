// All features of a configuration: which stores they need, and where their values go in a row.
//
// While the engine starts, each declaration is added by its text. Identical ones share one slot,
// all of one key share one store. The value's slot is named by the feature's canonical text;
// coverage and flags get slots when somebody asks for them. Afterwards the plan never changes and
// is shared by all workers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "core/features/declaration.hpp"
#include "core/features/store_plan.hpp"
#include "core/model/condition.hpp"
#include "core/model/sip_hash.hpp"

namespace assay::core {

struct FeatureOptions {
  Slot time{};                   // of the event
  std::optional<Slot> currency;  // without one, money aggregates mix
  std::optional<Slot> id;        // of the transaction: what reversals name
  std::optional<Slot> reversal;  // names the transaction that is taken back; nothing without one
  // Fields whose values live in one partition each (`source.key`, `source.implies`). A store with
  // none of them among its keys is shared in the process.
  std::vector<std::string> partition_keys;
  HashKey hash_key;  // of keys and values that are kept as hashes; must outlive snapshots
  std::uint32_t exact_events = 4096;  // kept singly of one key
  std::int64_t retention = std::int64_t{400} * 86'400'000'000'000;
  std::int64_t reversal_horizon = std::int64_t{86'400'000'000'000};
  std::uint64_t memory_budget = 0;  // bytes for all stores of the process; 0: no limit
  // What stores keep comes from it; must outlive them.
  std::pmr::memory_resource* memory = std::pmr::new_delete_resource();
};

// Bits of a flags slot (int64).
enum FeatureFlag : std::uint8_t {
  kFeatureApproximate = 1,  // part of the window is known by panes only
  kFeatureLate = 2,         // the transaction is older than the newest of its key
  kFeatureSaturated = 4,    // the value is a limit
  kFeatureCold = 8,         // the store has not seen the whole window
};

// What the names in a feature stand for, and what its predicate means.
struct FeatureScope {
  std::function<std::optional<NamedField>(std::string_view name)> find;
  std::function<std::vector<std::string>()> names;  // for advice on a misspelt one; may be empty
  // The fault's offset is that in the predicate's text. Kept, and called again for each worker with
  // what it has compiled once: what it captures must outlive the plan.
  std::function<tl::expected<std::unique_ptr<Condition>, FeatureFault>(std::string_view where)>
      compile;
};

class FeaturePlan final {
 public:
  struct Feature {
    std::string text;  // canonical
    FeatureDeclaration declaration;
    Slot value;
    FieldType type = FieldType::int64;
    std::optional<Slot> coverage;  // duration
    std::optional<Slot> flags;     // int64, bits of FeatureFlag
    std::uint32_t store = 0;
    std::uint32_t in_store = 0;  // number among the store's features
    std::int64_t window = 0;     // `retention` where it declares none
  };

  explicit FeaturePlan(FeatureOptions options) : options_(std::move(options)) {}

  // The number of the feature of that text; a fault where text, names or types do not fit. Adds the
  // slot of its value to `layout`.
  tl::expected<std::uint32_t, FeatureFault> add(Layout& layout, std::string_view text,
                                                const FeatureScope& scope);

  // The slot of what has been seen of the feature's window, and that of its flags; made when asked
  // for. Named `coverage(TEXT)` and `flags(TEXT)`.
  Slot coverage(Layout& layout, std::uint32_t feature);
  Slot flags(Layout& layout, std::uint32_t feature);

  bool empty() const { return features_.empty(); }
  const FeatureOptions& options() const { return options_; }
  const std::vector<Feature>& features() const { return features_; }
  const std::vector<StorePlan>& stores() const { return stores_; }
  // A worker's own set of the predicates, in the order that selectors number them by.
  std::vector<std::unique_ptr<Condition>> make_conditions() const;
  // The features of a store, in its own order.
  const std::vector<std::uint32_t>& of_store(std::uint32_t store) const { return of_store_[store]; }
  // What of the memory budget goes to each partition and to what all partitions share, in bytes; 0
  // for no limit. `partitions`: of the topic, owned or not, so a partition's part is the same in
  // every process, and what it gives up is, too.
  struct Shares {
    std::size_t partition = 0;
    std::size_t shared = 0;
  };
  Shares shares(std::uint32_t partitions) const;
  // The longest history that a feature needs, nanoseconds.
  std::int64_t longest_window() const;

 private:
  using Fault = tl::unexpected<FeatureFault>;
  tl::expected<NamedField, FeatureFault> find(const FeatureDeclaration::Name& name,
                                              const char* what, const FeatureScope& scope) const;
  tl::expected<std::int32_t, FeatureFault> condition(const FeatureDeclaration& declared,
                                                     const FeatureScope& scope);
  std::uint32_t store(std::vector<std::pair<std::string, NamedField>> keys);

  FeatureOptions options_;
  std::vector<Feature> features_;
  std::vector<StorePlan> stores_;
  std::vector<std::vector<std::uint32_t>> of_store_;
  struct Predicate {
    std::string canonical;
    std::string text;
    decltype(FeatureScope::compile) compile;
  };
  std::vector<Predicate> predicates_;
};

}  // namespace assay::core
