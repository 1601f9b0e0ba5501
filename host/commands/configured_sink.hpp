// What the commands about a sink's tables have in common: the sink out of the configuration, and
// how they say what it answered.
//
// Whatever is wrong is said on standard error under the command's name, and answered as an exit
// code.
//
// Thread: control.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/commands/database_sink.hpp"

namespace assay::host {

struct ConfiguredSink {
  std::unique_ptr<Config> config;
  std::unique_ptr<Assembly> assembly;  // points to the configuration
  DatabaseSink tables;
};

// Of the configuration in these files; `sink` as DatabaseSink::find() has it.
[[nodiscard]] tl::expected<ConfiguredSink, int> configured_sink(
    const std::string& command, const std::vector<std::string>& files, const std::string& sink);

// Says it and answers the code.
int say(const std::string& command, int exit_code, const std::string& message);
// The same of what a sink said: a database that is away is another matter than one that refuses.
int failed(const std::string& command, const DatabaseSink& sink, const std::string& message);
// Of what stdout was given, at once, for those who go on behind it only if it was seen. Whether it
// could be written is told at the end, of every command (command_line.hpp).
int print_out(const std::string& text);

}  // namespace assay::host
