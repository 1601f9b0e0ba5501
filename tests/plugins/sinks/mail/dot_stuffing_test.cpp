#include "plugins/sinks/smtp/dot_stuffing.hpp"

#include <gtest/gtest.h>

namespace assay::smtp {
namespace {

TEST(DotStuffing, ends_a_mail_by_a_line_with_a_dot) {
  EXPECT_EQ(on_the_wire("one\r\ntwo\r\n"), "one\r\ntwo\r\n.\r\n");
  EXPECT_EQ(on_the_wire("one"), "one\r\n.\r\n");
  EXPECT_EQ(on_the_wire(""), "\r\n.\r\n");
}

TEST(DotStuffing, doubles_the_dot_that_a_line_begins_with) {
  EXPECT_EQ(on_the_wire(".\r\n"), "..\r\n.\r\n");
  EXPECT_EQ(on_the_wire("one\r\n.\r\n..two\r\n.three"), "one\r\n..\r\n...two\r\n..three\r\n.\r\n");
}

TEST(DotStuffing, leaves_other_dots_alone) {
  EXPECT_EQ(on_the_wire("a. b.\r\n c.\r\n"), "a. b.\r\n c.\r\n.\r\n");
}

}  // namespace
}  // namespace assay::smtp
