// Somebody else's session in the database, who takes locks that ours want.
//
// Thread: one.
#pragma once

#include <pqxx/pqxx>
#include <string>

#include "tests/integration/deployment.hpp"

namespace assay::testing::faults {

// As the superuser. What it holds is free when it is gone.
class Rival {
 public:
  Rival() : database_(postgres().superuser()), session_(database_) {}
  void say(const std::string& statement) { session_.exec(statement); }

 private:
  pqxx::connection database_;
  pqxx::nontransaction session_;
};

}  // namespace assay::testing::faults
