#include <filesystem>
#include <system_error>

#include "host/commands/dev_broker_command.hpp"
#include "host/demo/demo_world.hpp"

namespace assay::host {
namespace {

constexpr std::chrono::seconds kStart{20};

std::string overlay(const std::string& bootstrap) {
  return "# Over demo.yaml: where the mock of Kafka was, and what it needs.\n"
         "source:\n"
         "  bootstrap: " +
         bootstrap +
         "\n"
         "  member: none                  # it does not know static members\n"
         "  kafka:\n"
         "    session.timeout.ms: \"6000\"\n"
         "    fetch.wait.max.ms: \"10\"     # it answers an empty fetch only after this time\n";
}

}  // namespace

tl::expected<DemoWorld, std::string> embedded_world(const DemoFolder& folder) {
  DemoWorld world;
  const auto partitions = std::to_string(world.partitions);
  std::error_code failure;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", failure);
  auto broker =
      ChildProcess::start({binary, "dev-broker", "--topic", "transactions:" + partitions, "--topic",
                           "account_holders:" + partitions, "--topic", "labels:" + partitions},
                          folder / "broker.log");
  if (!broker) return tl::unexpected(broker.error());
  const auto address = broker->first_line(kStart);
  if (!address) return tl::unexpected(address.error());
  if (auto written = folder.write_overlay(overlay(*address)); !written) {
    return tl::unexpected(written.error());
  }
  const std::string database = folder / "assay.db";
  world.what = "decisions into a SQLite file, mails into a folder";
  world.bootstrap = *address;
  world.broker_retains = dev_broker_retains;
  world.mails = folder / "mails";
  world.dead_letter_file = folder / "dead_letters.jsonl";
  world.look = {"sqlite3 -box " + database +
                    " 'SELECT amount, merchant, decision FROM "
                    "fraud_transactions LIMIT 5'",
                "sqlite3 -box " + database + " 'SELECT * FROM assay_api_v_rule_daily LIMIT 10'",
                "cat " + world.dead_letter_file};
  world.store = sqlite_store(database);
  world.processes.push_back(std::move(*broker));
  return world;
}

}  // namespace assay::host
