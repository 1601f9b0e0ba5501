// `assay plugins validate`: what is sound passes every check, and each check fails for a plugin
// that breaks its promise, with words that name what was found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/host/commands/program.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Json = nlohmann::json;

const std::string broken = ASSAY_BROKEN_PLUGINS "/";

class Conformance : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  // Every check, or those named.
  Said validate(const std::string& plugin, const std::string& settings,
                const std::vector<std::string>& more = {},
                const std::vector<std::string>& environment = {}) const {
    std::vector<std::string> words{"plugins", "validate", plugin, "--format", "json"};
    if (!settings.empty()) {
      words.insert(words.end(), {"--settings", write("settings.yaml", settings)});
    }
    words.insert(words.end(), more.begin(), more.end());
    return run_assay(words, environment);
  }

  TemporaryFolder folder_;
};

Json check_of(const Said& said, const std::string& id) {
  const auto report = Json::parse(said.out, nullptr, false);
  if (!report.is_object()) return {};
  for (const auto& one : report["checks"]) {
    if (one["check"] == id) return one;
  }
  return {};
}

std::vector<std::string> failed(const Said& said) {
  std::vector<std::string> ids;
  const auto report = Json::parse(said.out);
  for (const auto& one : report["checks"]) {
    if (one["result"] == "failed")
      ids.push_back(one["check"].get<std::string>() + ": " + one["message"].get<std::string>());
  }
  return ids;
}

// A plugin, its fault, the check that must find it, and words in what it says.
struct Fault {
  const char* plugin;
  const char* name;
  const char* check;
  const char* words;
};

constexpr Fault faults[] = {
    {"talkative", "none", "exports", "it exports more than its entry: `second_export`"},
    {"without_licence", "none", "load", "failed to initialise: there is no licence"},
    {"without_schema", "none", "settings", "`describe` answers no schema"},
    {"broken_rule", "binds_otherwise", "bind", "its second instance declares other fields"},
    {"broken_rule", "invents_a_feature", "names", "count( by nobody"},
    {"broken_rule", "has_no_note_of_it", "note", "binds the field `location`, which its note"},
    {"broken_rule", "is_silent", "host_errors",
     "where `assay.metrics/1 counter` fails, `create` fails: it gives no reason"},
    {"broken_rule", "falls_with_the_host", "host_errors",
     "where `assay.metrics/1 counter` fails, `create` ended the process by SIGABRT"},
    {"broken_rule", "expects_a_row", "empty_batch", "writes behind the last verdict"},
    {"broken_rule", "expects_few_rows", "largest_batch", "`evaluate` ended the process by SIGABRT"},
    {"broken_rule", "scores_without_bounds", "extreme_values", "hits with a score of 2000000"},
    {"broken_rule", "reads_absent", "absent_values", "for other bytes in the absent cells"},
    {"broken_rule", "counts_rows", "batch_sizes", "in batches of 1 instead of 512"},
    {"broken_rule", "knows_the_stride", "moved_batch", "when the batch lies elsewhere, by rows"},
    {"broken_rule", "remembers", "memory", "when the batches come in another order"},
    {"broken_rule", "shares", "instances", "while another instance is at work"},
    {"broken_rule", "keeps_to_its_thread", "threads", "on threads that change"},
    {"broken_rule", "forgets_in_tick", "tick", "behind a `tick`"},
    {"broken_rule", "leaks", "growth", "bytes of each life"},
    {"broken_rule", "writes_its_input", "largest_batch", "writes into the batch"},
    {"broken_rule", "reads_beyond", "largest_batch", "reads behind its end"},
    {"broken_rule", "asks_late", "largest_batch", "calls `assay.config/1 decimal` from `evaluate`"},
    {"broken_rule", "invents_a_reason", "largest_batch", "reason number 7 of 1 declared"},
    {"broken_rule", "invents_an_answer", "largest_batch", "is answered with 9"},
    {"broken_rule", "fails", "largest_batch", "`evaluate` fails: it never works"},
    {"broken_rule", "exits", "largest_batch", "`evaluate` ended the process with exit code 0"},
    {"broken_rule", "never_returns", "largest_batch", "`evaluate` did not return within 1 s"},
    {"broken_stateful", "saves_nothing", "state", "after the state was saved and loaded"},
    {"broken_stateful", "loads_anything", "damaged_state", "for the whole"},
    {"broken_stateful", "refuses_silently", "damaged_state",
     "refuses a state of a later version and does not say why"},
    {"broken_sink", "takes_nothing", "bind", "takes no kind of record"},
    {"broken_sink", "binds_otherwise", "bind", "its second instance binds other fields"},
    {"broken_sink", "misspells", "names", "wants the field `amount` as text"},
    {"broken_sink", "has_no_note_of_it", "note", "takes records of a holder"},
    {"broken_sink", "falls_with_the_host", "host_errors", "`create` ended the process by SIGABRT"},
    {"broken_sink", "is_oddly_well", "health", "has class 9"},
    {"broken_sink", "expects_a_row", "empty_batch", "writes behind the last status"},
    {"broken_sink", "expects_few_rows", "largest_batch", "`write` ended the process by SIGABRT"},
    {"broken_sink", "expects_short_ids", "extreme_values", "`write` ended the process by SIGABRT"},
    {"broken_sink", "expects_an_id", "absent_values", "`write` ended the process by SIGABRT"},
    {"broken_sink", "writes_its_input", "statuses", "writes into the batch"},
    {"broken_sink", "invents_an_outcome", "statuses", "has outcome 9"},
    {"broken_sink", "has_no_class", "statuses", "is rejected without a class"},
    {"broken_sink", "speaks_from_elsewhere", "statuses", "outside of what was used of the buffer"},
    {"broken_sink", "flushes_oddly", "flush", "has scope 9"},
    {"broken_sink", "dawdles", "deadline", "ms of the 200 that it was given"},
    {"broken_sink", "falls_when_interrupted", "interrupt", "`interrupt` ended the process by"},
    {"broken_sink", "forgets_the_epoch", "cursors", "a second `claim` has epoch"},
    {"broken_sink", "lets_anybody_in", "cursors", "a transaction under an older epoch"},
    {"broken_sink", "forgets_the_cursor", "cursors", "the position behind a commit"},
    {"broken_sink", "leaves_files_open", "growth", "files or sockets open"},
};

