// `assay db`: the tables behind a sink, for those who have the rights that the engine does without.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 done, 1 the tables do not fit or the change was not
// confirmed, 2 usage, 69 the database cannot be reached, 78 the configuration is refused or the
// rights do not suffice.
void add_db_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
