// What an error of PostgreSQL means for a batch: try again, halt, or give up on one record.
//
// The difference decides between patience and a dead letter, so it is a pure function with its
// reasons beside it, and a test for each.
#pragma once

#include <string_view>

namespace assay::postgres {

enum class ErrorClass {
  transient,      // an outage or a conflict: the same batch will pass later
  configuration,  // a person must act: password, rights, tables; nothing is wrong with the records
  data,           // this record will never pass
};

// `sqlstate` has five characters; anything else is a configuration error, because an error that
// cannot even be named must stop loudly rather than drain a topic into the dead letters.
ErrorClass sqlstate_class(std::string_view sqlstate);

}  // namespace assay::postgres
