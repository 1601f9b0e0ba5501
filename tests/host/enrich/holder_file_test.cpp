#include "host/enrich/holder_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "host/diagnostics/render.hpp"
#include "tests/host/enrich/enrich_fixture.hpp"

namespace assay::host {
namespace {

using testing::HasSubstr;
using testing::Not;

class HolderFile : public testing::Test {
 protected:
  HolderFile() {
    std::string pattern = testing::TempDir() + "/holdersXXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~HolderFile() override { std::filesystem::remove_all(folder_); }

  std::uint64_t load(const std::string& text) {
    std::ofstream(path(), std::ios::binary) << text;
    return load_holder_file(path(), {}, *f_.holders, diagnostics_);
  }
  std::string path() const { return folder_ + "/holders.jsonl"; }

  std::string folder_;
  EnrichFixture f_;
  Diagnostics diagnostics_;
};

TEST_F(HolderFile, is_read_line_by_line) {
  EXPECT_EQ(load(holder_json(1, "a@example.org") + "\r\n\n" + holder_json(2, "b@example.org") +
                 "\n" + holder_json(1, "c@example.org")),
            3u);
  EXPECT_FALSE(diagnostics_.has_errors());
  EXPECT_EQ(f_.email_of(1), "c@example.org");
  EXPECT_EQ(f_.email_of(2), "b@example.org");
}

TEST_F(HolderFile, names_the_place_of_a_bad_line_and_shows_nothing_of_it) {
  EXPECT_EQ(load(holder_json(1, "a@example.org") + "\n{\"name\":\"Somebody\",}\n"), 1u);
  ASSERT_EQ(diagnostics_.errors(), 1u);
  const auto& fault = diagnostics_.all().front();
  EXPECT_THAT(fault.span.text(), HasSubstr("holders.jsonl:2:"));
  EXPECT_FALSE(fault.note.empty());
  EXPECT_THAT(render(diagnostics_, {}),
              testing::AllOf(HasSubstr("holders.jsonl:2:"), Not(HasSubstr("Somebody"))));
}

TEST_F(HolderFile, names_no_more_than_twenty_bad_lines) {
  std::string text;
  for (int line = 0; line < 50; ++line) text += "no holder\n";
  EXPECT_EQ(load(text), 0u);
  EXPECT_EQ(diagnostics_.errors(), 21u);
  EXPECT_THAT(diagnostics_.all().back().message, HasSubstr("30 further lines"));
}

TEST_F(HolderFile, names_a_line_without_end_and_reads_on) {
  const std::string endless((std::size_t{64} << 20) + 1, 'x');
  EXPECT_EQ(load(endless + "\n" + holder_json(1, "a@example.org") + "\n"), 1u);
  ASSERT_EQ(diagnostics_.errors(), 1u);
  EXPECT_THAT(diagnostics_.all().front().message, HasSubstr("longer than 64 MiB"));
  EXPECT_THAT(diagnostics_.all().front().span.text(), HasSubstr("holders.jsonl:1:"));
}

TEST_F(HolderFile, must_be_a_file_that_is_there) {
  EXPECT_EQ(load_holder_file(path(), {}, *f_.holders, diagnostics_), 0u);
  EXPECT_EQ(load_holder_file(folder_, {}, *f_.holders, diagnostics_), 0u);
  ASSERT_EQ(diagnostics_.errors(), 2u);
  EXPECT_THAT(diagnostics_.all()[0].note, HasSubstr("no such file"));
  EXPECT_THAT(diagnostics_.all()[1].note, HasSubstr("not a regular file"));
}

TEST_F(HolderFile, may_be_empty) {
  EXPECT_EQ(load(""), 0u);
  EXPECT_FALSE(diagnostics_.has_errors());
}

}  // namespace
}  // namespace assay::host
