// Account holders from a file: one JSON object a line.
//
// A file is the operator's own, so unlike the topic it must be right: every bad line is a fault of
// the start. No line is ever shown, for it is about a person.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <string>

#include "core/decode/decoder.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/enrich/holders.hpp"

namespace assay::host {

/// How many holders' records were read; of two of one holder the later one stands. Faults go to the
/// diagnostics: the first twenty, and how many more there are.
std::uint64_t load_holder_file(const std::string& path, const core::DecodeOptions& options,
                               Holders& holders, Diagnostics& diagnostics);

}  // namespace assay::host
