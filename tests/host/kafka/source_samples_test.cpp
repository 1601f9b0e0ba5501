// Every sample of a source is read by the configuration's reader and accepted by librdkafka.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <set>

#include "host/config/reader.hpp"
#include "host/diagnostics/render.hpp"
#include "host/kafka/properties.hpp"

namespace assay::host {
namespace {

std::set<std::string> samples() {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(ASSAY_SAMPLES)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("source-")) found.insert(entry.path());
  }
  return found;
}

TEST(source_samples, are_read_and_their_properties_taken_by_librdkafka) {
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name.ends_with("BOOTSTRAP")) return "broker.example:9093";
    if (name.ends_with("PASSWORD") || name.ends_with("SECRET")) return "hush-hush";
    if (name.ends_with("USER") || name.ends_with("API_KEY")) return "assay";
    return std::nullopt;
  };
  const auto all = samples();
  ASSERT_EQ(all.size(), 3U);
  for (const std::string& path : all) {
    Diagnostics diagnostics;
    const std::array paths{path};
    const auto config = read_config(paths, diagnostics, environment);
    ASSERT_TRUE(config) << render(diagnostics, DiagnosticFormat::human);
    EXPECT_EQ(config->source.bootstrap, "broker.example:9093");
    EXPECT_EQ(config->canonical_json.find("hush-hush"), std::string::npos) << path;

    KafkaHooks hooks;
    const auto consumer = make_conf(consumer_properties({.bootstrap = config->source.bootstrap,
                                                         .topic = config->source.topic,
                                                         .group = config->source.group,
                                                         .properties = config->source.kafka}),
                                    hooks);
    EXPECT_TRUE(consumer) << path << ": " << consumer.error().words;
    const auto producer = make_conf(
        dead_letter_properties(config->source.bootstrap, config->dead_letters.kafka), hooks);
    EXPECT_TRUE(producer) << path << ": " << producer.error().words;
  }
}

}  // namespace
}  // namespace assay::host
