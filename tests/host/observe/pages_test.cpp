#include "host/observe/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/host/observe/a_status.hpp"

namespace assay::host {
namespace {

using testing::a_status;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class PagesOfAnEngine : public ::testing::Test {
 protected:
  Answer get(const std::string& path, const std::string& authorization = {}) {
    return make().answer({"GET", path, authorization});
  }
  Pages make() {
    return Pages({.status = [this] { return status_; },
                  .configuration =
                      [] {
                        return std::make_shared<const core::Configuration>(core::Configuration{
                            "c0ffee", R"({"sinks":{"db":{"password":"***"}}})"});
                      },
                  .token = token_});
  }

  Status status_ = a_status();
  std::string token_;
};

TEST_F(PagesOfAnEngine, show_health_with_reasons) {
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_EQ(Json::parse(get("/readyz").body)["ok"], true);
  status_.sinks[0].state = SinkState::retrying;
  status_.sinks[0].reason = "connection refused";
  const auto answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  const auto json = Json::parse(answer.body);
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["checks"][5], Json::parse(R"({"name": "sink database", "ok": false,
                                              "reason": "retries: connection refused"})"));
  EXPECT_EQ(get("/livez").status, 200) << "an outage is no reason for a restart";
}

TEST_F(PagesOfAnEngine, say_when_a_restart_would_help) {
  status_.partitions[0].waits = std::chrono::hours(1);
  EXPECT_EQ(get("/livez").status, 503);
  EXPECT_THAT(get("/livez").body, HasSubstr("none was read for 3600 s"));
}

TEST_F(PagesOfAnEngine, show_metrics_status_and_configuration) {
  EXPECT_THAT(get("/metrics").type, HasSubstr("version=0.0.4"));
  EXPECT_THAT(get("/metrics?name=x").body, HasSubstr("\nassay_records_received_total 110\n"));
  const auto status = Json::parse(get("/status").body);
  EXPECT_EQ(status["config_hash"], "c0ffee");
  EXPECT_EQ(status["records"]["received"], 110);
  EXPECT_EQ(status["decisions"]["review"], 7);
  EXPECT_EQ(status["rules"][0]["plugin"], "large_amount 1.2.0");
  EXPECT_EQ(status["rules"][1]["mode"], "shadow");
  EXPECT_EQ(status["sinks"][0]["plugin"], "postgres 1.2.0");
  EXPECT_EQ(status["partitions"][0]["lag"], 4);
  EXPECT_EQ(status["snapshots"]["given_up"], a_status().snapshots.given_up);
  EXPECT_EQ(Json::parse(get("/config").body)["sinks"]["db"]["password"], "***");
}

TEST_F(PagesOfAnEngine, survive_words_in_any_encoding) {
  status_.sinks[0].state = SinkState::retrying;
  status_.sinks[0].reason = "caf\xe9";
  EXPECT_TRUE(Json::accept(get("/status").body));
  EXPECT_TRUE(Json::accept(get("/readyz").body));
}

TEST_F(PagesOfAnEngine, change_nothing) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get"}) {
    EXPECT_EQ(make().answer({method, "/status", {}}).status, 405) << method;
  }
  EXPECT_EQ(make().answer({"HEAD", "/status", {}}).status, 200);
}

TEST_F(PagesOfAnEngine, say_which_there_are) {
  for (const char* path : {"/", "", "/metrics/", "/../etc/passwd", "/STATUS"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
  EXPECT_THAT(get("/nothing").body, HasSubstr("/readyz"));
}

TEST_F(PagesOfAnEngine, show_who_brings_no_token_yes_or_no_and_nothing_else) {
  token_ = "s3cret";
  status_.sinks[0].state = SinkState::retrying;
  status_.sinks[0].reason = "connection refused";
  for (const char* wrong : {"", "s3cret", "Bearer", "Bearer s3cre", "Bearer s3cret2",
                            "Basic s3cret", "bearer S3CRET"}) {
    EXPECT_EQ(get("/readyz", wrong).body, "no\n") << wrong;
    EXPECT_EQ(get("/readyz", wrong).status, 503) << wrong;
    EXPECT_EQ(get("/livez", wrong).body, "yes\n") << wrong;
    for (const char* path : {"/metrics", "/status", "/config", "/nothing"}) {
      EXPECT_EQ(get(path, wrong).status, 401) << wrong;
      EXPECT_THAT(get(path, wrong).body, Not(HasSubstr("s3cret")));
    }
  }
  EXPECT_EQ(get("/status", "Bearer s3cret").status, 200);
  EXPECT_EQ(get("/status", "bearer s3cret").status, 200) << "the scheme is in any case";
  EXPECT_THAT(get("/readyz", "Bearer s3cret").body, HasSubstr("connection refused"));
}

}  // namespace
}  // namespace assay::host
