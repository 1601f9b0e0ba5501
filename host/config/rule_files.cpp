#include "host/config/rule_files.hpp"

#include <glob.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "host/config/files.hpp"

namespace assay::host {
namespace {

std::vector<std::string> matching_files(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> files;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return files;
}

void add_rule(Node& rules, Node rule, const std::string& file, Diagnostics& diagnostics) {
  const Node* id = rule.find("rule");
  if (!rule.is_map() || id == nullptr || !id->is_scalar()) {
    diagnostics.add({.code = Code::missing_key,
                     .message = "the rule file `" + file + "` has no id",
                     .span = rule.span,
                     .note = "a rule file begins with the rule's id, such as rule: small_burst",
                     .help = "add `rule:`"});
    return;
  }
  if (const Entry* first = rules.entry(id->text)) {
    rule.entry("rule")->key_span.reveal();
    id->span.reveal();
    diagnostics.add({.code = Code::repeated_rule,
                     .message = "the rule `" + id->text + "` is defined twice",
                     .span = id->span,
                     .label = "second time",
                     .note = "first at " + first->key_span.text(),
                     .help = "give one of the two another id",
                     .path = "rules." + id->text});
    return;
  }
  Entry entry{.key = id->text, .key_span = id->span, .value = {}};
  entry.value = std::move(rule);
  rules.entries.push_back(std::move(entry));
}

}  // namespace

Node load_rules(const Node& patterns, const Environment& environment, Diagnostics& diagnostics) {
  Node rules = empty_map(patterns.span);
  std::set<std::string> seen;
  for (const Node& item : patterns.items) {
    if (!item.is_scalar()) {
      diagnostics.add({.code = Code::wrong_type,
                       .message = "`rules`: expected a rule file, got " + quoted_for_message(item),
                       .span = item.span,
                       .label = "expected a rule file or a pattern",
                       .note = "`rules` is a list of rule files, or a map of rules by id",
                       .path = "rules"});
      continue;
    }
    item.span.reveal();
    if (item.secret) diagnostics.conceal(item.text);
    const auto files = matching_files(resolve_path(item.span, item.text));
    if (files.empty()) {
      diagnostics.add({.code = Code::no_rule_file,
                       .message = "no rule file matches " + quoted_for_message(item),
                       .span = item.span,
                       .note = "a relative pattern starts at the file in which it stands",
                       .help = "correct the pattern, or remove it",
                       .path = "rules"});
    }
    for (const std::string& file : files) {
      if (!seen.insert(file).second) continue;
      if (auto rule = load_file(file, item.span, environment, diagnostics)) {
        if (rule->is_null() && rule->span.line == 0 && diagnostics.has_errors()) continue;
        add_rule(rules, std::move(*rule), file, diagnostics);
      }
    }
  }
  return rules;
}

}  // namespace assay::host
