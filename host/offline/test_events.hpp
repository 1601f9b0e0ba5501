// The transactions of a test, from what its author wrote: fields by name, times counted from the
// test's begin, several alike by `repeat`.
//
// Whatever the schema requires and the author left out gets a value that says nothing. A card may
// have any name: it becomes a number of its own. `holder.FIELD` is what the table of account
// holders says of the customer when the transaction comes.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/decode/schema.hpp"
#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

struct TestEvent {
  std::int64_t time = 0;                      // nanoseconds since 1970
  std::map<std::string, std::string> fields;  // of the message, as a JSON value's text
  std::map<std::string, std::string> holder;  // of its customer
  Span span;                                  // where it was written
};

// When a test begins unless its events say so: a Monday at noon, UTC.
inline constexpr std::int64_t kTestBegin = 1'767'614'400'000'000'000;

// In the order of arrival. What is wrong is in `diagnostics`, and its event left out.
[[nodiscard]] std::vector<TestEvent> read_test_events(const Node& events,
                                                      const core::Schema& transactions,
                                                      const core::Schema* holders,
                                                      Diagnostics& diagnostics);

// The event as a message of that schema; `number` makes its id where it has none, `currency`
// (empty: none) is what its amount is in where it does not say.
[[nodiscard]] std::string to_message(const TestEvent& event, const core::Schema& transactions,
                                     std::uint64_t number, const std::string& currency);
// Its customer's record; empty where the event says nothing of one.
[[nodiscard]] std::string to_holder(const TestEvent& event, const core::Schema& transactions,
                                    const core::Schema& holders, const std::string& key);

}  // namespace assay::host
