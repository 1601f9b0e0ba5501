#include "host/config/listen.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

TEST(listen, takes_an_address_and_a_port) {
  const auto four = parse_listen("10.0.0.7:9464").value();
  EXPECT_TRUE(four.on);
  EXPECT_EQ(four.host, "10.0.0.7");
  EXPECT_EQ(four.port, 9464);
  const auto six = parse_listen("[::1]:0").value();
  EXPECT_EQ(six.host, "::1");
  EXPECT_EQ(six.port, 0);
  EXPECT_EQ(parse_listen("bank.example:65535").value().host, "bank.example");
}

TEST(listen, may_be_off) { EXPECT_FALSE(parse_listen("off").value().on); }

TEST(listen, refuses_what_is_none) {
  for (const char* text : {"", "9464", ":9464", "localhost", "localhost:", "localhost:http", "a:-1",
                           "a:65536", "::1:9464", "[]:1", "a:1 "}) {
    const auto parsed = parse_listen(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error(),
              "expected an address such as `127.0.0.1:9464` or `[::1]:9464`, or `off`");
  }
}

TEST(listen, knows_what_other_machines_cannot_reach) {
  for (const char* text : {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1", "off"}) {
    EXPECT_TRUE(parse_listen(text).value().local()) << text;
  }
  for (const char* text : {"0.0.0.0:1", "[::]:1", "10.0.0.7:1", "localhost.example:1",
                           "128.0.0.1:1", "[::ffff:10.0.0.7]:1"}) {
    EXPECT_FALSE(parse_listen(text).value().local()) << text;
  }
}

}  // namespace
}  // namespace assay::host
