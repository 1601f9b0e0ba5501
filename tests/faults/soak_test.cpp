// Tests 20 and 37: for as long as is asked for, every few seconds one or two faults that chance
// picks, of the engine, the servers and the network between them. Records come all the time.
//
// ASSAY_SOAK_SECONDS says how long. In the second half the process is not ended any more, so that
// its memory can be looked at.
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <thread>

#include "tests/faults/bench.hpp"
#include "tests/faults/proxy.hpp"
#include "tests/faults/resident.hpp"
#include "tests/faults/steady_bank.hpp"
#include "tests/integration/oracle.hpp"

namespace assay::testing::faults {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::chrono::seconds soak_time() {
  const auto* text = std::getenv("ASSAY_SOAK_SECONDS");
  return text ? std::chrono::seconds(std::stoll(text)) : either(30s, 1'200s);
}

// Where a process's memory goes, over so long.
class Slope {
 public:
  void add(double mib) {
    const std::chrono::duration<double, std::ratio<60>> at = Clock::now() - began_;
    points_.emplace_back(at.count(), mib);
  }
  // MiB a minute, by least squares.
  [[nodiscard]] double per_minute() const {
    double count = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (const auto& [at, mib] : points_) {
      ++count;
      x += at;
      y += mib;
      xx += at * at;
      xy += at * mib;
    }
    const auto spread = count * xx - x * x;
    return spread > 0 ? (count * xy - x * y) / spread : 0;
  }
  [[nodiscard]] double most() const {
    double most = 0;
    for (const auto& point : points_) most = std::max(most, point.second);
    return most;
  }

 private:
  Clock::time_point began_ = Clock::now();
  std::vector<std::pair<double, double>> points_;  // minutes, MiB
};

struct Fault {
  std::string victim;
  std::string name;
  std::function<void()> begin;
  std::function<void()> end;
  bool ends_engine = false;
};

class Soak : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
    auto& deployment = deploy("soak");
    to_broker_.emplace(kafka().behind_port(), kafka().proxy_port());
    to_database_.emplace(static_cast<std::uint16_t>(std::stoi(postgres().port())));
    to_mail_.emplace(deployment.smtp().port());
    deployment.reach_broker_at(to_broker_->port());
    const std::string hasty = "    timeout: 2s\n";
    // What the bank's own producer sends again when its broker dies is stored like anything else:
    // by its place in the topic each record is there once.
    deployment.configure(
        "memory: 16MiB\ndedupe: { horizon: 0 }\n" +
        deployment.whole(Deployment::postgres_sink_at(std::to_string(to_database_->port()),
                                                      hasty + "    batch: { rows: 50 }\n") +
                             deployment.smtp_sink_at(to_mail_->port(), hasty),
                         R"(  main:
    store: { sink: db, required: true }
    alert: { sink: mail, when: 'decision != "approve"', deferred: store, required: true }
)"));
    plan_engine_faults();
    plan_server_faults("broker", kafka());
    plan_server_faults("PostgreSQL", postgres());
    plan_server_faults("mail server", deployment.smtp());
    plan_network_faults("broker", *to_broker_);
    plan_network_faults("PostgreSQL", *to_database_);
    plan_network_faults("mail server", *to_mail_);
  }