class BrokenPromise : public Conformance, public ::testing::WithParamInterface<Fault> {};

TEST_P(BrokenPromise, is_found_by_its_check) {
  const auto& fault = GetParam();
  const auto said = validate(broken + fault.plugin + ".so", std::string("fault: ") + fault.name,
                             {"--check", fault.check, "--deadline",
                              std::string(fault.name) == "never_returns" ? "1" : "10"});
  EXPECT_EQ(said.exit_code, 1) << said.err;
  const auto check = check_of(said, fault.check);
  ASSERT_TRUE(check.is_object()) << said.out << said.err;
  EXPECT_EQ(check["result"], "failed") << check;
  EXPECT_THAT(check.value("message", ""), HasSubstr(fault.words));
  EXPECT_THAT(check.value("help", ""), ::testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Each, BrokenPromise, ::testing::ValuesIn(faults), [](const auto& one) {
  return std::string(one.param.plugin) + "_" + one.param.name + "_" + one.param.check;
});

TEST_F(Conformance, a_file_that_each_life_leaves_open_is_seen_where_few_may_be_open) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  auto few = before;
  few.rlim_cur = 512;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto said =
      validate(broken + "broken_sink.so", "fault: leaves_files_open", {"--check", "growth"});
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_THAT(check_of(said, "growth").value("message", ""), HasSubstr("files or sockets open"));
}

// With the two that take no setting, these are all checks there are.
TEST_F(Conformance, every_check_has_somebody_who_breaks_it) {
  std::set<std::string> broken_by_somebody{"file", "missing_interfaces"};
  for (const auto& fault : faults) broken_by_somebody.insert(fault.check);
  std::set<std::string> all;
  for (const auto* plugin : {"broken_stateful", "broken_sink"}) {
    const auto report = Json::parse(validate(broken + plugin + ".so", "").out);
    for (const auto& one : report["checks"]) all.insert(one["check"]);
  }
  EXPECT_EQ(broken_by_somebody, all);
}

TEST_F(Conformance, a_file_that_is_no_library_is_told_by_its_first_check) {
  const auto said = validate(write("none.so", "not an ELF file"), "");
  EXPECT_EQ(said.exit_code, 1) << said.err;
  EXPECT_EQ(check_of(said, "file")["result"], "failed") << said.out;
  EXPECT_THAT(check_of(said, "load").value("message", ""), HasSubstr("`file` failed"));
}

TEST_F(Conformance, a_plugin_that_takes_an_interface_for_granted_is_found) {
  for (const auto* plugin : {"broken_rule", "broken_sink"}) {
    const auto said = validate(broken + plugin + ".so", "", {"--check", "missing_interfaces"},
                               {"TRUSTS_THE_HOST=1"});
    EXPECT_EQ(said.exit_code, 1) << said.err;
    EXPECT_THAT(check_of(said, "missing_interfaces").value("message", ""),
                HasSubstr("`create` ended the process by SIGSEGV"));
  }
}

