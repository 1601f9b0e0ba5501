// What is found in a plugin's file before its code runs.
#include "host/plugin_files/preflight.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/host/plugin_files/samples.hpp"

namespace assay::tests {
namespace {

using ::testing::HasSubstr;

TEST(Preflight, finds_nothing_in_a_plugin_that_the_sdk_built) {
  const auto inspection = inspected(sample("fit"));
  EXPECT_EQ(told(inspection), "");
  EXPECT_TRUE(inspection.fit());
  ASSERT_TRUE(inspection.note);
  EXPECT_EQ(inspection.note->id, "sample");
  EXPECT_EQ(inspection.note->all.at("summary"), "Says \"no\" to everything \\ always.");
  ASSERT_TRUE(inspection.facts);
  EXPECT_TRUE(inspection.facts->entry);
  EXPECT_THAT(inspection.facts->libraries, ::testing::Contains("libc.so.6"));
}

TEST(Preflight, finds_the_same_names_by_either_hash_table) {
  const auto inspection = inspected(sample("old_hash"));
  EXPECT_TRUE(inspection.fit()) << told(inspection);
  ASSERT_TRUE(inspection.facts);
  EXPECT_TRUE(inspection.facts->entry);
}

TEST(Preflight, reads_the_note_of_a_plugin_that_the_compiler_alone_built) {
  const auto inspection = inspected(sample("noted"));
  EXPECT_TRUE(inspection.fit()) << told(inspection);
  ASSERT_TRUE(inspection.note);
  EXPECT_EQ(inspection.note->all.at("colour"), "red");
}

TEST(Preflight, reads_the_note_behind_another_of_whatever_length) {
  for (const auto* filling : {"", "a", "ab", "abc"}) {
    const auto inspection =
        inspected(sample("filled_" + std::to_string(std::string_view(filling).size())));
    EXPECT_EQ(told(inspection), "");
    ASSERT_TRUE(inspection.note) << filling;
    EXPECT_EQ(inspection.note->all.at("filling"), filling);
    EXPECT_EQ(inspection.note->all.at("colour"), "red");
  }
}

#if defined(__x86_64__)
TEST(Preflight, reads_the_note_beside_that_of_a_plugin_whose_branches_are_protected) {
  const auto bytes = sample("branch_protected");
  unsigned aligned_to_8 = 0;
  with_segment(bytes, PT_NOTE, [&](const Elf64_Phdr& one) { aligned_to_8 += one.p_align == 8; });
  ASSERT_EQ(aligned_to_8, 1U);
  const auto inspection = inspected(bytes);
  EXPECT_EQ(told(inspection), "");
  ASSERT_TRUE(inspection.note);
  EXPECT_EQ(inspection.note->id, "sample");
}
#endif

TEST(Preflight, advises_a_plugin_that_does_not_say_what_it_is) {
  const auto inspection = inspected(sample("unnoted"));
  EXPECT_TRUE(inspection.fit());
  EXPECT_EQ(told(inspection), "note: does not say what it is\n");
}

TEST(Preflight, refuses_a_second_name) {
  const auto inspection = inspected(sample("talkative"));
  EXPECT_FALSE(inspection.fit());
  EXPECT_EQ(told(inspection), "exports: exports more than its entry: `second_name`\n");
}

TEST(Preflight, refuses_a_variable_that_another_version_of_the_plugin_would_share) {
  const auto inspection = inspected(sample("shared_names"));
  EXPECT_FALSE(inspection.fit());
  EXPECT_THAT(told(inspection), HasSubstr("unique: has names that the whole process shares: "
                                          "`_ZN9strangers7CounterIiE5countE`"));
}

TEST(Preflight, refuses_code_that_is_written_when_it_is_loaded) {
  const auto inspection = inspected(sample("relocated_code"));
  EXPECT_FALSE(inspection.fit());
  EXPECT_THAT(told(inspection), HasSubstr("text_relocations: has relocations in its code\n"));
}

TEST(Preflight, refuses_an_executable_stack_whether_it_is_asked_for_or_not_spoken_of) {
  const auto asked = inspected(sample("executable_stack"));
  EXPECT_FALSE(asked.fit());
  EXPECT_EQ(told(asked), "stack: asks for an executable stack\n");
  const auto silent = inspected(
      with_segment(sample("fit"), PT_GNU_STACK, [](Elf64_Phdr& one) { one.p_type = PT_NULL; }));
  EXPECT_EQ(told(silent), told(asked));
}

TEST(Preflight, refuses_code_that_can_be_written) {
  const auto inspection = inspected(with_segment(
      sample("fit"), PT_LOAD, [](Elf64_Phdr& one) { one.p_flags = PF_R | PF_W | PF_X; }));
  EXPECT_EQ(told(inspection), "code: has code that can be written\n");
}

TEST(Preflight, refuses_a_library_that_is_not_allowed_and_a_path_to_look_for_it) {
  const auto refused = inspected(sample("helped"));
  EXPECT_FALSE(refused.fit());
  EXPECT_THAT(told(refused),
              HasSubstr("libraries: needs the library `stranger.so`, which is not allowed\n"));
  EXPECT_THAT(told(refused), HasSubstr("search_path: looks for its libraries in a place of its "
                                       "own: "));
  const auto allowed = inspected(sample("helped"), {{"stranger.so"}, {}});
  EXPECT_THAT(told(allowed), ::testing::Not(HasSubstr("stranger.so`")));
}

TEST(Preflight, refuses_a_newer_glibc_than_there_is_by_number_and_not_by_letter) {
  const auto inspection = inspected(sample("fit"), {{}, "2.1"});
  EXPECT_THAT(told(inspection), HasSubstr("glibc: needs glibc 2."));
  EXPECT_THAT(inspection.findings.front().expected, HasSubstr("2.1"));
  EXPECT_TRUE(inspected(sample("fit"), {{}, "2.100"}).fit());
}

TEST(Preflight, refuses_another_machine_and_32_bits) {
  const auto other = with_header(sample("fit"), [](Elf64_Ehdr& one) { one.e_machine = EM_RISCV; });
  EXPECT_EQ(told(inspected(other)), "machine: is built for another machine (ELF number 243)\n");
  const auto narrow =
      with_header(sample("fit"), [](Elf64_Ehdr& one) { one.e_ident[EI_CLASS] = ELFCLASS32; });
  EXPECT_EQ(told(inspected(narrow)), "file: is not a 64-bit library\n");
}

TEST(Preflight, says_of_every_finding_what_was_expected_and_how_to_mend_it) {
  for (const auto* name :
       {"talkative", "shared_names", "relocated_code", "executable_stack", "helped", "unnoted"}) {
    for (const auto& one : inspected(sample(name)).findings) {
      EXPECT_FALSE(one.expected.empty()) << one.check;
      EXPECT_FALSE(one.help.empty()) << one.check;
    }
  }
}

TEST(Preflight, lets_no_control_character_of_a_file_reach_the_terminal) {
  auto bytes = sample("talkative");
  for (auto at = bytes.find("second_name"); at != bytes.npos; at = bytes.find("second_name")) {
    bytes.replace(at, 11, "\x1b[31msecond");
  }
  EXPECT_EQ(told(inspected(bytes)), "exports: exports more than its entry: `?[31msecond`\n");
}

// Shows other bytes each time that it is read from its start.
class RestlessBytes final : public host::ByteSource {
 public:
  explicit RestlessBytes(std::vector<std::string> contents) : contents_(std::move(contents)) {}

