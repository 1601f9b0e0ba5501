// Files that are made, or broken, to harm whoever reads them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "tests/host/plugin_files/samples.hpp"

namespace assay::tests {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kGigabytes = std::uint64_t{3} << 30;

// Counts what was asked of it.
class CountedBytes final : public host::ByteSource {
 public:
  explicit CountedBytes(const std::string& start) : start_(start) {}

  std::uint64_t size() const override { return std::uint64_t{1} << 40; }
  bool read(std::uint64_t offset, std::span<std::byte> out) const override {
    read_ += out.size();
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = offset + i < start_.size() ? std::byte(start_[offset + i]) : std::byte{'A'};
    }
    return true;
  }
  std::uint64_t read_so_far() const { return read_; }

 private:
  const std::string& start_;
  mutable std::uint64_t read_ = 0;
};

TEST(HostileFile, that_is_empty_or_text_is_no_library) {
  EXPECT_EQ(told(inspected("")), "file: is too short for an ELF file: 0 bytes\n");
  EXPECT_EQ(told(inspected(std::string(1000, 'x'))), "file: is not an ELF file\n");
}

TEST(HostileFile, that_is_cut_anywhere_is_refused) {
  const auto whole = sample("fit");
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    EXPECT_FALSE(inspected(whole.substr(0, size)).fit()) << size;
  }
  EXPECT_THAT(told(inspected(whole.substr(0, whole.size() - 1))), HasSubstr("is cut short"));
}

TEST(HostileFile, that_claims_notes_of_gigabytes_is_refused_and_not_read) {
  // In a file that has them, too.
  const auto bytes =
      with_segment(sample("fit"), PT_NOTE, [](Elf64_Phdr& one) { one.p_filesz = kGigabytes; });
  const CountedBytes large(bytes);
  const auto inspection = host::inspect_plugin(large, {});
  EXPECT_THAT(told(inspection), HasSubstr("note: has notes of 3221225472 bytes; at most 1048576 "
                                          "are read\n"));
  EXPECT_LT(large.read_so_far(), 16U << 20);
  EXPECT_THAT(told(inspected(bytes)), HasSubstr("file: is cut short"));
}

TEST(HostileFile, whose_tables_are_of_absurd_size_is_refused_and_not_read) {
  const auto bytes =
      with_segment(sample("fit"), PT_DYNAMIC, [](Elf64_Phdr& one) { one.p_filesz = kGigabytes; });
  const CountedBytes large(bytes);
  EXPECT_THAT(told(host::inspect_plugin(large, {})),
              HasSubstr("file: has a dynamic section of absurd size\n"));
  EXPECT_LT(large.read_so_far(), 16U << 20);
}

// The linker would take one of them, and go on to the end mark.
TEST(HostileFile, with_two_dynamic_sections_or_one_without_an_end_is_refused) {
  const auto fit = sample("fit");
  Elf64_Phdr dynamic{};
  with_segment(fit, PT_DYNAMIC, [&](const Elf64_Phdr& one) { dynamic = one; });
  const auto two = with_segment(fit, PT_GNU_STACK, [&](Elf64_Phdr& one) { one = dynamic; });
  EXPECT_THAT(told(inspected(two)),
              HasSubstr("file: is damaged: it has more than one dynamic section\n"));
  const auto endless =
      with_segment(fit, PT_DYNAMIC, [](Elf64_Phdr& one) { one.p_filesz = 4 * sizeof(Elf64_Dyn); });
  EXPECT_THAT(told(inspected(endless)),
              HasSubstr("file: is damaged: its dynamic section has no end mark (DT_NULL)\n"));
}

TEST(HostileFile, with_more_sections_or_segments_than_it_holds_is_refused) {
  const auto sections =
      with_header(sample("fit"), [](Elf64_Ehdr& one) { one.e_shnum = UINT16_MAX; });
  EXPECT_THAT(told(inspected(sections)), HasSubstr("the table of sections lies outside"));
  const auto segments =
      with_header(sample("fit"), [](Elf64_Ehdr& one) { one.e_phnum = UINT16_MAX; });
  EXPECT_EQ(told(inspected(segments)), "file: claims 65535 segments; a library has 1 to 64\n");
}

TEST(HostileFile, whose_sections_are_stripped_is_read_all_the_same) {
  const auto stripped = with_header(sample("fit"), [](Elf64_Ehdr& one) {
    one.e_shoff = 0;
    one.e_shnum = 0;
  });
  EXPECT_EQ(told(inspected(stripped)), "");
}

TEST(HostileFile, with_segments_over_each_other_is_refused) {
  const auto bytes = with_segment(sample("fit"), PT_LOAD,
                                  [](Elf64_Phdr& one) { one.p_vaddr = one.p_offset % 4096; });
  EXPECT_EQ(told(inspected(bytes)), "file: has segments that overlap\n");
  const auto beyond = with_segment(sample("fit"), PT_LOAD, [](Elf64_Phdr& one) {
    one.p_vaddr = UINT64_MAX - 4095 + one.p_offset % 4096;
  });
  EXPECT_EQ(told(inspected(beyond)), "file: has a segment that cannot be mapped as it says\n");
}

}  // namespace
}  // namespace assay::tests
