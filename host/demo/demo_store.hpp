// What the demonstration reads back from the database, whichever it is.
//
// The demonstration is not the engine: it looks at the tables as any analyst's program would, so
// that its report rests on what is stored and not on what the engine says of itself.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace assay::host {

// A row of fraud_transactions, as text.
struct FlaggedRow {
  std::string id;
  std::string time;  // UTC
  std::string amount;
  std::string currency;
  std::string merchant;
  std::string location;
  std::string decision;
  double score = 0;
  std::string reasons;  // JSON
};

struct StoredFacts {
  std::uint64_t transactions = 0;
  std::uint64_t fraud_transactions = 0;
  std::uint64_t holders = 0;
  std::map<std::string, std::uint64_t> decisions;
  std::vector<FlaggedRow> flagged;
};

class DemoStore {
 public:
  virtual ~DemoStore() = default;
  // The error is a sentence.
  [[nodiscard]] virtual tl::expected<StoredFacts, std::string> read() = 0;
};

[[nodiscard]] std::unique_ptr<DemoStore> sqlite_store(const std::string& file);
// `connection` is libpq's text.
[[nodiscard]] std::unique_ptr<DemoStore> postgres_store(const std::string& connection);

}  // namespace assay::host
