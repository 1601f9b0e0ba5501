// The binder of one kind of record: offers the fields of a schema and remembers, in the order of
// the columns, what the sink has declared.
#pragma once

#include <assay/plugin.h>

#include <vector>

#include "tests/support/sink_driver/fake_host.hpp"
#include "tests/support/sink_driver/records.hpp"

namespace assay::testing::sinks {

// Its table comes first, so that the address of the table is the binder's.
struct FakeBinder {
  FakeBinder() = default;
  FakeBinder(std::vector<OfferedField> fields, SinkRefusal& refusal);

  assay_binder table{};
  std::vector<OfferedField> offered;
  std::vector<OfferedField> bound;
  SinkRefusal* refusal = nullptr;
};

}  // namespace assay::testing::sinks
