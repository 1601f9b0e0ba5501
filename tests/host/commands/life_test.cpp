// How processes end: the mock broker with its parent, the engine when it is asked to.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/notify_socket.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int kPatience = 30'000;  // milliseconds

// Runs the binary with its two outputs in one pipe.
class Running {
 public:
  explicit Running(std::vector<std::string> arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) ADD_FAILURE() << "no pipe";
    arguments.insert(arguments.begin(), ASSAY_BINARY);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~Running() {
    if (process_ > 0) {
      signal(SIGKILL);
      (void)wait();
    }
    ::close(output_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // Everything up to the first line that holds `text`, or to the end of the output.
  std::string read_until(const std::string& text) {
    std::string all;
    std::size_t line = 0;
    char letter = 0;
    while (::poll(std::array{pollfd{output_, POLLIN, 0}}.data(), 1, kPatience) > 0 &&
           ::read(output_, &letter, 1) == 1) {
      all += letter;
      if (letter != '\n') continue;
      if (!text.empty() && all.find(text, line) != all.npos) break;
      line = all.size();
    }
    return all;
  }
  std::string read_to_end() { return read_until({}); }
  void signal(int number) const { ::kill(process_, number); }
  // The exit code; 128 and more: killed by that signal.
  int wait() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t process_ = -1;
  int output_ = -1;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(dev_broker, prints_its_address_and_ends_when_it_is_told_to) {
  Running broker({"dev-broker", "--topic", "transactions:2"});
  EXPECT_THAT(broker.read_until(":"), ::testing::StartsWith("127.0.0.1:"));
  broker.signal(SIGTERM);
  EXPECT_EQ(broker.wait(), 0);
}

TEST(dev_broker, refuses_a_topic_without_partitions) {
  Running broker({"dev-broker", "--topic", "transactions"});
  EXPECT_THAT(broker.read_to_end(), HasSubstr("expected NAME:PARTITIONS"));
  EXPECT_EQ(broker.wait(), 2);
}

TEST(dev_broker, ends_when_the_process_that_started_it_is_killed) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const auto parent = ::fork();
  if (parent == 0) {
    const auto broker = ::fork();
    if (broker == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl(ASSAY_BINARY, ASSAY_BINARY, "dev-broker", "--topic", "t:1", nullptr);
      ::_exit(127);
    }
    for (;;) ::pause();
  }
  ::close(ends[1]);
  char letter = 0;
  while (::read(ends[0], &letter, 1) == 1 && letter != '\n') {
  }
  EXPECT_EQ(letter, '\n') << "the broker is up";
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  // The other end of the pipe is the broker's alone now.
  pollfd wait{ends[0], POLLIN, 0};
  EXPECT_EQ(::poll(&wait, 1, kPatience), 1);
  EXPECT_EQ(::read(ends[0], &letter, 1), 0);
  ::close(ends[0]);
}

class Engine : public ::testing::Test {
 protected:
  Engine() : broker_({"dev-broker", "--topic", "transactions:2"}) {
    const auto address = first_line(broker_.read_until(":"));
    std::ofstream(folder_ / "card.key") << "2b7e151628aed2a6abf7158809cf4f3c\n";
    std::ofstream(folder_ / "assay.yaml")
        << "source:\n  bootstrap: " << address
        << "\n  member: none\n  kafka: { session.timeout.ms: '6000', fetch.wait.max.ms: '10' }\n"
           "card: { key_file: card.key }\n"
           "rules: { large: { version: 3, use: large_amount } }\n"
           "sinks: { store: { use: sqlite, config: { file: assay.db } } }\n"
           "chains: { main: { store: { sink: store, required: true } } }\n"
           "dead_letters: { mode: file, file: letters.jsonl }\n"
           "observe: { listen: \"127.0.0.1:0\" }\n";
  }
  std::vector<std::string> command(const std::string& overlay = {}) {
    std::vector<std::string> words{"run", "-c", folder_ / "assay.yaml"};
    if (!overlay.empty()) {
      std::ofstream(folder_ / "over.yaml") << overlay;
      words.insert(words.end(), {"-c", folder_ / "over.yaml"});
    }
    return words;
  }

  TemporaryFolder folder_;
  Running broker_;
};

TEST_F(Engine, says_what_it_runs_and_stops_in_good_order_when_it_is_asked_to) {
  Running engine(command());
  const auto start = engine.read_until("partitions assigned");
  EXPECT_THAT(start, HasSubstr("rule large version 3 (large_amount"));
  EXPECT_THAT(start, HasSubstr("live"));
  EXPECT_THAT(start, HasSubstr("sink store (sqlite 1.0.0)"));
  EXPECT_THAT(start, HasSubstr("as group assay"));
  engine.signal(SIGTERM);
  const auto end = engine.read_to_end();
  EXPECT_THAT(end, HasSubstr("stopping"));
  EXPECT_THAT(end, HasSubstr("stopped: 0 received"));
  EXPECT_EQ(engine.wait(), 0);
}

TEST_F(Engine, logs_json_where_that_is_configured) {
  Running engine(command("log: { format: json }\n"));
  const auto start = engine.read_until("partitions assigned");
  EXPECT_THAT(start, ::testing::StartsWith("{\"time\":\""));
  EXPECT_THAT(start, HasSubstr("\"level\":\"info\",\"message\":\"assay "));
  engine.signal(SIGINT);
  (void)engine.read_to_end();
  EXPECT_EQ(engine.wait(), 0);
}

TEST_F(Engine, refuses_to_start_where_a_sink_could_never_work) {
  Running engine(command("sinks: { store: { config: { file: /no/such/folder/assay.db } } }\n"));
  const auto said = engine.read_to_end();
  EXPECT_THAT(said, HasSubstr("AS3002"));
  EXPECT_THAT(said, HasSubstr("/no/such/folder/assay.db"));
  EXPECT_EQ(engine.wait(), 78);
}

TEST_F(Engine, tells_systemd_that_it_has_started_how_it_stands_and_that_it_stops) {
  const NotifySocket systemd;
  Running engine(command());
  EXPECT_NE(systemd.heard_with("READY=1\n"), "");
  (void)engine.read_until("partitions assigned");
  EXPECT_NE(systemd.heard_with("STATUS=ready\n"), "");
  engine.signal(SIGTERM);
  EXPECT_NE(systemd.heard_with("STOPPING=1\n"), "");
  (void)engine.read_to_end();
  EXPECT_EQ(engine.wait(), 0);
}

TEST_F(Engine, tells_systemd_of_no_start_that_is_refused) {
  const NotifySocket systemd;
  Running engine(command("sinks: { store: { config: { file: /no/such/folder/assay.db } } }\n"));
  (void)engine.read_to_end();
  EXPECT_EQ(engine.wait(), 78);
  EXPECT_THAT(systemd.heard_so_far(), ::testing::Not(HasSubstr("READY=1")));
}

// What `assay status` answers, its exit code first.
std::string status_at(const std::string& address, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{"status", "--address", address};
  words.insert(words.end(), more.begin(), more.end());
  Running status(words);
  auto said = status.read_to_end();
  return std::to_string(status.wait()) + " " + said;
}

std::string address_in(const std::string& words) {
  const std::string before = "health and metrics at http://";
  const auto at = words.find(before);
  if (at == words.npos) return "no address in: " + words;
  return first_line(words.substr(at + before.size()));
}

TEST_F(Engine, is_seen_from_outside_while_it_runs) {
  Running engine(command());
  const auto address = address_in(engine.read_until("health and metrics at"));
  EXPECT_THAT(status_at(address, {"--wait", "ready"}), StartsWith("0 ready, assay "));
  const auto json = status_at(address, {"--format", "json"});
  EXPECT_THAT(json, HasSubstr("\"id\": \"large\""));
  engine.signal(SIGTERM);
  (void)engine.read_to_end();
  EXPECT_EQ(engine.wait(), 0);
  EXPECT_THAT(status_at(address), StartsWith("69 assay status: nobody answers at 127.0.0.1:"));
}

TEST_F(Engine, says_what_it_waits_for_while_the_broker_is_away) {
  Running engine(command("source: { bootstrap: \"127.0.0.1:1\" }\n"));
  const auto address = address_in(engine.read_until("waiting for topic"));
  EXPECT_THAT(status_at(address), StartsWith("1 not ready"));
  EXPECT_THAT(status_at(address, {"--wait", "ready", "--timeout", "1s"}),
              AllOf(StartsWith("1 "), HasSubstr("waits for topic transactions")));
}

TEST_F(Engine, refuses_a_property_that_librdkafka_does_not_have) {
  const std::string overlay = "source: { kafka: { fetch.min.bites: 1 } }\n";
  Running engine(command(overlay));
  const auto said = engine.read_to_end();
  EXPECT_THAT(
      said, AllOf(HasSubstr("AS3003"), HasSubstr("over.yaml:1:20"),
                  HasSubstr("has no property `fetch.min.bites`"), HasSubstr("`fetch.min.bytes`")));
  EXPECT_EQ(engine.wait(), 78);
  Running validate(
      {"validate", "--offline", "-c", folder_ / "assay.yaml", "-c", folder_ / "over.yaml"});
  EXPECT_THAT(validate.read_to_end(), HasSubstr("AS3003"));
  EXPECT_EQ(validate.wait(), 78);
}

TEST_F(Engine, refuses_a_client_that_cannot_be_made) {
  Running engine(
      command("source: { kafka: { security.protocol: ssl, ssl.ca.location: "
              "/no/such/authorities.pem } }\n"));
  const auto said = engine.read_to_end();
  EXPECT_THAT(said, AllOf(HasSubstr("AS3003"), HasSubstr("the Kafka client cannot be made"),
                          HasSubstr("/no/such/authorities.pem")));
  EXPECT_EQ(engine.wait(), 78);
}

TEST_F(Engine, refuses_an_address_that_is_taken) {
  Running engine(command());
  const auto address = address_in(engine.read_until("health and metrics at"));
  Running second(command("observe: { listen: \"" + address + "\" }\n"));
  const auto said = second.read_to_end();
  EXPECT_THAT(said, HasSubstr("nothing can listen at " + address));
  EXPECT_THAT(said, HasSubstr("over.yaml:1:20"));
  EXPECT_THAT(said, HasSubstr("give `observe.listen` an address that is free"));
  EXPECT_EQ(second.wait(), 78);
}

TEST_F(Engine, tells_strangers_no_more_than_ready_or_not) {
  Running engine(command("observe: { token: s3cret }\n"));
  const auto address = address_in(engine.read_until("health and metrics at"));
  EXPECT_EQ(status_at(address, {"--wait", "ready"}), "0 ready\n");
  EXPECT_THAT(status_at(address, {"-c", folder_ / "assay.yaml", "-c", folder_ / "over.yaml"}),
              StartsWith("0 ready, assay "));
}

}  // namespace
}  // namespace assay::testing
