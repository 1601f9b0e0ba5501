#include <sqlite3.h>

#include <functional>
#include <stdexcept>

#include "host/demo/demo_store.hpp"

namespace assay::host {
namespace {

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class SqliteStore final : public DemoStore {
 public:
  explicit SqliteStore(std::string file) : file_(std::move(file)) {}

  tl::expected<StoredFacts, std::string> read() override {
    sqlite3* opened = nullptr;
    const auto result = sqlite3_open_v2(file_.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
    database_.reset(opened);
    if (result != SQLITE_OK) return tl::unexpected(file_ + ": " + sqlite3_errstr(result));
    try {
      return facts();
    } catch (const std::runtime_error& failure) {
      return tl::unexpected(file_ + ": " + failure.what());
    }
  }

 private:
  using Row = std::function<std::string(int column)>;

  void each_row(const char* query, const std::function<void(const Row&)>& take) {
    sqlite3_stmt* made = nullptr;
    const auto prepared = sqlite3_prepare_v2(database_.get(), query, -1, &made, nullptr);
    const std::unique_ptr<sqlite3_stmt, Close> statement(made);
    if (prepared != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_.get()));
    const Row row = [&](int column) {
      const auto* text = sqlite3_column_text(statement.get(), column);
      return std::string(text ? reinterpret_cast<const char*>(text) : "");
    };
    int step = sqlite3_step(statement.get());
    for (; step == SQLITE_ROW; step = sqlite3_step(statement.get())) take(row);
    if (step != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database_.get()));
  }

  std::uint64_t count(const char* query) {
    std::uint64_t number = 0;
    each_row(query, [&](const Row& row) { number = std::stoull(row(0)); });
    return number;
  }

  StoredFacts facts() {
    StoredFacts facts;
    facts.transactions = count("SELECT count(*) FROM transactions");
    facts.fraud_transactions = count("SELECT count(*) FROM fraud_transactions");
    facts.holders = count("SELECT count(*) FROM account_holders");
    each_row("SELECT decision, count(*) FROM transactions GROUP BY decision",
             [&](const Row& row) { facts.decisions[row(0)] = std::stoull(row(1)); });
    each_row(
        "SELECT transaction_id, substr(replace(event_time, 'T', ' '), 1, 16), "
        "printf('%.2f', amount), currency, merchant, location, decision, score, reasons "
        "FROM fraud_transactions ORDER BY transaction_id",
        [&](const Row& row) {
          facts.flagged.push_back(
              {row(0), row(1), row(2), row(3), row(4), row(5), row(6), std::stod(row(7)), row(8)});
        });
    return facts;
  }

  std::string file_;
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace

std::unique_ptr<DemoStore> sqlite_store(const std::string& file) {
  return std::make_unique<SqliteStore>(file);
}

}  // namespace assay::host
