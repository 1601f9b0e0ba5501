// The same two rules as they would be without a border: a virtual call for each row, on a plain
// struct that the caller has filled.
#pragma once

#include <assay/rule.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace assay::bench {

struct DirectRow {
  std::optional<std::int64_t> amount;  // units of 1/10,000
  std::optional<std::int64_t> time;    // nanoseconds since 1970
  std::optional<std::int64_t> user;
  std::optional<std::string_view> type;
};

class DirectRule {
 public:
  virtual ~DirectRule() = default;
  virtual assay_verdict evaluate(const DirectRow& row) const = 0;
};

// Made in another translation unit, so that no call is resolved at compile time.
std::unique_ptr<DirectRule> make_direct_empty();
std::unique_ptr<DirectRule> make_direct_four_fields();

}  // namespace assay::bench
