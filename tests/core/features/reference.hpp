// The features once more, the naive way: every transaction is kept in a list and looked at for
// every answer, a few lines for each aggregate. What the engine answers is held against it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/features/declaration.hpp"
#include "core/features/feature_plan.hpp"
#include "core/features/key_record.hpp"
#include "tests/core/features/feature_bench.hpp"

namespace assay::tests {

struct Expected {
  std::optional<std::int64_t> whole;
  std::optional<double> real;
  std::optional<std::string> text;
  bool late = false;
  bool absent = true;  // neither value nor flags: key or argument is missing
  std::int64_t coverage = 0;
};

class Reference {
 public:
  explicit Reference(const core::FeaturePlan& plan);

  // The answers for the next transaction, which is then counted unless it was there before.
  std::vector<Expected> put(const Transaction& transaction, bool redelivered);

  // Whether it is so late that a store may have forgotten what it would look for: more than a day
  // behind the newest transaction.
  bool may_be_forgotten(const Transaction& transaction) const;

 private:
  struct Value {
    std::int64_t bits = 0;
    std::string text;
    core::FieldType type = core::FieldType::int64;
  };
  struct Seen {
    std::int64_t first;
    std::int64_t last;
  };
  struct Feature {
    core::FeatureDeclaration declared;
    std::uint32_t store;
    std::int64_t window;
    std::map<std::string, std::vector<Transaction>> trails;  // by key and currency, at most eight
    std::map<std::string, std::map<std::string, Seen>> seen;
  };
  struct Key {
    std::int64_t covered_from;
    std::int64_t newest;
    std::deque<Transaction> counted;  // by arrival
  };

  static std::optional<Value> value(const Transaction& transaction, const std::string& name);
  static std::optional<std::string> key(const Transaction& transaction,
                                        const core::FeatureDeclaration& declared);
  static bool has_arguments(const Transaction& transaction,
                            const core::FeatureDeclaration& declared);
  static bool holds(const Transaction& transaction, const std::string& where);
  static bool is_money(const core::FeatureDeclaration& declared);
  static bool takes(const Transaction& transaction, const core::FeatureDeclaration& declared);

  Expected answer(Feature& feature, const Transaction& now, const std::string& key, const Key* held,
                  bool counts) const;
  void sum_up(const Feature& feature, const std::vector<const Transaction*>& window,
              Expected& to) const;
  void look_back(Feature& feature, const Transaction& now, const std::string& key,
                 Expected& to) const;
  void take_back(const Transaction& reversal);
  std::string of_currency(const Feature& feature, const Transaction& now,
                          const std::string& key) const;

  std::vector<Feature> features_;
  std::map<std::pair<std::uint32_t, std::string>, Key> keys_;
  std::optional<std::int64_t> since_;
  std::int64_t newest_ = core::kNever;
  std::int64_t retention_;
  bool reversals_;
};

}  // namespace assay::tests
