// The one binary: each command says for itself what it does.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "host/commands/command_line.hpp"
#include "host/commands/cursor_command.hpp"
#include "host/commands/db_command.hpp"
#include "host/commands/dev_broker_command.hpp"
#include "host/commands/diff_command.hpp"
#include "host/commands/dlq_command.hpp"
#include "host/commands/eval_command.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/explain_command.hpp"
#include "host/commands/names_command.hpp"
#include "host/commands/outbox_command.hpp"
#include "host/commands/plugins_command.hpp"
#include "host/commands/run_command.hpp"
#include "host/commands/schema_command.hpp"
#include "host/commands/state_command.hpp"
#include "host/commands/status_command.hpp"
#include "host/commands/test_command.hpp"
#include "host/commands/token_command.hpp"
#include "host/commands/validate_command.hpp"
#include "host/demo/demo_command.hpp"
#include "host/plugins/fatal_signals.hpp"
#include "host/produce/produce_command.hpp"
#include "host/version.hpp"

namespace {

constexpr const char* kExamples = R"(Examples:
  assay demo
  assay validate -c assay.yaml
  assay run -c assay.yaml -c site.yaml
`assay COMMAND --help` says more about each.)";

}  // namespace

int main(int argc, char** argv) {
  using namespace assay::host;
  const SignalStack stack;
  report_fatal_signals();
  int exit_code = ExitCode::done;
  try {
    CLI::App app("Assay judges bank transactions while they happen.", "assay");
    prepare_command_line(app);
    app.set_version_flag("--version", std::string(kVersion));
    app.footer(kExamples);
    add_run_command(app, exit_code);
    add_validate_command(app, exit_code);
    add_diff_command(app, exit_code);
    add_schema_command(app, exit_code);
    add_eval_command(app, exit_code);
    add_explain_command(app, exit_code);
    add_test_command(app, exit_code);
    add_fields_command(app, exit_code);
    add_features_command(app, exit_code);
    add_plugins_command(app, exit_code);
    add_produce_command(app, exit_code);
    add_demo_command(app, exit_code);
    add_db_command(app, exit_code);
    add_cursor_command(app, exit_code);
    add_state_command(app, exit_code);
    add_dlq_command(app, exit_code);
    add_outbox_command(app, exit_code);
    add_status_command(app, exit_code);
    add_token_command(app, exit_code);
    add_dev_broker_command(app, exit_code);
    return parse_command_line(app, argc, argv, exit_code);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "assay: this is a fault of ours: %s\n", error.what());
    return ExitCode::bug;
  }
}
