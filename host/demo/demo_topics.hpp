// What the demonstration itself says to Kafka, and reads from it.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace assay::host {

// Sends messages that no engine can read, each broken in another way, into the midst of the
// transactions. The answer is how many; the error is a sentence.
[[nodiscard]] tl::expected<std::uint64_t, std::string> send_broken_messages(
    const std::string& bootstrap, const std::string& topic, std::int64_t time_ms);

// The values of all records that the topic holds now. A topic that does not exist is empty.
[[nodiscard]] tl::expected<std::vector<std::string>, std::string> read_topic(
    const std::string& bootstrap, const std::string& topic);

}  // namespace assay::host
