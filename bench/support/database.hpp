// A throw-away PostgreSQL with the engine's tables, and how a configuration names it as the sink
// `db`.
//
// Whatever fails ends the program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/servers/postgres_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::bench {

class Database final {
 public:
  explicit Database(const testing::PostgresOptions& options = {});

  // YAML: an entry of `sinks`. `more` are further keys of it, indented by four.
  [[nodiscard]] std::string sink(const std::string& more = {}) const;
  // Makes the tables, by the first sink of that configuration.
  static void migrate(const std::string& configuration);
  // Each run meets the same empty tables and a server without old work to write out.
  void clear() const;

  [[nodiscard]] const std::string& owner() const { return server_.owner(); }
  void run(const std::string& statements) const;
  // The first row of the answer: its columns.
  [[nodiscard]] std::vector<std::string> ask(const std::string& query) const;
  [[nodiscard]] std::uint64_t rows() const;

 private:
  testing::PostgresServer server_;
  testing::TemporaryFolder folder_;  // of passwords
};

}  // namespace assay::bench
