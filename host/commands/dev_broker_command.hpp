// `assay dev-broker`: librdkafka's mock cluster in a process of its own, for the demo and for
// tests.
//
// No Kafka broker: it keeps 5 MiB a partition in memory, drops the oldest, knows neither security
// nor static members, and ends with the process that started it.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the hidden subcommand. It prints the bootstrap address in one line on standard output when
// it is ready, and runs until SIGTERM or SIGINT, or until its parent is gone. Leaves its result in
// `exit_code`, which must outlive `app`.
void add_dev_broker_command(CLI::App& app, int& exit_code);

// What the mock cluster keeps in a partition, in bytes.
inline constexpr unsigned long long dev_broker_retains = 5ull << 20;

}  // namespace assay::host
