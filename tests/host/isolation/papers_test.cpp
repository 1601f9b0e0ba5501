// What a rule's process begins with, there and back.
#include "host/isolation/papers.hpp"

#include <gtest/gtest.h>

namespace assay::tests {
namespace {

host::Node scalar(std::string text) {
  host::Node node;
  node.kind = host::Node::Kind::scalar;
  node.text = std::move(text);
  return node;
}

host::Papers sample() {
  host::Papers papers;
  papers.file = "/somewhere/rule.so";
  papers.whom = "rule `suspect`";
  const auto source = std::make_shared<const host::Source>("/etc/assay/rules/x.yaml", "a: 1");
  papers.parameters = host::empty_map({source, 3, 1, 1});
  auto limit = scalar("10.00 EUR");
  limit.span = {source, 4, 10, 5};
  host::Node list;
  list.kind = host::Node::Kind::list;
  list.items = {scalar("one"), host::Node{}};
  papers.parameters.entries = {{"limit", {}, limit}, {"names", {}, list}};
  papers.config_hash = "abc";
  papers.configuration = "{}";
  papers.engine_version = "0.1.0";
  papers.memory = 1 << 30;
  papers.spin = std::chrono::microseconds(5);
  return papers;
}

TEST(Papers, are_the_same_on_the_other_side) {
  const auto papers = host::papers_of(host::to_bytes(sample()));
  ASSERT_TRUE(papers);
  EXPECT_EQ(papers->file, "/somewhere/rule.so");
  EXPECT_EQ(papers->whom, "rule `suspect`");
  const auto* limit = papers->parameters.find("limit");
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->text, "10.00 EUR");
  EXPECT_EQ(limit->span.text(), "/etc/assay/rules/x.yaml:4:10");
  EXPECT_TRUE(limit->span.source->text().empty()) << "what stands beside it is nobody's business";
  const auto* names = papers->parameters.find("names");
  ASSERT_TRUE(names && names->is_list());
  ASSERT_EQ(names->items.size(), 2U);
  EXPECT_EQ(names->items[0].text, "one");
  EXPECT_TRUE(names->items[1].is_null());
  EXPECT_EQ(papers->config_hash, "abc");
  EXPECT_EQ(papers->configuration, "{}");
  EXPECT_EQ(papers->engine_version, "0.1.0");
  EXPECT_EQ(papers->memory, 1 << 30);
  EXPECT_EQ(papers->spin, std::chrono::microseconds(5));
}

TEST(Papers, that_are_cut_off_are_none) {
  const auto bytes = host::to_bytes(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(host::papers_of(std::span(bytes).first(size))) << size;
  }
}

}  // namespace
}  // namespace assay::tests
