#include "host/observe/exposition.hpp"

#include <gtest/gtest.h>

#include <chrono>
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

TEST(exposition, counts_in_each_bound_of_a_histogram_what_is_below_it_too) {
  Histogram times;
  times.add(std::chrono::microseconds(100), 3);
  times.add(std::chrono::seconds(400), 1);
  Exposition to;
  to.histogram("took_seconds", "Took.");
  to.sample(times, {{"sink", "db"}});
  const auto& text = to.text();
  EXPECT_TRUE(
      text.starts_with("# HELP took_seconds Took.\n# TYPE took_seconds histogram\n"
                       "took_seconds_bucket{sink=\"db\",le=\"0.00025\"} 3\n"
                       "took_seconds_bucket{sink=\"db\",le=\"0.0005\"} 3\n"))
      << text;
  EXPECT_TRUE(
      text.ends_with("took_seconds_bucket{sink=\"db\",le=\"300\"} 3\n"
                     "took_seconds_bucket{sink=\"db\",le=\"+Inf\"} 4\n"
                     "took_seconds_sum{sink=\"db\"} 400.0003\n"
                     "took_seconds_count{sink=\"db\"} 4\n"))
      << text;
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
