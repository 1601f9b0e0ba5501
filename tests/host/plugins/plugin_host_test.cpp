#include "host/plugins/plugin_host.hpp"

#include <assay/plugin.h>
#include <gtest/gtest.h>

#include <string>

namespace assay::host {
namespace {

class PluginHostTest : public ::testing::Test {
 protected:
  assay_status declare(std::string_view name, std::uint32_t& number) {
    const auto* metrics = static_cast<const assay_metrics*>(
        host_.table()->get_interface(host_.table(), ASSAY_METRICS_ID));
    return metrics->counter(host_.table(), {name.data(), name.size()}, {"Help.", 5}, &number);
  }
  void add(std::uint32_t number, std::uint64_t delta) {
    const auto* metrics = static_cast<const assay_metrics*>(
        host_.table()->get_interface(host_.table(), ASSAY_METRICS_ID));
    metrics->add(host_.table(), number, delta);
  }

  std::string said_;
  HostServices services_{
      .log = [this](std::uint32_t, std::string_view plugin, std::string_view words) {
        said_ += std::string(plugin) + ": " + std::string(words) + "\n";
      }};
  PluginHost host_{services_, "mail"};
};

TEST_F(PluginHostTest, counts_under_the_names_that_the_plugin_gives) {
  std::uint32_t sent = 0;
  std::uint32_t again = 0;
  EXPECT_EQ(declare("mails_sent", sent), ASSAY_OK);
  EXPECT_EQ(declare("mails_sent", again), ASSAY_OK);
  EXPECT_EQ(sent, again);
  add(sent, 7);
  const auto counters = host_.counters();
  ASSERT_EQ(counters.size(), 1u);
  EXPECT_EQ(counters[0].name, "mails_sent");
  EXPECT_EQ(counters[0].help, "Help.");
  EXPECT_EQ(counters[0].value, 7u);
}

TEST_F(PluginHostTest, refuses_names_that_would_not_do_for_a_metric) {
  for (const char* name : {"", "9_lives", "a b", "a-b", "Mails", "caf\xc3\xa9", "_a"}) {
    std::uint32_t number = UINT32_MAX;
    said_.clear();
    EXPECT_EQ(declare(name, number), ASSAY_FAILED) << name;
    EXPECT_EQ(number, UINT32_MAX) << name;
    EXPECT_EQ(said_, "mail: the counter `" + std::string(name) +
                         "` is refused: a name is lower_snake_case, without prefix\n");
    add(number, 1);
  }
  EXPECT_TRUE(host_.counters().empty());
}

}  // namespace
}  // namespace assay::host