  void plan_engine_faults() {
    faults_.push_back(
        {"engine", "killed", [this] { engine_->kill(); }, [this] { start_engine(); }, true});
    faults_.push_back({"engine", "stopped and started",
                       [this] { EXPECT_EQ(engine_->stop(), 0) << deployment_->words(); },
                       [this] { start_engine(); }, true});
    faults_.push_back({"engine", "standing still", [this] { ::kill(engine_->process(), SIGSTOP); },
                       [this] { ::kill(engine_->process(), SIGCONT); }});
  }
  template <class Server>
  void plan_server_faults(const std::string& name, Server& server) {
    faults_.push_back(
        {name, "killed", [&server] { server.kill(); }, [&server] { server.start_again(); }});
    faults_.push_back(
        {name, "stopped", [&server] { server.stop(); }, [&server] { server.start_again(); }});
  }
  void plan_network_faults(const std::string& name, Proxy& proxy) {
    const auto plan = [&](const std::string& what, const Weather& weather) {
      faults_.push_back(
          {name, what, [&proxy, weather] { proxy.set(weather); }, [&proxy] { proxy.set({}); }});
    };
    plan("far away", {.latency = 200ms});
    plan("trickling", {.bytes_per_second = 1'000, .slice = 7});
    plan("half open", {.half_open = true});
    plan("in a black hole", {.blackhole = true});
    faults_.push_back({name, "reset", [&proxy] { proxy.reset(); }, [&proxy] { proxy.reset(); }});
  }

  void start_engine() { engine_ = deployment_->start(); }

  // One or two, of different victims, for up to three seconds; now and then for longer than a
  // session.
  void suffer(bool ends_engine) {
    std::map<std::string, const Fault*> picked;
    for (auto left = 1 + (below(3) == 0); left > 0;) {
      const auto& one = faults_[below(faults_.size())];
      if (one.ends_engine && !ends_engine) continue;
      if (picked.emplace(one.victim, &one).second) --left;
    }
    last_.clear();
    for (const auto& [victim, fault] : picked) {
      ++counts_[victim];
      last_ += (last_.empty() ? "" : " and ") + victim + " " + fault->name;
      fault->begin();
    }
    std::this_thread::sleep_for(below(10) == 0 ? 7'000ms : std::chrono::milliseconds(below(3'000)));
    for (const auto& [victim, fault] : picked) fault->end();
  }
  // Nothing new can be stored once the bank is through.
  bool goes_on_or_is_done(const SteadyBank& bank) {
    const auto before = deployment_->stored();
    return engine_->until([&] {
      const auto now = deployment_->stored();
      return now > before ||
             (bank.through() && now == length_of_topic(kafka().address(), deployment_->topic()));
    });
  }
  [[nodiscard]] std::int64_t in_outbox(const std::string& which) const {
    return ask_number("SELECT count(*) FROM assay_outbox WHERE group_id = '" +
                      deployment_->group() + "' AND " + which);
  }
  [[nodiscard]] std::string counted() const {
    std::string text;
    for (const auto& [victim, count] : counts_) {
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " of the " + victim;
    }
    return text;
  }

  std::optional<Proxy> to_broker_;
  std::optional<Proxy> to_database_;
  std::optional<Proxy> to_mail_;
  std::unique_ptr<Engine> engine_;
  std::vector<Fault> faults_;
  std::map<std::string, int> counts_;
  std::string last_;  // what was suffered
};

TEST_F(Soak, in_random_faults_loses_nothing_stores_nothing_twice_and_sends_every_mail) {
  const auto lasts = soak_time();
  constexpr std::int64_t kPerSecond = 500;
  const auto records = lasts.count() * kPerSecond;
  auto& deployment = *deployment_;
  SteadyBank bank(deployment, records, kPerSecond);
  ASSERT_TRUE(bank.begins());
  start_engine();
  ASSERT_TRUE(goes_on(*engine_, deployment));

  const auto began = Clock::now();
  auto tell_at = began;
  std::optional<Slope> slope;
  Clock::duration longest{};  // from the end of a fault to a new row
  std::string longest_after;
  // A request that is never answered is waited for for a minute, which may be all of a short run.
  while (Clock::now() < began + lasts || !slope) {
    const bool first_half = Clock::now() < began + lasts / 2;
    suffer(first_half);
    ASSERT_TRUE(engine_->running()) << deployment.words();
    const auto over = Clock::now();
    ASSERT_TRUE(goes_on_or_is_done(bank)) << "after " << last_;
    if (const auto took = Clock::now() - over; took > longest) {
      longest = took;
      longest_after = last_;
    }
    if (!first_half) {
      if (!slope) slope.emplace();
      slope->add(resident(engine_->process()));
    }
    if (Clock::now() < tell_at) continue;
    tell_at = Clock::now() + 10s;
    std::cout << "soak: "
              << std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - began).count()
              << " of " << lasts.count() << " s, " << deployment.stored()
              << " stored, faults: " << counted() << std::endl;
  }
  const auto sent = bank.wait();
  ASSERT_TRUE(finished(*engine_, deployment, sent));
  ASSERT_TRUE(engine_->until([&] { return in_outbox("state IN ('pending', 'sending')") == 0; }));
  EXPECT_EQ(engine_->stop(), 0);
  EXPECT_EQ(in_outbox("state <> 'sent'"), 0);
  expect_mails(deployment, expected_of(deployment));
  ASSERT_TRUE(slope) << "too short to look at the memory";
  char memory[64];
  std::snprintf(memory, sizeof memory, "%.0f MiB at most, %+.2f MiB a minute", slope->most(),
                slope->per_minute());
  judge({.number = 37,
         .what = "random faults for " + std::to_string(lasts.count()) + " s",
         .faults = counted() + "; " + std::to_string(sent - records) + " sent twice by the bank",
         .remark = std::to_string(deployment.smtp().mails().size()) + " mails; memory " + memory +
                   "; no new row for " +
                   std::to_string(std::chrono::ceil<std::chrono::seconds>(longest).count()) +
                   " s at most, after: " + longest_after});
}

}  // namespace
}  // namespace assay::testing::faults
