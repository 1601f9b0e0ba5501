#include "host/observe/exposition.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace assay::host {
namespace {

TEST(exposition, puts_samples_under_the_help_and_the_type_of_their_family) {
  Exposition to;
  to.counter("hits_total", "Hits.");
  to.sample(std::uint64_t{3}, {{"rule", "a"}, {"mode", "live"}});
  to.sample(std::uint64_t{0}, {{"rule", "b"}, {"mode", "shadow"}});
  to.gauge("lag", "Behind.");
  to.sample(0.25);
  EXPECT_EQ(to.text(),
            "# HELP hits_total Hits.\n"
            "# TYPE hits_total counter\n"
            "hits_total{rule=\"a\",mode=\"live\"} 3\n"
            "hits_total{rule=\"b\",mode=\"shadow\"} 0\n"
            "# HELP lag Behind.\n"
            "# TYPE lag gauge\n"
            "lag 0.25\n");
}

TEST(exposition, writes_a_counter_digit_for_digit) {
  Exposition to;
  to.counter("n_total", "N.");
  to.sample(std::numeric_limits<std::uint64_t>::max() - 1);
  EXPECT_TRUE(to.text().ends_with("n_total 18446744073709551614\n")) << to.text();
}

TEST(exposition, escapes_what_would_end_a_label_or_a_line) {
  Exposition to;
  to.gauge("g", "a \"quoted\" \\ word\nand a line");
  to.sample(std::uint64_t{1}, {{"l", "a \"quoted\" \\ word\nand a line"}});
  EXPECT_EQ(to.text(),
            "# HELP g a \"quoted\" \\\\ word\\nand a line\n"
            "# TYPE g gauge\n"
            "g{l=\"a \\\"quoted\\\" \\\\ word\\nand a line\"} 1\n");
}

}  // namespace
}  // namespace assay::host
