#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/plugins/sinks/sql/store.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing::sinks {
namespace {

class SqliteStore final : public Store {
 public:
  std::string library() const override { return ASSAY_SQLITE_SINK; }
  Settings settings() const override { return {{"file", file_}}; }

  std::vector<std::string> ask(const std::string& query) override {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(file_.c_str(), &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 5000);
    std::vector<std::string> rows;
    char* problem = nullptr;
    sqlite3_exec(
        database, query.c_str(),
        [](void* target, int count, char** values, char**) {
          std::string text;
          for (int i = 0; i < count; ++i) {
            if (i > 0) text += '|';
            if (values[i]) text += values[i];
          }
          static_cast<std::vector<std::string>*>(target)->push_back(text);
          return 0;
        },
        &rows, &problem);
    EXPECT_EQ(problem, nullptr) << problem << "\n" << query;
    sqlite3_free(problem);
    sqlite3_close(database);
    return rows;
  }

  // A new file is made by the sink's first connection.
  void clear() override { EXPECT_GT(status_of(*sink()).current, 0); }

 private:
  TemporaryFolder folder_;
  std::string file_ = (folder_ / "assay.db").string();
};

}  // namespace

std::unique_ptr<Store> sqlite_store() { return std::make_unique<SqliteStore>(); }

}  // namespace assay::testing::sinks
