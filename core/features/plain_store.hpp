// The plain way to keep history: a hash map of lists, looked through for every answer.
//
// It keeps every event and is as slow as it is short.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/features/history_store.hpp"

namespace assay::core {

class PlainStore final : public HistoryStore {
 public:
  explicit PlainStore(const StorePlan& plan) : plan_(&plan) {}

  void apply(const HistoryEvent& event, std::span<FeatureAnswer> answers,
             FeatureCounters& counters) override;
  void expect(const StoreKey&, unsigned) const override {}
  std::size_t keys() const override { return keys_.size(); }
  std::size_t bytes() const override { return 0; }

 private:
  struct Event {
    std::int64_t time;
    std::uint64_t selected;
    std::uint32_t currency;
    std::uint64_t id;
    std::vector<std::int64_t> columns;
    std::vector<std::string> texts;
  };
  struct Key {
    std::int64_t covered_from;
    std::vector<Event> events;  // by time, then arrival
  };
  struct Hash {
    std::size_t operator()(const StoreKey& key) const { return key.high * 31 + key.low; }
  };

  void answer(const Key* key, const StoreFeature& feature, const HistoryEvent& event,
              std::size_t before, FeatureAnswer& to) const;
  void look_back(const Key* key, const StoreFeature& feature, const HistoryEvent& event,
                 std::size_t before, FeatureAnswer& to) const;
  bool counts(const StoreFeature& feature, const Event& event, std::uint32_t currency) const;

  const StorePlan* plan_;
  std::unordered_map<StoreKey, Key, Hash> keys_;
};

}  // namespace assay::core
