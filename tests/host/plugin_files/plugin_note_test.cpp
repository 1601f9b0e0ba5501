// The note of a plugin, out of files that hold nothing else.
#include "host/plugin_files/plugin_note.hpp"

#include <assay/note.h>
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/plugin_files/samples.hpp"

namespace assay::tests {
namespace {

using ::testing::HasSubstr;

std::string padded(std::string text, std::size_t alignment) {
  text.resize((text.size() + alignment - 1) / alignment * alignment);
  return text;
}

template <class Plain>
std::string raw(const Plain& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string any_note(const std::string& name, std::uint32_t type, const std::string& content,
                     std::size_t alignment = 4) {
  const Elf64_Nhdr header{static_cast<std::uint32_t>(name.size()),
                          static_cast<std::uint32_t>(content.size()), type};
  return padded(padded(raw(header) + name, alignment) + content, alignment);
}

std::string note(const std::string& json, std::uint32_t format = ASSAY_NOTE_FORMAT,
                 std::uint32_t minor = 0) {
  return any_note({"Assay\0", 6}, ASSAY_NOTE_TYPE, raw(format) + raw(minor) + json);
}

// A library of one segment that holds the notes.
std::string file_with(const std::string& notes, std::size_t alignment = 4) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_DYN;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = PT_NOTE;
  segment.p_offset = sizeof header + sizeof segment;
  segment.p_filesz = notes.size();
  segment.p_align = alignment;
  return raw(header) + raw(segment) + notes;
}

// What is read of the notes: the object, or the words of the refusal, or "none".
std::string read(const std::string& notes, std::size_t alignment = 4) {
  const auto bytes = file_with(notes, alignment);
  const host::MemoryBytes source(std::as_bytes(std::span(bytes)));
  const auto image = host::ElfImage::open(source);
  if (!image) return image.error();
  const auto note = host::read_plugin_note(*image);
  if (!note) return note.error();
  return *note ? (*note)->all.dump() : "none";
}

constexpr const char* kMine = R"({"id":"mine","interfaces":["assay.rule/1"],"version":"1.0.0"})";

TEST(PluginNote, is_found_among_those_of_others) {
  EXPECT_EQ(read(any_note({"GNU\0", 4}, 3, "0123456789") + note(kMine)), kMine);
  EXPECT_EQ(read(any_note({"GNU\0", 4}, 3, "0123456789")), "none");
  EXPECT_EQ(read(any_note({"Assay\0", 6}, 7, "of a later release")), "none");
}

// As `.note.gnu.property` is laid out: 12 bytes, the name's 4, and the content at once.
TEST(PluginNote, is_found_where_notes_are_aligned_to_8) {
  const auto property = any_note({"GNU\0", 4}, 5, std::string(16, 'p'), 8);
  ASSERT_EQ(property.size(), 32U);
  const std::uint32_t numbers[] = {ASSAY_NOTE_FORMAT, 0};
  const auto mine = any_note({"Assay\0", 6}, ASSAY_NOTE_TYPE, raw(numbers) + kMine, 8);
  EXPECT_EQ(read(property, 8), "none");
  EXPECT_EQ(read(property + mine + property, 8), kMine);
  EXPECT_EQ(read(property.substr(0, 31), 8), "is damaged: its notes end in the middle of one");
}

TEST(PluginNote, may_be_told_in_parts_that_agree) {
  EXPECT_EQ(read(note(kMine) + note(R"({"id":"mine","summary":"small"})")),
            R"({"id":"mine","interfaces":["assay.rule/1"],"summary":"small","version":"1.0.0"})");
  EXPECT_EQ(read(note(kMine) + note(R"({"id":"yours"})")),
            "has notes that contradict each other about `id`: \"mine\" and \"yours\"");
  const auto long_one =
      read(note(kMine) + note(R"({"interfaces":[")" + std::string(5000, 'x') + "\"]}"));
  EXPECT_THAT(long_one, HasSubstr("[\"assay.rule/1\"] and [\"xxx"));
  EXPECT_LT(long_one.size(), 300U);
}

TEST(PluginNote, must_say_who_it_is) {
  EXPECT_EQ(read(note(R"({"id":"mine"})")), "has a note without `version`");
  EXPECT_EQ(read(note(R"({"id":7,"version":"1"})")), "has a note without `id`");
  EXPECT_EQ(read(note(R"({"id":"","version":"1","interfaces":[]})")),
            "has a note whose `id` is empty or too long");
  EXPECT_EQ(read(note(R"({"id":"mine","version":"1","interfaces":"all"})")),
            "has a note whose `interfaces` are not a list of ids");
}

TEST(PluginNote, that_is_no_json_or_a_trap_is_refused) {
  EXPECT_EQ(read(note("{\"id\":")), "has a note that is not one JSON object");
  EXPECT_EQ(read(note("[1, 2]")), "has a note that is not one JSON object");
  EXPECT_EQ(read(note("{\"id\":\"\xff\"}")), "has a note that is not one JSON object");
  EXPECT_EQ(read(note(std::string(200'000, '['))), "has a note that is nested too deeply");
  EXPECT_EQ(read(note(std::string(300'000, ' '))),
            "has a note of 300000 bytes; at most 262144 are read");
  std::string many;
  for (int i = 0; i < 9; ++i) many += note("{}");
  EXPECT_EQ(read(many), "has more than 8 notes of Assay");
}

TEST(PluginNote, that_ends_in_its_middle_is_refused) {
  auto notes = note(kMine);
  for (std::size_t size = sizeof(Elf64_Nhdr); size + 4 < notes.size(); ++size) {
    EXPECT_THAT(read(notes.substr(0, size)), HasSubstr("is damaged")) << size;
  }
  EXPECT_EQ(read(any_note({"Assay\0", 6}, ASSAY_NOTE_TYPE, "1234")),
            "has a note of Assay without content");
}

TEST(PluginNote, of_another_format_is_refused_by_its_number) {
  EXPECT_EQ(read(note(kMine, 2)), "has a note of format 2; this engine reads 1");
}

TEST(PluginNote, that_needs_a_newer_engine_is_refused_before_anything_is_loaded) {
  EXPECT_THAT(told(inspected(file_with(note(kMine, ASSAY_NOTE_FORMAT, 99)))),
              HasSubstr("abi: needs ABI 1.99\n"));
}

}  // namespace
}  // namespace assay::tests
