// Plugins that do in the process what no plugin may: what the host survives it survives, and
// whatever ends it is laid at the right door.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/plugin-api/run.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kBug = 70;

class Hostile : public ::testing::Test {
 protected:
  Hostile() {
    run(ASSAY " token keygen " + (folder_.path() / "card.key").string());
    write("event.json",
          R"({"transaction_id": "t1", "timestamp": 1714560000000, "user_id": 7, "amount": 51.00,)"
          R"("currency": "EUR", "transaction_type": "purchase", "location": "Porto",)"
          R"("merchant": "Mercado", "card_number": "4556737586899855"})");
  }

  // Judges one transaction by that rule.
  Ran judge(const std::string& rule, const std::string& parameters = "{}") {
    write("assay.yaml",
          "source: { bootstrap: '127.0.0.1:1', topic: transactions, group: hostile, key: user_id "
          "}\ncard: { key_file: card.key }\nplugins: { path: [" HOSTILE_PLUGINS ", " SINK_PLUGINS
          "] }\nrules: { suspect: { version: 1, use: " +
              rule + ", parameters: " + parameters +
              " } }\nsinks: { mails: { use: mail_folder, config: { folder: mails, from: "
              "'desk@bank.example' } } }\nchains: { all: { mail: { sink: mails, required: true } } "
              "}\n");
    const auto place = folder_.path().string();
    // A sanitizer would speak first.
    const std::string quiet = "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0";
    return run("cd " + place + " && ulimit -c 0 && export ASAN_OPTIONS=" + quiet +
               " TSAN_OPTIONS=" + quiet +
               " && exec timeout 20 " ASSAY " eval event.json -c assay.yaml");
  }
  Ran judge_deed(const std::string& deed, const std::string& place = "evaluate") {
    return judge("hostile_rule", "{ deed: " + deed + ", place: " + place + " }");
  }

 private:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Hostile, a_rule_that_does_nothing_of_the_kind_is_judged) {
  const auto ran = judge_deed("nothing");
  EXPECT_EQ(ran.code, 0) << ran.output;
}

struct Deed {
  const char* name;
  const char* signal;
};

class FatalDeed : public Hostile, public ::testing::WithParamInterface<Deed> {};

TEST_P(FatalDeed, is_laid_at_its_door) {
  for (const auto* place : {"evaluate", "bind", "create"}) {
    const auto ran = judge_deed(GetParam().name, place);
    EXPECT_NE(ran.code, 0) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr(std::string("assay: ended by ") + GetParam().signal +
                                      " in rule `suspect`, plugin hostile_rule 6.6.6; "))
        << place;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, FatalDeed,
                         ::testing::Values(Deed{"reads_null", "SIGSEGV"}, Deed{"aborts", "SIGABRT"},
                                           Deed{"divides_by_zero", "SIGFPE"},
                                           Deed{"overflows_its_stack", "SIGSEGV"}),
                         [](const auto& deed) { return deed.param.name; });

TEST_F(Hostile, a_rule_that_exits_does_not_pass_for_a_proper_end) {
  const auto ran = judge_deed("exits");
  EXPECT_EQ(ran.code, kBug);
  EXPECT_THAT(ran.output, HasSubstr("assay: exit() was called in rule `suspect`, plugin "
                                    "hostile_rule 6.6.6, which no plugin may"));
}

TEST_F(Hostile, an_exception_out_of_a_table_is_an_error_of_that_rule) {
  const auto ran = judge("throwing_rule");
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("suspect"));
  EXPECT_THAT(ran.output, HasSubstr("error"));
  EXPECT_THAT(ran.output, Not(HasSubstr("nobody catches this")));
}

}  // namespace
}  // namespace assay::test
