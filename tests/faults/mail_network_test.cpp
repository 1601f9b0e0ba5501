// Tests 17 and 20: the network between us and a mail server, and a server that gives up, at the
// moments that matter. The mails go by way of the outbox.
#include <atomic>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/faults/bench.hpp"
#include "tests/faults/proxy.hpp"
#include "tests/integration/oracle.hpp"

namespace assay::testing::faults {
namespace {

constexpr std::int64_t kRecords = 10'000;
constexpr int kCuts = 5;

// The next mail may be announced behind its dot.
bool ends_a_mail(std::string_view bytes) {
  return bytes.find("\r\n.\r\n") != std::string_view::npos;
}

// Of a mail, or of a part of it that may have none.
std::string message_id(std::string_view mail) {
  constexpr std::string_view header = "Message-ID: ";
  const auto at = mail.find(header);
  if (at == std::string_view::npos) return {};
  const auto from = at + header.size();
  return std::string(mail.substr(from, mail.find("\r\n", from) - from));
}

class MailNetwork : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  }

  // Mails through a proxy; calls have two seconds.
  Deployment& deploy_with_mails(const std::string& name, const std::string& more = {}) {
    auto& deployment = deploy(name);
    proxy_.emplace(deployment.smtp().port());
    deployment.produce(kRecords, seed());
    const std::string hasty = "    timeout: 2s\n";
    deployment.configure(more +
                         deployment.whole(Deployment::postgres_sink_at(postgres().port(), hasty) +
                                              deployment.smtp_sink_at(proxy_->port(), hasty),
                                          R"(  main:
    store: { sink: db, required: true }
    alert: { sink: mail, when: 'decision != "approve"', deferred: store, required: true }
)"));
    return deployment;
  }
  // Cuts every third mail or so at its end, kCuts in all.
  void cut_mails(Cut cut) {
    proxy_->cut_where([this, cut](std::string_view bytes) {
      const auto id = message_id(bytes);
      if (!ends_a_mail(bytes) || id.empty() || cuts_ == kCuts || below(3) > 0) return Cut::none;
      ++cuts_;
      cut_.insert(id);
      return cut;
    });
  }
  // Their Message-IDs; nothing more is cut.
  std::set<std::string> those_cut() {
    proxy_->cut_where({});
    return cut_;
  }
  static std::int64_t in_outbox(const Deployment& deployment, const std::string& which) {
    return ask_number("SELECT count(*) FROM assay_outbox WHERE group_id = '" + deployment.group() +
                      "' AND " + which);
  }
  static bool delivered(Engine& engine, Deployment& deployment) {
    return engine.until([&] {
      return deployment.committed() == kRecords &&
             in_outbox(deployment, "state IN ('pending', 'sending')") == 0;
    });
  }
  // As a person sees them, who has to decide about them.
  static std::int64_t held(const Deployment& deployment) {
    const auto said = run_assay({"outbox", "ls", "-c", deployment.folder() / "assay.yaml",
                                 "--state", "dead", "--code", "ambiguous", "--format", "json"});
    EXPECT_EQ(said.code, 0) << said.words;
    std::int64_t held = 0;
    const auto answer = nlohmann::json::parse(said.words);
    for (const auto& group : answer.at("groups")) held += group.at("count").get<std::int64_t>();
    return held;
  }
  // By their Message-ID.
  static std::int64_t repeated(Deployment& deployment) {
    std::set<std::string> ids;
    std::int64_t repeated = 0;
    for (const auto& path : deployment.smtp().mails()) {
      const auto id = message_id(contents(path));
      EXPECT_NE(id, "");
      repeated += !ids.insert(id).second;
    }
    return repeated;
  }
  void deliver_with_cuts(Deployment& deployment, Cut where) {
    cut_mails(where);
    const auto engine = deployment.start();
    ASSERT_TRUE(delivered(*engine, deployment));
    EXPECT_EQ(engine->stop(), 0);
    EXPECT_EQ(cuts_, kCuts) << "too few mails to cut";
  }
  void expect_mails_sent() {
    expect_mails(*deployment_, expected_of(*deployment_));
    EXPECT_EQ(in_outbox(*deployment_, "state <> 'sent'"), 0);
  }

  std::optional<Proxy> proxy_;
  std::atomic<int> cuts_ = 0;
  std::set<std::string> cut_;  // the proxy's thread; behind it, whoever took the judge away
};

TEST_F(MailNetwork, that_cuts_behind_the_final_dot_repeats_that_mail_alone) {
  auto& deployment = deploy_with_mails("mailcut");
  ASSERT_NO_FATAL_FAILURE(deliver_with_cuts(deployment, Cut::after));
  EXPECT_EQ(repeated(deployment), kCuts);
  expect_mails_sent();
  judge({.number = 17,
         .what = "the connection dies behind a mail's final dot",
         .faults = std::to_string(kCuts) + " mails in doubt, sent again"});
}

TEST_F(MailNetwork, that_cuts_behind_the_final_dot_repeats_nothing_where_that_mail_is_held) {
  auto& deployment = deploy_with_mails("mailhold", "outbox: { ambiguous: hold }\n");
  ASSERT_NO_FATAL_FAILURE(deliver_with_cuts(deployment, Cut::after));
  EXPECT_EQ(repeated(deployment), 0);
  EXPECT_EQ(held(deployment), kCuts);
  for (const auto& id : those_cut()) {
    EXPECT_EQ(in_outbox(deployment, "state = 'sent' AND receipt LIKE '%" + id + "%'"), 0) << id;
  }
  EXPECT_EQ(in_outbox(deployment, "state = 'sent'"),
            ask_number("SELECT count(*) FROM fraud_transactions WHERE topic = '" +
                       deployment.topic() + "'") -
                kCuts);
  judge({.number = 17,
         .what = "the connection dies behind a mail's final dot",
         .faults = std::to_string(kCuts) + " mails in doubt, held"});
}

TEST_F(MailNetwork, that_cuts_before_the_final_dot_repeats_nothing) {
  auto& deployment = deploy_with_mails("mailcutbefore");
  ASSERT_NO_FATAL_FAILURE(deliver_with_cuts(deployment, Cut::before));
  EXPECT_EQ(repeated(deployment), 0);
  expect_mails_sent();
  judge({.number = 17,
         .what = "the connection dies before a mail's final dot",
         .faults = std::to_string(kCuts) + " mails cut"});
}

TEST_F(MailNetwork, that_drips_is_waited_out) {
  auto& deployment = deploy_with_mails("maildrip");
  proxy_->set({.bytes_per_second = 10, .slice = 1});
  const auto engine = deployment.start();
  ASSERT_TRUE(says(*engine, "sink mail (step main.alert) cannot deliver"));
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == kRecords; }))
      << "a mail server that is no use holds nothing up";
  proxy_->set({});
  ASSERT_TRUE(delivered(*engine, deployment));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(repeated(deployment), 0);
  expect_mails_sent();
  judge({.number = 17, .what = "the mail server drips", .faults = "10 B/s, byte by byte"});
}