TEST_F(Conformance, sound_plugins_keep_every_promise) {
  const std::pair<std::string, std::string> sound[] = {
      {broken + "broken_rule.so", ""},
      {broken + "broken_stateful.so", ""},
      {broken + "broken_sink.so", ""},
      {ASSAY_RULES "/velocity.so", ""},
      {ASSAY_RULES "/large_amount.so", ""},
      {ASSAY_SINKS "/sqlite.so", "file: " + (folder_ / "store.sqlite").string()}};
  for (const auto& [plugin, settings] : sound) {
    const auto said = validate(plugin, settings);
    EXPECT_EQ(said.exit_code, 0) << plugin << "\n" << said.err;
    EXPECT_THAT(failed(said), IsEmpty()) << plugin;
  }
}

// What a person reads; what the plugin prints does not get into it.
TEST_F(Conformance, a_person_reads_what_broke_and_how_to_mend_it) {
  const auto said = run_assay({"plugins", "validate", broken + "broken_rule.so", "--settings",
                               write("rule.yaml",
                                     "rule: one\nversion: 1\nuse: broken_rule\n"
                                     "parameters: { fault: counts_rows }\n"),
                               "--check", "batch_sizes"});
  EXPECT_EQ(said.exit_code, 1) << said.err;
  EXPECT_THAT(said.out, HasSubstr("rule broken_rule 1.0.0"));
  EXPECT_THAT(said.out, HasSubstr("batch_sizes  FAILED"));
  EXPECT_THAT(said.out, HasSubstr("\n  found: row "));
  EXPECT_THAT(said.out, HasSubstr("\n  help: a row's verdict must not hang on the rows"));
}

// Its project, where the plugin lies in it; else only the plugin is known.
TEST_F(Conformance, a_note_that_is_wrong_is_told_with_the_file_to_mend) {
  const auto help_for = [&](const std::string& plugin) {
    const auto said = validate(plugin, "fault: has_no_note_of_it", {"--check", "note"});
    EXPECT_EQ(said.exit_code, 1) << said.err;
    return check_of(said, "note").value("help", "");
  };
  const auto project = write("plugin.json", "{}");
  for (const std::string name : {"broken_rule", "broken_sink"}) {
    const auto alone = broken + name + ".so";
    EXPECT_THAT(help_for(alone), HasSubstr("that " + alone + " was built with"));
    const std::string plugin = folder_ / (name + ".so");
    std::filesystem::copy_file(alone, plugin);
    EXPECT_THAT(help_for(plugin), HasSubstr("(" + project + ")"));
  }
}

// The engine refuses such a file whatever else it is, so the rest is not tried.
TEST_F(Conformance, notes_that_contradict_each_other_are_told_by_the_check_of_the_note) {
  using Words = std::vector<std::string>;
  for (const auto& more : {Words{}, Words{"--check", "memory"}}) {
    const auto said = validate(broken + "two_notes.so", "", more);
    EXPECT_EQ(said.exit_code, 1) << said.err;
    EXPECT_EQ(check_of(said, "file")["result"], "passed") << said.out;
    const auto note = check_of(said, "note");
    EXPECT_EQ(note["result"], "failed") << said.out;
    EXPECT_EQ(note["promise"], "the note is sound") << said.out;
    EXPECT_THAT(note.value("message", ""), HasSubstr("contradict each other about `id`: \""));
    EXPECT_THAT(note.value("message", ""), HasSubstr("\"another\""));
    EXPECT_THAT(note.value("message", ""), HasSubstr("\"broken_rule\""));
    EXPECT_THAT(check_of(said, "load").value("message", ""), HasSubstr("`note` failed"));
    EXPECT_EQ(failed(said).size(), 1U) << said.out;
  }
}

TEST_F(Conformance, a_deadline_is_a_duration_or_a_number_of_seconds) {
  const auto with = [&](const std::string& deadline) {
    return validate(broken + "broken_rule.so", "",
                    {"--check", "empty_batch", "--deadline", deadline});
  };
  for (const auto* deadline : {"60s", "60", "1m", "1500ms"}) {
    EXPECT_EQ(with(deadline).exit_code, 0) << with(deadline).err;
  }
  for (const auto* deadline : {"0", "2h", "soon", "", "999999999999999999999"}) {
    EXPECT_EQ(with(deadline).exit_code, 2) << deadline;
  }
}

TEST_F(Conformance, settings_that_the_schema_refuses_are_named_with_their_place) {
  const auto said = validate(broken + "broken_rule.so", "fault: [1]", {"--check", "settings"});
  EXPECT_EQ(said.exit_code, 1) << said.err;
  EXPECT_THAT(check_of(said, "settings").value("message", ""), HasSubstr("settings.yaml:1:"));
}

TEST_F(Conformance, a_file_that_is_not_there_is_no_broken_promise) {
  const auto said = validate(folder_ / "nowhere.so", "");
  EXPECT_EQ(said.exit_code, 74);
  EXPECT_THAT(said.err, HasSubstr("nowhere.so"));
}

}  // namespace
}  // namespace assay::testing
