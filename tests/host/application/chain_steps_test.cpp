// What is said of a chain whose steps ask of their sinks what those cannot do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/config/reader.hpp"
#include "host/diagnostics/render.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using ::testing::HasSubstr;

class ChainSteps : public ::testing::Test {
 protected:
  // Everything that is said of the main chain with these steps; empty where it is taken.
  std::string said_of(const std::string& steps, const std::string& more = {}) {
    folder_.write("card.key", "2b7e151628aed2a6abf7158809cf4f3c\n");
    const std::vector<std::string> paths{folder_.write(
        "assay.yaml",
        "default_currency: EUR\ncard: { key_file: card.key }\n"
        "plugins: { path: [\"" ASSAY_SINKS_FOLDER "\"] }\n" +
            more +
            "sinks:\n"
            "  db: { use: sqlite, config: { file: x.db } }\n"
            "  mail: { use: mail_folder, config: { folder: m, from: a@bank.example } }\n"
            "chains:\n  main:\n" +
            steps)};
    Diagnostics diagnostics;
    auto config = read_config(paths, diagnostics);
    if (config) (void)Assembly::build(*config, Assembly::CardKey::required, diagnostics);
    return diagnostics.has_errors() ? render(diagnostics, DiagnosticFormat::human) : "";
  }

  testing::TemporaryFolder folder_;
};

constexpr const char* kStore = "    store: { sink: db, required: true }\n";

TEST_F(ChainSteps, may_fall_back_and_cool_down_where_nothing_is_stored) {
  EXPECT_EQ(said_of(std::string(kStore) +
                    "    alert: { sink: mail, cooldown: 1h, fallback: keep, fallback_after: 1m }\n"
                    "    keep: { sink: mail }\n"),
            "");
}

TEST_F(ChainSteps, that_store_with_a_cursor_have_no_fallback) {
  const auto said = said_of(
      "    store: { sink: db, required: true, fallback: keep }\n    keep: { sink: mail }\n");
  EXPECT_THAT(said, HasSubstr("error[AS1117]"));
  EXPECT_THAT(said, HasSubstr("the sink `db` keeps cursors of its own"));
  EXPECT_THAT(said, HasSubstr("assay.yaml:9:"));
}

TEST_F(ChainSteps, that_store_with_a_cursor_are_no_fallback) {
  const auto said = said_of(
      "    alert: { sink: mail, required: true, fallback: store }\n    store: { sink: db }\n");
  EXPECT_THAT(said, HasSubstr("error[AS1117]"));
  EXPECT_THAT(said, HasSubstr("cannot fall back to `store`"));
}

TEST_F(ChainSteps, that_store_have_no_cooldown) {
  const auto said = said_of("    store: { sink: db, required: true, cooldown: 1h }\n");
  EXPECT_THAT(said, HasSubstr("error[AS1118]"));
  EXPECT_THAT(said, HasSubstr("its sink `db` stores records"));
}

TEST_F(ChainSteps, need_a_customer_for_a_cooldown) {
  const auto said = said_of(std::string(kStore) + "    alert: { sink: mail, cooldown: 1h }\n",
                            "source: { key: id }\nschema:\n  fields:\n    id: { type: text, role: "
                            "id }\n    at: { type: time, role: time }\n");
  EXPECT_THAT(said, HasSubstr("error[AS1118]"));
  EXPECT_THAT(said, HasSubstr("role: customer"));
}

TEST_F(ChainSteps, are_deferred_to_a_sink_that_keeps_an_outbox_only) {
  const auto said = said_of(std::string(kStore) + "    alert: { sink: mail, deferred: store }\n");
  EXPECT_THAT(said, HasSubstr("error[AS1116]"));
  EXPECT_THAT(said, HasSubstr("whose sink `db` (sqlite) keeps no outbox"));
}

}  // namespace
}  // namespace assay::host
