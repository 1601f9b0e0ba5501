// The least that storing every transaction can cost: consume in batches, find the fields where they
// always stand, write the rows that the engine would write, move a cursor in the same transaction.
//
// It decodes nothing it does not store, checks nothing, and judges nothing. A thread reads and
// builds, another one writes, one connection; rows per transaction, columns, keys and cursors are
// the engine's. COPY in either format.
#pragma once

#include <cstdint>
#include <string>

namespace assay::bench {

enum class CopyFormat { binary, text };

struct Stored {
  double rows_per_second;
  double cpu_per_row;  // microseconds of this process
};

struct BareStore {
  std::string bootstrap;
  std::string database;
  std::string topic;
  std::uint64_t total;
  CopyFormat format = CopyFormat::binary;
  // Seconds that a transaction waits for more rows at most.
  double age = 1e9;
};

// Reads `total` messages of the topic from its start and stores them.
Stored store_bare(const BareStore& what);

}  // namespace assay::bench