TEST_F(MailNetwork, or_a_server_that_closes_in_the_midst_of_a_mail_costs_nothing) {
  auto& deployment = deploy_with_mails("mailclosing");
  deployment.smtp().answer("message", "421 4.3.2 closing");
  const auto engine = deployment.start();
  ASSERT_TRUE(says(*engine, "(421)"));
  EXPECT_TRUE(deployment.smtp().mails().empty());
  deployment.smtp().answer_normally();
  ASSERT_TRUE(delivered(*engine, deployment));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(repeated(deployment), 0);
  expect_mails_sent();
  judge({.number = 17,
         .what = "421 instead of a yes to a mail's content",
         .faults = "until it is over"});
}

TEST_F(MailNetwork, or_a_server_that_closes_in_the_midst_of_a_mails_content_costs_nothing) {
  auto& deployment = deploy_with_mails("mailmidst");
  deployment.smtp().answer("content", "421 4.3.2 closing");
  const auto engine = deployment.start();
  ASSERT_TRUE(says(*engine, "(421)"));
  EXPECT_TRUE(deployment.smtp().mails().empty());
  deployment.smtp().answer_normally();
  ASSERT_TRUE(delivered(*engine, deployment));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(repeated(deployment), 0);
  expect_mails_sent();
  judge({.number = 17,
         .what = "421 and the end of the connection in the midst of a mail's content",
         .faults = "until it is over"});
}

}  // namespace
}  // namespace assay::testing::faults
