// What a sink is given when a secret of its settings changes, and what a person is told.
#include "host/plugins/settings_renewal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/model/plugin_error.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/rotated_secret.hpp"

namespace assay::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kUsed =
    "sink fake: a secret of its configuration has changed and is used from now on";

// What the handle of a sink stands for here.
struct Taker {
  std::vector<const assay_config*> given;
  std::string refusal;
};

assay_status take(assay_sink* sink, const assay_config* config, assay_error* error) {
  auto& taker = *reinterpret_cast<Taker*>(sink);
  if (!taker.refusal.empty()) {
    error->message = taker.refusal;
    error->help = "choose another one";
    return ASSAY_FAILED;
  }
  taker.given.push_back(config);
  return ASSAY_OK;
}

const char* describe() {
  return R"({"type": "object", "additionalProperties": false, "properties": {
    "user": {"type": "string"}, "password": {"type": "string", "format": "secret"}}})";
}

class SettingsRenewalTest : public ::testing::Test {
 protected:
  static std::string password(const assay_config* config) {
    return config->root.find("password")->text;
  }
  bool look() { return renewal->look(reinterpret_cast<assay_sink*>(&taker)); }
  void make(const assay_renewal_api* renews) {
    renewal.emplace(config, sink_api, renews, "sink `fake`");
  }
  void TearDown() override {
    for (const auto& line : log.lines()) {
      EXPECT_THAT(line, Not(HasSubstr("s3cret")));
      EXPECT_THAT(line, Not(HasSubstr("n3w")));
    }
  }

  RotatedSecret secret{"s3cret-one"};
  host::SinkConfig config = secret.config();
  assay_sink_api sink_api = [] {
    assay_sink_api table{};
    table.describe = &describe;
    return table;
  }();
  assay_renewal_api api{sizeof(assay_renewal_api), 0, &take};
  Taker taker;
  std::optional<host::SettingsRenewal> renewal;
  CapturedLog log;
};

TEST_F(SettingsRenewalTest, gives_the_sink_what_has_changed_once) {
  make(&api);
  EXPECT_FALSE(look());
  EXPECT_THAT(taker.given, IsEmpty()) << "nothing has changed yet";
  secret.rotate("n3w-password");
  EXPECT_TRUE(look());
  EXPECT_FALSE(look());
  ASSERT_EQ(taker.given.size(), 1U);
  EXPECT_EQ(password(taker.given[0]), "n3w-password");
  EXPECT_EQ(taker.given[0]->root.find("user")->text, "assay");
  EXPECT_THAT(log.lines(), ElementsAre(kUsed));
}

TEST_F(SettingsRenewalTest, keeps_what_it_gave_for_as_long_as_the_sink_may_look_at_it) {
  make(&api);
  for (int i = 0; i < 20; ++i) {
    secret.rotate("n3w-" + std::to_string(i));
    EXPECT_TRUE(look());
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(password(taker.given[i]), "n3w-" + std::to_string(i));
}

TEST_F(SettingsRenewalTest, keeps_the_old_ones_and_warns_once_while_the_file_is_away) {
  make(&api);
  secret.remove();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(look());
  EXPECT_THAT(log.lines(), ElementsAre(AllOf(HasSubstr("sink fake keeps the secrets that it has"),
                                             HasSubstr("cannot be read"))));
  secret.rotate("n3w-password");
  EXPECT_TRUE(look());
  EXPECT_THAT(log.lines(), ElementsAre(::testing::_, kUsed));
}

TEST_F(SettingsRenewalTest, does_not_take_a_file_that_is_just_being_written_for_a_password) {
  make(&api);
  secret.rotate("");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(look());
  EXPECT_THAT(taker.given, IsEmpty());
  EXPECT_EQ(log.lines().size(), 1U);
  secret.rotate("n3w-password");
  EXPECT_TRUE(look());
}

TEST_F(SettingsRenewalTest, tells_once_of_a_sink_that_refuses_and_offers_the_next_value) {
  make(&api);
  taker.refusal = "n3w-password is too short";
  secret.rotate("n3w-password");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(look());
  EXPECT_THAT(
      log.lines(),
      ElementsAre("sink fake keeps the secrets that it has: *** is too short; choose another one"));
  taker.refusal.clear();
  secret.rotate("n3w-and-longer");
  EXPECT_TRUE(look());
  EXPECT_EQ(password(taker.given.at(0)), "n3w-and-longer");
}

TEST_F(SettingsRenewalTest, says_that_a_sink_without_the_interface_needs_a_restart) {
  make(nullptr);
  EXPECT_FALSE(look());
  EXPECT_THAT(log.lines(), IsEmpty());
  secret.rotate("n3w-password");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(look());
  EXPECT_THAT(log.lines(), ElementsAre(HasSubstr("restart the engine")));
}

}  // namespace
}  // namespace assay::tests
