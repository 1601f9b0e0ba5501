// Tests the sink through its C table, without an engine: its own source is linked into this test.
// Plain, so that it needs no test framework; any does.
#include <assay/testing/sink.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

using assay::Money;
using assay::testing::SinkUnderTest;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "failed: " << what << "\n";
  std::exit(1);
}

std::string contents(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

int main() {
  const char* path = "my_sink_test.txt";
  std::remove(path);
  SinkUnderTest sink{{{"file", path}}};
  expect(sink.health().delivered(), "its file can be opened");
  const auto answers = sink.write({
      {{"transaction_id", "t1"}, {"decision", "decline"}, {"amount", Money::of(400)}},
      {{"transaction_id", "t2"}, {"decision", "approve"}},
  });
  expect(answers.size() == 2, "each record has an answer");
  expect(answers[0].delivered() && answers[1].delivered(), "both are delivered");
  expect(contents(path) == "t1 decline 400.00\nt2 approve\n", "the file has both");

  SinkUnderTest lost{{{"file", "/nowhere/at/all.txt"}}};
  const auto answer = lost.write({{{"transaction_id", "t3"}, {"decision", "review"}}}).front();
  expect(answer.retry() && answer.transient(), "a file that is away is an outage");
}
