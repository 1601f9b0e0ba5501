// What a cursor that did not move means: pure, so that every store answers alike.
#pragma once

#include <assay/sink.hpp>
#include <cstdint>
#include <set>
#include <span>
#include <string>

namespace assay::sql {

// Cursors that were claimed without an offset and never committed by this process: only these may
// begin anywhere. Else a database that went back to the moment of the claim would swallow records.
class FreshCursors {
 public:
  bool contains(const Cursor& cursor) const;
  // After a claim: `cursor.next_offset` is what was found.
  void claimed(const Cursor& cursor);
  void committed(const Cursor& cursor);

 private:
  std::set<std::string> keys_;
};

// Where a cursor stands in the database; no row counts as epoch and offset -1.
struct Standing {
  std::int64_t epoch = -1;
  std::int64_t next_offset = ASSAY_NO_OFFSET;
};

// Writes answer and next_offset; leaves 0 where the cursor stands at (epoch, from_offset). True:
// the database went back to before our claim and nobody has claimed since, so our epoch must be put
// back.
bool judge(Cursor& cursor, Standing found, bool fresh);

// For position(): what stands where its transaction began was not committed.
void resolve(std::span<Cursor> cursors);

}  // namespace assay::sql
