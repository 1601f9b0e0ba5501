// A part of a configuration as settings, and two of them side by side.
#include "host/comparison/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::tree;
using Json = nlohmann::ordered_json;

Settings settings(const Json& schema, const std::string& yaml) {
  Settings all;
  const Node node = tree(yaml);
  add_settings(all, schema, schema, &node, {});
  return all;
}

// Of a sink, by the schema of the configuration.
std::vector<Difference> of_sink(const std::string& before, const std::string& after) {
  const Node was = tree(before);
  const Node is = tree(after);
  return differences(settings_of("sink", &was), settings_of("sink", &is));
}

TEST(Settings, do_not_differ_where_a_default_is_written_out) {
  EXPECT_THAT(of_sink("use: a", "use: a\ninstances: 1\nbatch: { rows: 5000, age: 10ms }"),
              IsEmpty());
}

TEST(Settings, differ_from_a_default_that_is_not_written) {
  const auto found = of_sink("use: a", "use: a\nbatch: { rows: 10 }");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].path, "batch.rows");
  EXPECT_EQ(found[0].before, "5000");
  EXPECT_EQ(found[0].after, "10");
}

TEST(Settings, do_not_differ_where_the_same_is_said_in_another_unit) {
  EXPECT_THAT(of_sink("use: a\ntimeout: 60s\nbatch: { bytes: 1 MiB }",
                      "use: a\ntimeout: 1m\nbatch: { bytes: 1024 KiB }"),
              IsEmpty());
  const auto schema = Json::parse(R"({"properties": {"x": {"type": "number"}}})");
  EXPECT_THAT(differences(settings(schema, "x: 0.50"), settings(schema, "x: 0.5")), IsEmpty());
}

TEST(Settings, show_the_words_that_were_written) {
  const auto found = of_sink("use: a\ntimeout: 60s", "use: a\ntimeout: 2m");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].before, "60s");
  EXPECT_EQ(found[0].after, "2m");
}

TEST(Settings, that_came_and_went_are_told_by_their_paths) {
  const auto schema = Json::object();
  const auto found =
      differences(settings(schema, "a: { b: 1, c: 2 }"), settings(schema, "a: { b: 1, d: 3 }"));
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].path, "a.d");
  EXPECT_EQ(found[0].before, std::nullopt);
  EXPECT_EQ(found[1].path, "a.c");
  EXPECT_EQ(found[1].after, std::nullopt);
}

TEST(Settings, of_an_object_that_must_be_complete_have_no_defaults_where_it_is_absent) {
  const Node without = tree("version: 1");
  for (const auto& one : settings_of("rule", &without)) {
    EXPECT_FALSE(one.path.starts_with("breaker")) << one.path;
  }
}

TEST(Settings, may_stand_without_brackets_where_a_list_is_taken) {
  const Node was = tree("sink: s\nafter: store");
  const Node is = tree("sink: s\nafter: [store]");
  EXPECT_THAT(differences(settings_of("step", &was), settings_of("step", &is)), IsEmpty());
}

Settings secret(const std::string& value) {
  Settings all;
  Node node = tree("password: " + value + "\nhosts: [{ url: kafka://u:" + value + "@h }]");
  keep_secret(node.entries[0].value);
  add_settings(all, Json::object(), Json::object(), &node, {});
  return all;
}

TEST(Settings, that_are_secret_differ_and_are_not_shown) {
  const auto found = differences(secret("hunter2"), secret("hunter3"));
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_TRUE(found[0].secret);
  for (const auto& one : found) {
    EXPECT_EQ(one.before->find("hunter"), std::string::npos) << *one.before;
    EXPECT_EQ(one.after->find("hunter"), std::string::npos) << *one.after;
  }
}

TEST(Settings, that_are_secret_on_one_side_are_shown_on_neither) {
  Settings open{{"token", "hunter2", "hunter2"}};
  Settings kept{{"token", "hunter3", "***", true}};
  for (const auto& found : {differences(open, kept), differences(kept, open)}) {
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].before, "***");
    EXPECT_EQ(found[0].after, "***");
  }
}

TEST(Settings, below_a_path_are_removed_with_it_and_no_others) {
  Settings all{{"a", "1", "1"}, {"a.b", "1", "1"}, {"ab", "1", "1"}};
  remove(all, "a");
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].path, "ab");
}

}  // namespace
}  // namespace assay::host
