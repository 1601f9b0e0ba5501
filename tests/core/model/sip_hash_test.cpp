#include "core/model/sip_hash.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <set>
#include <string>

#include "core/decode/content_hash.hpp"

namespace assay::core {
namespace {

TEST(IdHasher, agrees_with_the_vectors_of_its_authors) {
  // Key 00 01 .. 0f, message 00 01 .. of the length that is the index.
  constexpr std::array<std::uint64_t, 16> kExpected{
      0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d,
      0xcf2794e0277187b7, 0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137,
      0x93f5f5799a932462, 0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7,
      0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee, 0xa129ca6149be45e5};
  const IdHasher hash({0x0706050403020100, 0x0f0e0d0c0b0a0908});
  std::string message;
  for (const auto expected : kExpected) {
    EXPECT_EQ(hash(message), expected) << message.size();
    message += static_cast<char>(message.size());
  }
}

TEST(ContentHasher, tells_every_change_of_a_byte_and_of_the_length) {
  const ContentHasher hash({1, 2});
  for (const std::size_t size : {1u, 15u, 16u, 17u, 237u, 1023u, 1024u, 1025u, 3000u}) {
    std::string message(size, 'a');
    std::set<std::uint64_t> hashes{hash(message)};
    EXPECT_EQ(hash(message), *hashes.begin());
    for (std::size_t i = 0; i < size; ++i) {
      message[i] = 'b';
      hashes.insert(hash(message));
      message[i] = 'a';
    }
    hashes.insert(hash(message + '\0'));
    hashes.insert(hash(message.substr(1)));
    EXPECT_EQ(hashes.size(), size + 3) << size;
  }
}

TEST(ContentHasher, tells_blocks_that_change_places) {
  const ContentHasher hash({1, 2});
  const std::string one(1024, 'a');
  const std::string other(1024, 'b');
  EXPECT_NE(hash(one + other), hash(other + one));
  EXPECT_NE(hash(one), hash(one + one));
}

TEST(ContentHasher, depends_on_both_halves_of_the_key) {
  const auto first = ContentHasher({1, 2})("message");
  EXPECT_NE(ContentHasher({1, 3})("message"), first);
  EXPECT_NE(ContentHasher({2, 2})("message"), first);
}

}  // namespace
}  // namespace assay::core
