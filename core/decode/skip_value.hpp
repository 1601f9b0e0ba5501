// A value that no field wants: still read to its end, or what is accepted would not be JSON.
#pragma once

#include <simdjson.h>

#include <cstdint>

#include "core/decode/decode_error.hpp"
#include "core/decode/message_text.hpp"

namespace assay::core {

// `depth` is that of the object or the list in which the value stands.
DecodeError skip_value(MessageText& message, simdjson::ondemand::value& value, std::uint32_t depth);

}  // namespace assay::core
