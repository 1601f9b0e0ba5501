// Looks a field up in an allow, block or watch list, exactly or by prefix.
//
// What a hit does (decline, approve, look at) is the configuration's business: the kind of the list
// only chooses the reason code. Customers are never told that they stand on a list.
#include <algorithm>
#include <assay/rule.hpp>
#include <charconv>

#include "plugins/rules/list_index.hpp"

namespace {

using assay::rules::ListIndex;

class List {
 public:
  static const char* const schema;

  struct Shared {
    explicit Shared(const assay::Config& config) : index(config) {}
    const ListIndex index;
  };

  explicit List(const Shared& shared) : index_(&shared.index) {}

  void bind(assay::Binder& binder) {
    const auto offers = binder.offers();
    const auto offered = [&](std::string_view name) {
      return std::find_if(offers.begin(), offers.end(),
                          [&](const auto& one) { return one.name == name; });
    };
    const auto field = offered(index_->field());
    type_ = field == offers.end() ? ASSAY_TEXT : field->type;
    column_ = binder.declare(index_->field(), type_, ASSAY_REQUIRED);
    check_type(binder);
    if (index_->any_expires()) time_ = binder.field<assay::Time>("timestamp");

    const auto kind = std::string(binder.config("kind", "block"));
    // A block list is certain, a watch list asks for a look, an allow list accuses nobody.
    score_ = binder.config("score", kind == "block" ? 1.0 : kind == "watch" ? 0.5 : 0.0);
    const auto code = "on_" + kind + "_list";
    const auto has_last4 = offered("card_last4") != offers.end();
    const auto what = type_ != ASSAY_TOKEN ? "{" + index_->field() + "}"
                      : has_last4          ? std::string("the card ending in {card_last4}")
                                           : std::string("the card");
    const auto words = what +
                       (index_->by_prefix() ? " begins like an entry of the " : " is on the ") +
                       kind + " list, line {line}";
    for (const auto& text : index_->reasons()) {
      reasons_.push_back(binder.reason(code, text.empty() ? words : words + ": " + text, {"line"}));
    }
  }

  assay::Verdict evaluate(const assay::Row& tx) const {
    char digits[24];
    assay::Token token;
    std::string_view key;
    if (type_ == ASSAY_TEXT) {
      const auto text = tx[assay::Field<std::string_view>(column_)];
      if (!text) return assay::inconclusive();
      key = *text;
    } else if (type_ == ASSAY_TOKEN) {
      const auto value = tx[assay::Field<assay::Token>(column_)];
      if (!value) return assay::inconclusive();
      token = *value;
      key = {reinterpret_cast<const char*>(&token), sizeof token};
    } else {
      const auto number = tx[assay::Field<std::int64_t>(column_)];
      if (!number) return assay::inconclusive();
      key = {digits, std::to_chars(digits, digits + sizeof digits, *number).ptr};
    }
    const auto now = index_->any_expires() ? tx[time_] : assay::Time{};
    // Without a time nobody knows whether an entry still holds; without an entry nobody cares.
    const auto* entry = index_->find(key, now ? now->nanoseconds : INT64_MIN);
    if (!entry) return assay::no_hit();
    if (!now && entry->expires != INT64_MAX) return assay::inconclusive();
    return assay::hit(reasons_[entry->reason], score_, std::int64_t{entry->line});
  }

 private:
  void check_type(const assay::Binder& binder) const {
    const auto is_card = index_->field() == "card";
    if (is_card != (type_ == ASSAY_TOKEN) ||
        (type_ != ASSAY_TEXT && type_ != ASSAY_TOKEN && type_ != ASSAY_INT64)) {
      throw binder.config()
          .refuse("field", "a list cannot look up `" + index_->field() + "`")
          .advise("lists work on text, on whole numbers and on `card`");
    }
    if (index_->by_prefix() && type_ != ASSAY_TEXT) {
      throw binder.config()
          .refuse("match", "only text has prefixes, `" + index_->field() + "` is no text")
          .advise("use match: exact; for the first digits of a card, field: card_bin");
    }
    if (type_ == ASSAY_INT64) index_->require_numbers();
  }

  const ListIndex* index_;
  std::uint32_t type_ = 0;
  std::uint32_t column_ = 0;
  double score_ = 0;
  assay::Field<assay::Time> time_;
  std::vector<assay::Reason> reasons_;
};

const char* const List::schema = R"({
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

}  // namespace

ASSAY_RULE(List, "list", "1.0.0")
