// Mails a second to a server on loopback over one session, by the whole engine: straight from a
// step, and by way of the outbox in PostgreSQL. Every transaction is an alert to a customer. Beside
// it a socket that sends the same mail as often, with as many waits for an answer.
//
// From the first mail that the server has taken to the last.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/mail/bare_mail.hpp"
#include "bench/mail/mail_server.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/database.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/running_engine.hpp"
#include "bench/support/topic.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;

class Bench {
 public:
  Bench(std::uint64_t direct, std::uint64_t deferred) : direct_(direct), deferred_(deferred) {
    bench::fill(kafka_.address(), "direct", direct_, bench::Kind::quiet);
    bench::fill(kafka_.address(), "deferred", deferred_, bench::Kind::quiet);
    bench::Database::migrate(configuration("deferred", kDeferred));
  }

  double direct() {
    return mails_of("direct", direct_,
                    "chains: { main: { alert: { sink: mail, required: true } } }\n");
  }
  double deferred() {
    const auto rate = mails_of("deferred", deferred_, kDeferred);
    database_.run("TRUNCATE assay_outbox");
    database_.clear();
    return rate;
  }
  double bare() const {
    return bench::send_bare(server_.port(), server_.last(), static_cast<int>(direct_));
  }

 private:
  static constexpr const char* kDeferred =
      "chains:\n  main:\n    store: { sink: db, required: true }\n"
      "    alert: { sink: mail, deferred: store, required: true }\n";

  std::string configuration(const std::string& topic, const std::string& chains) {
    std::string sinks = "sinks:\n";
    if (chains == kDeferred) sinks += database_.sink();
    sinks +=
        "  mail:\n    use: smtp\n    config: { from: \"Bank <alerts@bank.example>\", host: "
        "127.0.0.1, port: " +
        std::to_string(server_.port()) + ", tls: none }\n";
    return bench::write_configuration(
        {.folder = folder_.path(),
         .bootstrap = kafka_.address(),
         .topic = topic,
         .group = topic + "-" + std::to_string(++groups_),
         .sinks = sinks + chains,
         .rules = "rules:\n  all: { version: 1, use: large_amount, parameters: { limits: { EUR: "
                  "\"0.01\" } }, score: 1.0 }\n"});
  }

  double mails_of(const std::string& topic, std::uint64_t count, const std::string& chains) {
    const auto before = server_.taken();
    const auto sessions = server_.sessions();
    bench::Deployment deployment(configuration(topic, chains));
    const bench::RunningEngine engine(deployment.assembly());
    engine.wait_for([&](const auto&) { return server_.taken() > before; });
    const auto began = bench::elapsed();
    engine.wait_for([&](const auto&) { return server_.taken() >= before + count; });
    const auto took = bench::elapsed() - began;
    if (server_.taken() != before + count || server_.sessions() != sessions + 1) {
      std::fputs("a mail was sent twice, or over another session\n", stderr);
      std::exit(1);
    }
    return static_cast<double>(count) / took;
  }

  std::uint64_t direct_;
  std::uint64_t deferred_;
  assay::testing::KafkaServer kafka_;
  bench::Database database_;
  assay::testing::TemporaryFolder folder_;
  bench::MailServer server_;
  int groups_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("mail", argc, argv);
  const bool quick = figures.quick();
  Bench work(quick ? 2'000 : 20'000, quick ? 400 : 10'000);
  std::vector<double> direct, deferred, bare;
  const auto rounds = figures.rounds(7);
  for (int i = 0; i <= rounds; ++i) {
    const auto straight = work.direct();
    const auto session = work.bare();  // the mail that came last
    const auto by_outbox = work.deferred();
    if (i == 0) continue;  // connections and the server's files are new
    direct.push_back(straight);
    deferred.push_back(by_outbox);
    bare.push_back(session);
  }
  figures.add({"direct", "mails/s", direct, bare, bench::at_least(15'000)});
  figures.add({"by_outbox", "mails/s", deferred, bare, bench::at_least(1'500)});
  return figures.print();
}
