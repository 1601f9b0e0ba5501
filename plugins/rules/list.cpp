// Looks a field up in an allow, block or watch list, exactly or by prefix.
//
// What a hit does (decline, approve, look at) is the configuration's business: the kind of the list
// only chooses the reason code. Customers are never told that they stand on a list.
#include <assay/rule.hpp>

#include "plugins/rules/list_index.hpp"
#include "plugins/rules/list_key.hpp"

namespace {

using assay::rules::ListIndex;
using assay::rules::ListKey;

class List {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "required": ["field"],
    "properties": {
      "field": {
        "type": "string",
        "description": "The field to look up; for `card` the entries are tokens from `assay token`."
      },
      "kind": {
        "enum": ["allow", "block", "watch"], "default": "block",
        "description": "Chooses the reason code: on_allow_list, on_block_list, on_watch_list."
      },
      "match": {
        "enum": ["exact", "prefix"], "default": "exact",
        "description": "With prefix the longest entry that the field begins with wins."
      },
      "file": {
        "type": "string", "format": "path",
        "description": "One entry a line: value[, expires=2027-01-01][, reason=text]."
      },
      "entries": {
        "type": "array", "items": {"type": "string"}, "default": [],
        "description": "More entries, written like the lines of the file."
      },
      "score": {
        "type": "number", "minimum": 0, "maximum": 1,
        "description": "Score of a hit; by default 1 on a block list, 0.5 on a watch list, else 0."
      }
    }
  })";

  struct Shared {
    explicit Shared(const assay::Config& config) : index(config) {}
    const ListIndex index;
  };

  explicit List(const Shared& shared) : index_(&shared.index) {}

  void bind(assay::Binder& binder) {
    key_ = ListKey(binder, *index_);
    if (index_->any_expires()) time_ = binder.field<assay::Time>("timestamp");
    const auto kind = std::string(binder.config("kind", "block"));
    // A block list is certain, a watch list asks for a look, an allow list accuses nobody.
    score_ = binder.config("score", kind == "block" ? 1.0 : kind == "watch" ? 0.5 : 0.0);
    const auto code = "on_" + kind + "_list";
    const auto what = !key_.is_card() ? "{" + index_->field() + "}"
                      : binder.type_of("card_last4")
                          ? std::string("the card ending in {card_last4}")
                          : std::string("the card");
    const auto words = what +
                       (index_->by_prefix() ? " begins like an entry of the " : " is on the ") +
                       kind + " list, line {line}";
    for (const auto& text : index_->reasons()) {
      reasons_.push_back(binder.reason(code, text.empty() ? words : words + ": " + text, {"line"}));
    }
  }

  assay::Verdict evaluate(const assay::Row& row) const {
    ListKey::Buffer buffer;
    const auto key = key_.of(row, buffer);
    if (!key) return assay::inconclusive();
    const auto now = index_->any_expires() ? row[time_] : assay::Time{};
    // Without a time nobody knows whether an entry still holds; without an entry nobody cares.
    const auto* entry = index_->find(*key, now ? now->nanoseconds : INT64_MIN);
    if (!entry) return assay::no_hit();
    if (!now && entry->expires != INT64_MAX) return assay::inconclusive();
    return assay::hit(reasons_[entry->reason], score_, std::int64_t{entry->line});
  }

 private:
  const ListIndex* index_;
  ListKey key_;
  double score_ = 0;
  assay::Field<assay::Time> time_;
  std::vector<assay::Reason> reasons_;
};

}  // namespace

ASSAY_RULE(List, "list", "1.0.0")
