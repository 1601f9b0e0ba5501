// What a rule declared in bind: its columns, in order, and its reasons.
#pragma once

#include <algorithm>
#include <assay/testing/host.hpp>
#include <assay/testing/value.hpp>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace assay::testing {

struct BoundColumn {
  std::string name;  // a field's name or a feature's text: the key in a Transaction
  std::uint32_t type;
};

struct DeclaredEvidence {
  std::string name;
  std::string unit;
  std::uint32_t type;
};

struct DeclaredReason {
  std::string code;
  std::string words;
  std::string customer_words;
  bool for_customer;
  std::vector<DeclaredEvidence> evidence;
};

namespace detail {

inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

// The name inside the first {braces} at or after `from`, with its place; size 0 where there is
// none.
struct Mark {
  std::size_t begin = std::string_view::npos;
  std::size_t end = 0;
  std::string_view name;
};
inline Mark next_mark(std::string_view words, std::size_t from) {
  const auto open = words.find('{', from);
  if (open == std::string_view::npos) return {};
  const auto close = words.find('}', open);
  if (close == std::string_view::npos) return {};
  return {open, close + 1, words.substr(open + 1, close - open - 1)};
}

}  // namespace detail

// The host's side of bind. The same names bind to the same columns each time.
class Bindings {
 public:
  explicit Bindings(const Schema& schema, ErrorSlot& error) : schema_(&schema), error_(&error) {
    c_ = {sizeof(assay_binder), 0, &field, &feature, &reason, &offered};
  }
  Bindings(const Bindings&) = delete;
  Bindings& operator=(const Bindings&) = delete;

  const assay_binder* handle() const { return &c_; }
  const std::vector<BoundColumn>& columns() const { return columns_; }
  const std::vector<DeclaredReason>& reasons() const { return reasons_; }

 private:
  static Bindings& self(const assay_binder* binder) {
    return *reinterpret_cast<Bindings*>(const_cast<assay_binder*>(binder));
  }

  const FieldOfSchema* find(std::string_view name) const {
    const auto found = std::find_if(schema_->begin(), schema_->end(),
                                    [&](const auto& one) { return one.name == name; });
    return found == schema_->end() ? nullptr : &*found;
  }

  std::string nearest(std::string_view name) const {
    const auto closer = [&](const auto& a, const auto& b) {
      return detail::edit_distance(a.name, name) < detail::edit_distance(b.name, name);
    };
    const auto best = std::min_element(schema_->begin(), schema_->end(), closer);
    return best == schema_->end() ? "the schema is empty" : "did you mean `" + best->name + "`?";
  }

  assay_status refuse(const std::string& message, const std::string& help) {
    error_->fail(message);
    error_->advise(help);
    return ASSAY_FAILED;
  }

  std::uint32_t add(std::string_view name, std::uint32_t type) {
    columns_.push_back({std::string(name), type});
    return static_cast<std::uint32_t>(columns_.size() - 1);
  }

  static assay_status field(const assay_binder* binder, assay_text name, std::uint32_t type,
                            std::uint32_t flags, std::uint32_t* column) {
    auto& bindings = self(binder);
    const auto wanted = assay::detail::from_c(name);
    const auto* found = bindings.find(wanted);
    if (!found && flags != ASSAY_OPTIONAL) {
      return bindings.refuse("the schema has no field `" + std::string(wanted) + "`",
                             bindings.nearest(wanted));
    }
    if (found && found->type != type) {
      return bindings.refuse("field `" + found->name + "` is " + type_name(found->type) +
                                 ", the rule reads it as " + type_name(type),
                             "bind it with the schema's type");
    }
    *column = bindings.add(wanted, type);
    return ASSAY_OK;
  }

  // A feature's value comes from the transaction under the feature's own text, its coverage under
  // `coverage of <text>`.
  static assay_status feature(const assay_binder* binder, assay_text text, std::uint32_t type,
                              std::uint32_t flags, std::uint32_t* column, std::uint32_t* coverage) {
    auto& bindings = self(binder);
    const auto wanted = std::string(assay::detail::from_c(text));
    *column = bindings.add(wanted, type);
    if ((flags & ASSAY_NO_COVERAGE) == 0) {
      *coverage = bindings.add("coverage of " + wanted, ASSAY_DURATION);
    }
    return ASSAY_OK;
  }

  static assay_status reason(const assay_binder* binder, const assay_reason* reason,
                             std::uint32_t* number) {
    using assay::detail::from_c;
    auto& bindings = self(binder);
    DeclaredReason declared{std::string(from_c(reason->code)),
                            std::string(from_c(reason->words)),
                            std::string(from_c(reason->customer_words)),
                            reason->audience == ASSAY_FOR_CUSTOMER,
                            {}};
    if (reason->evidence_count > ASSAY_MAX_EVIDENCE) {
      return bindings.refuse("reason `" + declared.code + "` has more than four pieces of evidence",
                             "say the rest in its words");
    }
    for (std::uint32_t i = 0; i < reason->evidence_count; ++i) {
      const auto& one = reason->evidence[i];
      if (one.type < ASSAY_INT64 || one.type >= ASSAY_TEXT) {
        return bindings.refuse("reason `" + declared.code + "` has evidence that is no number",
                               "a field's text is named in the words, as {field}");
      }
      declared.evidence.push_back(
          {std::string(from_c(one.name)), std::string(from_c(one.unit)), one.type});
    }
    for (const auto& words : {declared.words, declared.customer_words}) {
      for (auto mark = detail::next_mark(words, 0); mark.end != 0;
           mark = detail::next_mark(words, mark.end)) {
        const auto known = std::any_of(declared.evidence.begin(), declared.evidence.end(),
                                       [&](const auto& one) { return one.name == mark.name; });
        if (!known && !bindings.find(mark.name)) {
          return bindings.refuse("reason `" + declared.code + "` names {" + std::string(mark.name) +
                                     "}, which is neither its evidence nor a field",
                                 bindings.nearest(mark.name));
        }
      }
    }
    bindings.reasons_.push_back(std::move(declared));
    *number = static_cast<std::uint32_t>(bindings.reasons_.size() - 1);
    return ASSAY_OK;
  }

  static assay_status offered(const assay_binder* binder, std::uint32_t index, assay_text* name,
                              std::uint32_t* type) {
    const auto& schema = *self(binder).schema_;
    if (index >= schema.size()) return ASSAY_END;
    *name = assay::detail::to_c(schema[index].name);
    *type = schema[index].type;
    return ASSAY_OK;
  }

  assay_binder c_{};
  const Schema* schema_;
  ErrorSlot* error_;
  std::vector<BoundColumn> columns_;
  std::vector<DeclaredReason> reasons_;
};

}  // namespace assay::testing