  std::uint64_t size() const override { return contents_.front().size(); }
  bool read(std::uint64_t offset, std::span<std::byte> out) const override {
    if (offset == 0 && out.size() == size()) ++wholes_;
    const auto& content = contents_[std::min(wholes_, contents_.size()) - 1];
    return host::MemoryBytes(std::as_bytes(std::span(content))).read(offset, out);
  }

 private:
  std::vector<std::string> contents_;
  mutable std::size_t wholes_ = 0;
};

TEST(Preflight, gives_no_digest_of_what_it_did_not_look_at) {
  const auto fit = sample("fit");
  auto other = fit;
  other.back() ^= 1;
  const auto steady = host::identify_plugin(RestlessBytes({fit}), {});
  EXPECT_TRUE(steady.inspection.fit());
  EXPECT_EQ(steady.sha256.size(), 64U);
  const auto changed = host::identify_plugin(RestlessBytes({fit, other}), {});
  EXPECT_EQ(told(changed.inspection), "file: changes while it is looked at\n");
  EXPECT_EQ(changed.sha256, "");
}

TEST(Preflight, compares_versions_by_their_numbers) {
  EXPECT_LT(host::version_numbers("2.9"), host::version_numbers("2.34"));
  EXPECT_LT(host::version_numbers("2.2"), host::version_numbers("2.2.5"));
  for (const auto* text : {"", "PRIVATE", "2.x", "2-1", "-1"}) {
    EXPECT_TRUE(host::version_numbers(text).empty()) << text;
  }
}

}  // namespace
}  // namespace assay::tests
