// The peers of a demonstration: a mock of Kafka, a SQLite file and a folder of mails; or a real
// broker, PostgreSQL and an SMTP server, started on loopback by the scripts in a folder.
//
// Destroyed, it stops what it started.
//
// Thread: control, one and the same.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/demo/child_process.hpp"
#include "host/demo/demo_folder.hpp"
#include "host/demo/demo_store.hpp"

namespace assay::host {

struct DemoWorld {
  std::string what;  // "decisions into a SQLite file, mails into a folder"
  std::string bootstrap;
  int partitions = 8;
  std::uint64_t broker_retains = 0;  // bytes in a partition; 0: all
  bool needs_migration = false;
  std::string mails;              // folder
  std::string dead_letter_file;   // empty: they are in a topic
  std::vector<std::string> look;  // command lines for a person, the servers being stopped
  std::unique_ptr<DemoStore> store;
  std::vector<ChildProcess> processes;
};

inline constexpr const char* demo_dead_letter_topic = "demo.dead_letters";

// Both write the overlay with the addresses into the folder. Errors are sentences.
[[nodiscard]] tl::expected<DemoWorld, std::string> embedded_world(const DemoFolder& folder);
[[nodiscard]] tl::expected<DemoWorld, std::string> real_world(const DemoFolder& folder,
                                                              const std::string& scripts);

}  // namespace assay::host
