#include "core/model/copy_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace assay::core {
namespace {

TEST(CopyText, copies_texts_of_any_length_and_touches_nothing_beside_them) {
  std::string source;
  for (int i = 0; i < 200; ++i) source += static_cast<char>('!' + i % 90);
  for (std::size_t size = 0; size <= source.size(); ++size) {
    constexpr std::byte kUntouched{0xAB};
    std::vector<std::byte> to(size + 2, kUntouched);
    copy_text(to.data() + 1, std::string_view(source).substr(0, size));
    EXPECT_EQ(to.front(), kUntouched) << size;
    EXPECT_EQ(to.back(), kUntouched) << size;
    const std::string_view copied(reinterpret_cast<const char*>(to.data() + 1), size);
    EXPECT_EQ(copied, source.substr(0, size));
  }
}

TEST(CopyText, reads_nothing_of_an_empty_text) {
  std::byte untouched{7};
  copy_text(&untouched, {});
  EXPECT_EQ(untouched, std::byte{7});
}

}  // namespace
}  // namespace assay::core
