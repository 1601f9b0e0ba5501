// A secret in a place where nobody expects one: under a misspelt key, in a fault, in a comment, in
// a URL. Each stands in a configuration that is wrong or right in its own way, and none may appear
// in anything that a person is shown.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/config/canonical.hpp"
#include "host/config/merge.hpp"
#include "host/config/plugin_schemas.hpp"
#include "host/config/reader.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

constexpr const char* kMarker = "hunter2";

const std::string kSound =
    "sinks: { mail: { use: smtp, config: { host: h } } }\n"
    "chains: { main: { m: { sink: mail, required: true } } }\n";

const PluginSchema smtp{
    .kind = PluginSchema::Kind::sink,
    .id = "smtp",
    .json = R"({"properties": {"host": {"type": "string"}, "port": {"type": "integer"},
                "login": {"type": "string", "format": "secret"}}})"};

class Secrets : public ::testing::TestWithParam<std::string> {
 protected:
  Secrets() {
    folder_.write("secret", std::string(kMarker) + "\n");
    folder_.write("secret_rules.yaml", "rule: a\nversion: 1\npasword: hunter2\n");
  }

  // Everything that a command could print of the configuration.
  std::string shown(const std::string& text) {
    const std::vector paths{folder_.write("c.yaml", text)};
    auto config =
        read_config(paths, diagnostics_, testing::environment_of({{"PASSWORD", kMarker}}));
    std::string all;
    if (config) {
      check_plugin_settings(*config, std::span(&smtp, 1), diagnostics_);
      all += print_merged(config->merged) + config->canonical_json;
    }
    for (const auto format :
         {DiagnosticFormat::human, DiagnosticFormat::brief, DiagnosticFormat::json}) {
      all += render(diagnostics_, format);
    }
    return all;
  }

  testing::TemporaryFolder folder_;
  Diagnostics diagnostics_;
};

TEST_P(Secrets, never_leave_in_anything_shown) {
  const std::string all = shown(GetParam());
  EXPECT_NE(all, "");
  EXPECT_EQ(all.find(kMarker), std::string::npos) << all;
}

// A sink of a sound configuration, with these settings.
std::string settings(const std::string& text) {
  return "sinks: { mail: { use: smtp, config: " + text +
         " } }\n"
         "chains: { main: { m: { sink: mail, required: true } } }\n";
}

const std::vector<std::string> kPlaces{
    // Under a key that is none.
    "pasword: hunter2\n" + kSound,
    "observe: { tokn: hunter2 }\n" + kSound,
    "source: { password: hunter2, bogus: 1 }\n" + kSound,
    "observe: { tokn: { deep: [hunter2, { deeper: hunter2 }] } }\n" + kSound,
    settings("{ host: h, pasword: hunter2 }"),
    settings("{ host: h, logn: { user: x, word: hunter2 } }"),
    // Twice, the second time or the first.
    "observe: { token: hunter2, token: hunter2 }\n" + kSound,
    "observe: { token: x, token: hunter2 }\n" + kSound,
    settings("{ host: h, login: x, login: hunter2 }"),
    // In a fault of interpolation.
    "observe: { token: \"${hunter2}\" }\n" + kSound,
    "observe: { token: \"hunter2${\" }\n" + kSound,
    "observe: { token: \"hunter2${env:UNSET}\" }\n" + kSound,
    "observe: { token: \"${env:UNSET:-hunter2}\", bogus: 1 }\n" + kSound,
    "observe: { token: \"${env:PASSWORD}\", bogus: 1 }\n" + kSound,
    // Over several lines.
    "observe:\n  token: |\n    hunter2\n    hunter2\n  bogus: x\n" + kSound,
    "observe:\n  token: >\n    hunter2\n   hunter2: x\n" + kSound,
    "observe:\n  token: one\n    hunter2\n  bogus: x\n" + kSound,
    "observe: { token: \"one\n  hunter2\", bogus: x }\n" + kSound,
    // Of another kind than the key wants.
    "observe: { token: [hunter2] }\n" + kSound,
    "observe: { token: {hunter2} }\n" + kSound,
    "observe: { token: { hunter2: x } }\n" + kSound,
    settings("{ host: h, login: [hunter2] }"),
    settings("{ host: h, port: 70000x, login: hunter2 }"),
    // What YAML takes for something else.
    "observe: { token: !hunter2 }\n" + kSound,
    "observe: { token: *hunter2 }\n" + kSound,
    "observe: { token: &hunter2 x }\n" + kSound,
    "observe: { token:hunter2 }\n" + kSound,
    "observe:\n  token: \"hunter2\n" + kSound,
    "observe:\n  token: hunter2: x\n" + kSound,
    "observe:\n  token: \"hunter2\\q\"\n" + kSound,
    // From a file, where none is expected.
    "source: { topic: \"${file:secret}\" }\ndead_letters: { topic: \"${file:secret}\" }\n" + kSound,
    "include: [\"${file:secret}\"]\n" + kSound,
    "rules: [\"${file:secret}\"]\n" + kSound,
    "rules: [secret_rules.yaml]\n" + kSound,
    "sinks: { mail: { use: smtp } }\nchains: { main: { m: { sink: \"${file:secret}\" } } }\n",
    "workers: \"${file:secret}\"\n" + kSound,
    // In a property of Kafka.
    "source: { kafka: { sasl.pasword: hunter2, group.id: x } }\n" + kSound,
    "source: { kafka: { sasl.jaas.config: 'password=\"hunter2\";', group.id: x } }\n" + kSound,
    "source: { kafka: { sasl.password: [hunter2] } }\n" + kSound,
    // Inside a value, and beside it.
    "source: { bootstrap: \"kafka://user:hunter2@host:9092\", bogus: 1 }\n" + kSound,
    "source: { bootstrap: \"kafka://user:hunter2@host:9092\" }\n" + kSound,
    "source: { topic: \"kafka://user:hunter2@host:9092\" }\n" + kSound,
    settings("{ host: \"host=db password=hunter2 user=x\" }"),
    settings("{ host: \"host=db password=hunter2 user=x\", bogus: 1 }"),
    "observe: { tokn: x } # once it was hunter2\n" + kSound,
};

INSTANTIATE_TEST_SUITE_P(everywhere, Secrets, ::testing::ValuesIn(kPlaces));

class SecretsBeside : public Secrets {};

TEST_F(SecretsBeside, a_covered_line_still_shows_where_the_fault_is) {
  const std::string all = shown("source: { topic: transactions, pasword: hunter2 }\n" + kSound);
  EXPECT_NE(all.find("1 | source: { topic: transactions, pasword: ******* }\n"
                     "  |                                ^^^^^^^ not a key of `source`"),
            std::string::npos)
      << all;
}

}  // namespace
}  // namespace assay::host
