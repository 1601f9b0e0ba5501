// `assay produce`: the simulated bank from the command line, into Kafka or as JSON lines on stdout.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 done, 2 a setting is wrong, 69 no broker answers, 74
// input or output failed.
void add_produce_command(CLI::App& app, int& exit_code);

// Unix seconds of "2026-01-05", "2026-01-05T08:30:00Z" (always UTC) or a plain number of seconds.
std::optional<std::int64_t> parse_start_time(std::string_view text);

// Lines "name=value" as librdkafka's own property files have them; blank lines and those that begin
// with # are skipped. An error names the line, never its value.
tl::expected<std::map<std::string, std::string>, std::string> parse_properties(
    std::string_view text, std::string_view file_name);

// Whether a librdkafka property holds a secret and so has no place in a command line, which every
// user can list.
bool is_secret_property(std::string_view name);

}  // namespace assay::host
