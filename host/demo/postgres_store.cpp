#include <pqxx/pqxx>

#include "host/demo/demo_store.hpp"

namespace assay::host {
namespace {

class PostgresStore final : public DemoStore {
 public:
  explicit PostgresStore(std::string connection) : connection_(std::move(connection)) {}

  tl::expected<StoredFacts, std::string> read() override {
    try {
      pqxx::connection connection(connection_);
      pqxx::read_transaction transaction(connection);
      return facts(transaction);
    } catch (const std::exception& failure) {
      return tl::unexpected(std::string("the database cannot be read: ") + failure.what());
    }
  }

 private:
  static std::uint64_t count(pqxx::read_transaction& transaction, const std::string& table) {
    return transaction.exec1("SELECT count(*) FROM " + table)[0].as<std::uint64_t>();
  }

  static StoredFacts facts(pqxx::read_transaction& transaction) {
    StoredFacts facts;
    facts.transactions = count(transaction, "transactions");
    facts.fraud_transactions = count(transaction, "fraud_transactions");
    facts.holders = count(transaction, "account_holders");
    for (const auto& row :
         transaction.exec("SELECT decision, count(*) FROM transactions GROUP BY decision")) {
      facts.decisions[row[0].as<std::string>()] = row[1].as<std::uint64_t>();
    }
    for (const auto& row : transaction.exec(
             "SELECT transaction_id, to_char(event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD "
             "HH24:MI'), round(amount, 2), currency, merchant, location, decision, score, "
             "reasons FROM fraud_transactions ORDER BY transaction_id")) {
      const auto text = [&](int column) { return row[column].as<std::string>(""); };
      facts.flagged.push_back({text(0), text(1), text(2), text(3), text(4), text(5), text(6),
                               row[7].as<double>(0), text(8)});
    }
    return facts;
  }

  std::string connection_;
};

}  // namespace

std::unique_ptr<DemoStore> postgres_store(const std::string& connection) {
  return std::make_unique<PostgresStore>(connection);
}

}  // namespace assay::host
