// Files that are refused before a rule of theirs judges anything, in the same words whether their
// code would have run in the engine's process or in one of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/host/plugin_files/samples.hpp"
#include "tests/hostile/hostile.hpp"

namespace assay::test {
namespace {

using ::testing::HasSubstr;

constexpr int kConfiguration = 78;

struct File {
  const char* name;     // as `use` says it
  const char* refusal;  // what is said of it
};

class RefusedFile : public Hostile, public ::testing::WithParamInterface<File> {
 protected:
  RefusedFile() {
    const auto fit = tests::sample("fit");
    write("cut_short.so", fit.substr(0, fit.size() / 2));
    write("note_of_gigabytes.so", tests::with_segment(fit, PT_NOTE, [](Elf64_Phdr& one) {
            one.p_filesz = std::uint64_t{3} << 30;
          }));
    write("text.so", "#!/bin/sh\nrm -rf /\n");
  }
};

TEST_P(RefusedFile, is_named_and_never_runs) {
  const auto in_process = judge(GetParam().name);
  EXPECT_EQ(in_process.code, kConfiguration) << in_process.output;
  EXPECT_THAT(in_process.output, HasSubstr("rule `suspect`: `"));
  EXPECT_THAT(in_process.output, HasSubstr(std::string(GetParam().name) + ".so` "));
  EXPECT_THAT(in_process.output, HasSubstr(GetParam().refusal));
  const auto isolated = judge(GetParam().name, "{}", ", isolation: process");
  EXPECT_EQ(isolated.code, kConfiguration);
  EXPECT_EQ(isolated.output, in_process.output);
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedFile,
    ::testing::Values(File{"odd_newer", "needs ABI 1.99, this engine offers 1.0 to 1.0"},
                      File{"odd_short_entry", "brings an entry of 8 bytes, version 1.0 has 48"},
                      File{"odd_lies", "is not what its note says"},
                      File{"exports_more", "exports more than its entry: `another_name`"},
                      File{"cut_short", "is cut short"}, File{"note_of_gigabytes", "is cut short"},
                      File{"text", "is too short for an ELF file"}),
    [](const auto& file) { return file.param.name; });

struct Table {
  const char* name;
  const char* refusal;
};

class RefusedTable : public Hostile, public ::testing::WithParamInterface<Table> {};

TEST_P(RefusedTable, is_refused_before_a_function_of_it_is_called) {
  for (const auto* mode : {"", ", isolation: process"}) {
    const auto ran = judge(GetParam().name, "{}", mode);
    EXPECT_EQ(ran.code, kConfiguration) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr(GetParam().refusal)) << mode;
    EXPECT_THAT(ran.output, HasSubstr(GetParam().name)) << mode;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, RefusedTable,
                         ::testing::Values(Table{"odd_short_rule_table",
                                                 "lacks a whole table of version 1.0"},
                                           Table{"odd_without_evaluate", "lacks evaluate"}),
                         [](const auto& table) { return table.param.name; });

// Two names of one content are one plugin; two rules of one id are a slip.
TEST_F(Hostile, two_rules_of_one_id_are_refused) {
  const auto ran = judge("hostile_rule, mode: live }, suspect: { version: 2, use: throwing_rule");
  EXPECT_EQ(ran.code, kConfiguration) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("`suspect`"));
}

// Another file cannot pass for a plugin that is in use, however its code would run.
TEST_F(Hostile, another_file_of_the_same_id_and_version_is_refused) {
  std::filesystem::copy_file(HOSTILE_PLUGINS "/hostile_rule.so", folder() / "lookalike.so");
  std::ofstream(folder() / "lookalike.so", std::ios::app) << "one byte more";
  const std::string harmless = "{ deed: nothing, place: evaluate }";
  for (const std::string mode : {"in_process", "process"}) {
    const auto ran = judge("hostile_rule, parameters: " + harmless +
                               " }, other: { version: 1, isolation: " + mode + ", use: lookalike",
                           harmless);
    EXPECT_EQ(ran.code, kConfiguration) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("AS2019"));
    EXPECT_THAT(ran.output, HasSubstr("lookalike.so` is hostile_rule 6.6.6, and so is `"));
  }
  // The same content under another name is the same plugin.
  std::filesystem::copy_file(HOSTILE_PLUGINS "/hostile_rule.so", folder() / "same.so");
  EXPECT_EQ(judge("hostile_rule, parameters: " + harmless + " }, other: { version: 1, use: same",
                  harmless)
                .code,
            0);
}

// A note is advice: without one nothing can be told of a file before it runs, and it runs.
TEST_F(Hostile, a_file_without_a_note_is_judged_by) {
  for (const auto* mode : {"", ", isolation: process"}) {
    EXPECT_EQ(judge_deed("nothing", "evaluate", mode).code, 0);
  }
}

}  // namespace
}  // namespace assay::test
