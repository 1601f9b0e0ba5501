// What holds for every sink that ships, seen from outside: its library.
#include <assay/database.h>
#include <assay/outbox.h>
#include <assay/renewal.h>
#include <assay/rule.h>
#include <assay/sink.h>
#include <assay/transactional.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "host/plugin_files/plugin_file.hpp"
#include "host/plugin_files/preflight.hpp"
#include "tests/plugin-api/open_rule.hpp"

namespace {

using Json = nlohmann::json;

std::vector<std::string> libraries() {
  std::istringstream list(SINK_LIBRARIES);
  std::vector<std::string> all;
  for (std::string one; std::getline(list, one, ':');) all.push_back(one);
  return all;
}

class BuiltSink : public ::testing::TestWithParam<std::string> {
 protected:
  const assay_entry& entry_ = assay::test::open_rule(GetParam());
  const assay_sink_api& api_ =
      *static_cast<const assay_sink_api*>(entry_.get_interface(ASSAY_SINK_ID));

  Json note() const {
    const auto file = assay::host::PluginFile::open(GetParam(), 64 << 20).value();
    return assay::host::inspect_plugin(file.bytes(), {}).note.value().all;
  }
};

TEST_P(BuiltSink, notes_what_its_code_says) {
  const auto noted = note();
  EXPECT_EQ(noted.at("id"), entry_.id);
  EXPECT_EQ(noted.at("version"), entry_.version);
  EXPECT_EQ(noted.at("schema"), Json::parse(api_.describe()));
  EXPECT_FALSE(noted.at("summary").get<std::string>().empty());
}

TEST_P(BuiltSink, notes_every_interface_that_it_offers_and_no_other) {
  std::vector<std::string> offered;
  for (const auto* id : {ASSAY_SINK_ID, ASSAY_RENEWAL_ID, ASSAY_TRANSACTIONAL_ID, ASSAY_OUTBOX_ID,
                         ASSAY_DATABASE_ID, ASSAY_RULE_ID}) {
    if (entry_.get_interface(id)) offered.emplace_back(id);
  }
  EXPECT_THAT(note().at("interfaces").get<std::vector<std::string>>(),
              ::testing::UnorderedElementsAreArray(offered));
}

INSTANTIATE_TEST_SUITE_P(EverySink, BuiltSink, ::testing::ValuesIn(libraries()),
                         [](const auto& param) {
                           return std::filesystem::path(param.param).stem().string();
                         });

}  // namespace
