#include "tests/architecture/layering.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/architecture/tree.hpp"

namespace assay::tests {
namespace {

TEST(Layering, every_include_line_follows_the_arrows) {
  const auto files = files_below({"plugin-api", "plugins", "core", "host", "tests", "bench"},
                                 {".c", ".h", ".cpp", ".hpp"});
  ASSERT_GT(files.size(), 50u) << "the tree is elsewhere";
  for (const auto& file : files) {
    for (const auto& fault : layering_faults(file, text_of(file))) {
      ADD_FAILURE() << file << ":" << fault.line << ": " << fault.message;
    }
  }
}

struct Fixture {
  std::string_view path;
  std::string_view text;
};

// So that the test above cannot be green because it sees nothing.
class LayeringRefuses : public ::testing::TestWithParam<Fixture> {};

TEST_P(LayeringRefuses, a_wrong_line) {
  const auto text = "// a heading\n" + std::string(GetParam().text) + "\nint x;\n";
  const auto faults = layering_faults(GetParam().path, text);
  ASSERT_EQ(faults.size(), 1u) << GetParam().path << ": " << GetParam().text;
  EXPECT_EQ(faults[0].line, 2u);
  EXPECT_FALSE(faults[0].message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    fixtures, LayeringRefuses,
    ::testing::Values(
        Fixture{"plugin-api/include/assay/rule.h", "#include <simdjson.h>"},
        Fixture{"plugin-api/include/assay/rule.hpp", "#include \"core/model/layout.hpp\""},
        Fixture{"plugins/rules/velocity.cpp", "#include \"core/model/layout.hpp\""},
        Fixture{"plugins/rules/velocity.cpp", "#include \"host/application.hpp\""},
        Fixture{"plugins/rules/velocity.cpp", "#include \"plugins/sinks/mail/text.hpp\""},
        Fixture{"plugins/rules/velocity.cpp", "#include <pqxx/pqxx>"},
        Fixture{"plugins/rules/velocity.cpp", "#include <sys/socket.h>"},
        Fixture{"plugins/sinks/smtp/smtp.cpp", "#include <pqxx/pqxx>"},
        Fixture{"plugins/sinks/smtp/smtp.cpp", "#include \"plugins/sinks/kafka/producer.hpp\""},
        Fixture{"core/decode/decoder.cpp", "#include \"core/sinks/step.hpp\""},
        Fixture{"core/commit/offset_tracker.cpp", "#include \"core/pipeline/shard.hpp\""},
        Fixture{"core/model/layout.cpp", "#include \"core/decode/schema.hpp\""},
        Fixture{"core/pipeline/shard.cpp", "#include \"host/runtime/worker.hpp\""},
        Fixture{"core/rules/rule_set.cpp", "#include \"plugins/rules/list_index.hpp\""},
        Fixture{"core/rules/rule_set.cpp", "#include \"tests/support/rule_fakes.hpp\""},
        Fixture{"core/rules/rule_set.cpp", "#include <mutex>"},
        Fixture{"core/rules/rule_set.cpp", "#  include<thread>"},
        Fixture{"core/rules/rule_set.cpp", "#include <spdlog/spdlog.h>"},
        Fixture{"core/rules/rule_set.cpp", "#include <unistd.h>"},
        Fixture{"core/rules/rule_set.cpp", "#include <fstream>"},
        Fixture{"core/rules/rule_set.cpp", "#include <boost/dll.hpp>"},
        Fixture{"core/rules/rule_set.cpp", "auto now = std::chrono::system_clock::now();"},
        Fixture{"core/rules/rule_set.cpp", "std::shared_mutex lock;"},
        Fixture{"core/rules/rule_set.cpp", "std::ofstream out(\"x\");"},
        Fixture{"core/rules/rule_set.cpp", "FILE* f = fopen(\"x\", \"r\");"},
        Fixture{"host/application.cpp", "#include \"plugins/rules/list_index.hpp\""},
        Fixture{"host/application.cpp", "#include \"worker.hpp\""},
        Fixture{"host/application.cpp", "#include \"../core/model/layout.hpp\""},
        Fixture{"tests/core/x_test.cpp", "#include \"support/rule_fakes.hpp\""}));

class LayeringAccepts : public ::testing::TestWithParam<Fixture> {};

TEST_P(LayeringAccepts, a_right_line) {
  for (const auto& fault : layering_faults(GetParam().path, GetParam().text)) {
    ADD_FAILURE() << GetParam().path << ": " << fault.message;
  }
}

INSTANTIATE_TEST_SUITE_P(
    fixtures, LayeringAccepts,
    ::testing::Values(
        Fixture{"plugin-api/include/assay/rule.hpp", "#include <assay/rule.h>\n#include <span>"},
        Fixture{"plugins/sinks/postgres/rows.cpp", "#include <pqxx/pqxx>"},
        Fixture{"plugins/sinks/smtp/smtp.cpp", "#include \"plugins/sinks/mail/text.hpp\""},
        Fixture{"core/pipeline/shard.cpp", "#include \"core/commit/offset_tracker.hpp\""},
        Fixture{"core/decode/decoder.cpp", "#include <simdjson.h>\n#include <tl/expected.hpp>"},
        Fixture{"core/decode/decoder.cpp", "// #include <mutex>\n/* std::thread\n*/ int x;"},
        Fixture{"core/decode/decoder.cpp", "const char* url = \"a//b\";  // std::mutex"},
        Fixture{"host/application.cpp",
                "#include \"core/pipeline/pipeline.hpp\"\n#include <mutex>"},
        Fixture{"bench/x.cpp", "#include \"host/application.hpp\""}));

TEST(Layering, a_fault_behind_a_text_with_slashes_is_still_seen) {
  EXPECT_EQ(layering_faults("core/x/y.cpp", "auto url = \"a//b\"; std::thread t;").size(), 1u);
}

}  // namespace
}  // namespace assay::tests
