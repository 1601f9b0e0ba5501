#include "host/comparison/comparison.hpp"

#include "host/comparison/chain_changes.hpp"
#include "host/comparison/engine_changes.hpp"
#include "host/comparison/feature_changes.hpp"
#include "host/comparison/field_changes.hpp"
#include "host/comparison/rule_changes.hpp"
#include "host/comparison/sink_changes.hpp"

namespace assay::host {

Comparison compare(Assembly& before, Assembly& after) {
  Comparison all{before.config().hash, after.config().hash, {}, 0};
  add_source_changes(all.changes, before.config(), after.config());
  add_field_changes(all.changes, before, after);
  add_rule_changes(all.changes, before, after);
  all.features_kept = add_feature_changes(all.changes, before, after);
  add_decision_changes(all.changes, before.config(), after.config());
  add_sink_changes(all.changes, before, after);
  add_chain_changes(all.changes, before, after);
  add_engine_changes(all.changes, before.config(), after.config());
  return all;
}

}  // namespace assay::host
