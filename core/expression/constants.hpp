// What a program's literals are made of: texts, lists and regular expressions, at addresses that
// do not move. Filled while an expression is compiled, then owned by its program.
#pragma once

#include <re2/re2.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/expression/value.hpp"

namespace assay::core::expression {

class Constants final {
 public:
  Value keep_letters(Kind kind, std::string letters) {
    return of_letters(kind, letters_.emplace_back(std::move(letters)));
  }
  Value keep_list(std::vector<Value> items) {
    const auto& kept = lists_.emplace_back(std::move(items));
    return list(kept.data(), kept.size());
  }
  Value keep_pattern(std::unique_ptr<re2::RE2> pattern) {
    Value value = of_kind(Kind::pattern, 0);
    value.pattern = patterns_.emplace_back(std::move(pattern)).get();
    return value;
  }
  // A copy of a value with all that it views.
  Value keep(const Value& value) {
    if (value.is(Kind::text) || value.is(Kind::bytes)) {
      return keep_letters(value.kind, std::string(value.text()));
    }
    if (!value.is(Kind::list)) return value;
    std::vector<Value> items;
    for (const auto& item : value.list()) items.push_back(keep(item));
    return keep_list(std::move(items));
  }

 private:
  std::deque<std::string> letters_;
  std::deque<std::vector<Value>> lists_;
  std::deque<std::unique_ptr<re2::RE2>> patterns_;
};

}  // namespace assay::core::expression
