#include "host/plugins/rule_table.hpp"

namespace assay::host {

const char* missing_function(const assay_rule_api& api) {
  if (api.size < sizeof(assay_rule_api)) return "a whole table of version 1.0";
  if (!api.describe) return "describe";
  if (!api.create) return "create";
  if (!api.destroy) return "destroy";
  if (!api.bind) return "bind";
  if (!api.evaluate) return "evaluate";
  if ((api.flags & ASSAY_RULE_STATEFUL) != 0) {
    if (!api.save) return "save, which a stateful rule has";
    if (!api.load) return "load, which a stateful rule has";
  }
  return nullptr;
}

}  // namespace assay::host
