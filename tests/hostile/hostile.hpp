// One transaction, judged by an engine of its own that uses one plugin that means harm.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/plugin-api/run.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::test {

class Hostile : public ::testing::Test {
 protected:
  Hostile() {
    run(ASSAY " token keygen " + (folder_.path() / "card.key").string());
    write("event.json",
          R"({"transaction_id": "t1", "timestamp": 1714560000000, "user_id": 7, "amount": 51.00,)"
          R"("currency": "EUR", "transaction_type": "purchase", "location": "Porto",)"
          R"("merchant": "Mercado", "card_number": "4556737586899855"})");
  }

  // An engine of that rule. `plugins`: further keys of that section.
  void configure(const std::string& rule, const std::string& parameters = "{}",
                 const std::string& plugins = "") const {
    write("assay.yaml",
          "source: { bootstrap: '127.0.0.1:1', topic: transactions, group: hostile, key: user_id "
          "}\ncard: { key_file: card.key }\nplugins: { path: [" HOSTILE_PLUGINS ", " SINK_PLUGINS
          ", " ODD_PLUGINS ", .]" +
              plugins + " }\nrules: { suspect: { version: 1, use: " + rule +
              ", parameters: " + parameters +
              " } }\nsinks: { mails: { use: mail_folder, config: { folder: mails, from: "
              "'desk@bank.example' } } }\nchains: { all: { mail: { sink: mails, required: true } } "
              "}\n");
  }
  // Judges one transaction by it.
  Ran judge(const std::string& rule, const std::string& parameters = "{}",
            const std::string& plugins = "") {
    configure(rule, parameters, plugins);
    const auto place = folder_.path().string();
    // A sanitizer would speak first.
    const std::string quiet = "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0";
    return run("cd " + place + " && ulimit -c 0 && export ASAN_OPTIONS=" + quiet +
               " TSAN_OPTIONS=" + quiet +
               " && exec timeout 60 " ASSAY " eval event.json -c assay.yaml");
  }
  Ran judge_deed(const std::string& deed, const std::string& place = "evaluate",
                 const std::string& plugins = "") {
    return judge("hostile_rule", "{ deed: " + deed + ", place: " + place + " }", plugins);
  }
  std::filesystem::path folder() const { return folder_.path(); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
  }

 private:
  testing::TemporaryFolder folder_;
};

}  // namespace assay::test
