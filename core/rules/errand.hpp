// A batch that is judged elsewhere: sent, and collected when other rules have been judged.
//
// One batch is under way at a time, and each that is sent is collected before the next.
//
// Thread: the worker that owns the rule's instance.
#pragma once

#include <assay/rule.h>

namespace assay::core {

class Errand {
 public:
  virtual ~Errand() = default;

  // Takes what it needs of the batch before it returns.
  virtual void send(const assay_batch& batch) = 0;
  // As `evaluate` of the rule's table: waits for the verdicts on what was sent. A failure is told
  // in `error`.
  virtual assay_status collect(const assay_verdicts& verdicts, assay_error& error) = 0;
};

}  // namespace assay::core
