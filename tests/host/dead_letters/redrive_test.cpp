// Redriving against a real broker, without an engine: what the source still has, and what it lost.
#include "host/dead_letters/redrive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/kafka/kafka_dead_letters.hpp"
#include "tests/host/kafka/kafka_fixture.hpp"
#include "tests/support/servers/kafka_server.hpp"

namespace assay::host {
namespace {

using ::testing::HasSubstr;

constexpr int kRecords = 5'000;

DeadLetter letter_of(std::int64_t offset) {
  DeadLetter letter;
  letter.topic = "payments";
  letter.partition = {1};
  letter.offset = {offset};
  letter.error_class = "decode";
  letter.code = "not_json";
  letter.words = "not JSON at byte 0";
  return letter;
}

class RedriveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = testing::KafkaServer::unavailable()) GTEST_SKIP() << *reason;
    server_.emplace(testing::KafkaOptions{.partitions = 1, .heap = "256m", .settings = {}});
    config_.source.topic = "payments";
    config_.source.bootstrap = server_->address();
    config_.dead_letters.topic = "dead";
    hand_.emplace(server_->address());
    hand_->create("payments", 2);
    hand_->fill("payments", 1, 0, kRecords);
  }

  void bury(const std::vector<std::int64_t>& offsets) const {
    const auto letters = KafkaDeadLetters::open({.bootstrap = server_->address(),
                                                 .topic = "dead",
                                                 .properties = {},
                                                 .origin = {.group = "assay"},
                                                 .log = {}});
    for (const auto offset : offsets) (*letters)->send(letter_of(offset), [] {});
    ASSERT_TRUE((*letters)->flush(std::chrono::steady_clock::now() + testing::patience));
  }
  std::vector<LetterCase> open_cases() {
    if (!store_) store_ = std::move(*open_letter_store(config_));
    LetterBox box;
    EXPECT_TRUE(store_->read([&](StoredNote note) { box.add(std::move(note)); }));
    auto cases = std::move(box).cases();
    std::erase_if(cases, [](const LetterCase& one) { return !one.open; });
    return cases;
  }
  std::vector<RedriveOutcome> run(Redrive::Mode mode) {
    const auto cases = open_cases();
    auto opened = Redrive::open(config_, LoopGuard::on, *store_);
    EXPECT_TRUE(opened);
    std::vector<RedriveOutcome> all;
    const auto done = (*opened)->run(
        cases, mode, [&](RedriveOutcome outcome) { all.push_back(std::move(outcome)); });
    EXPECT_TRUE(done) << done.error().words;
    return all;
  }
  std::vector<std::string> texts(std::size_t count) const {
    auto options = testing::consumer_options(server_->address(), "payments");
    options.membership = Membership::none;
    auto consumer = Consumer::open(options);
    const std::vector<Position> from{{{1}, {kRecords}}};
    EXPECT_TRUE((*consumer)->start(from));
    return testing::texts(testing::read(**consumer, count), 1);
  }

  std::optional<testing::KafkaServer> server_;
  std::optional<testing::Hand> hand_;
  Config config_;
  std::unique_ptr<LetterStore> store_;
};

TEST_F(RedriveTest, puts_each_record_back_once_and_closes_its_letter) {
  bury({3, 4, 4'999, 4});
  const auto rehearsed = run(Redrive::Mode::rehearse);
  ASSERT_EQ(rehearsed.size(), 3U);
  EXPECT_EQ(open_cases().size(), 3U) << "a rehearsal changes nothing";
  const auto written = run(Redrive::Mode::write);
  ASSERT_EQ(written.size(), 3U);
  EXPECT_EQ(written[0].attempt, 1U) << written[0].why;
  EXPECT_EQ(written[2].to, (LetterPlace{1, kRecords + 2}));
  EXPECT_EQ(texts(3), (std::vector<std::string>{"3", "4", "4999"}));
  EXPECT_TRUE(open_cases().empty());
  EXPECT_TRUE(run(Redrive::Mode::write).empty());
}

TEST_F(RedriveTest, says_so_where_the_log_no_longer_has_the_record_and_leaves_the_letter_open) {
  bury({10, 2'000});
  hand_->delete_before("payments", 1, 1'000);
  const auto outcomes = run(Redrive::Mode::write);
  ASSERT_EQ(outcomes.size(), 2U);
  const auto gone = outcomes[0].attempt == 0 ? outcomes[0] : outcomes[1];
  EXPECT_EQ(gone.subject.offset, 10);
  EXPECT_THAT(gone.why, HasSubstr("begins at 1000 by now"));
  const auto left = open_cases();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].letter.subject.offset, 10);
  EXPECT_EQ(texts(1), std::vector<std::string>{"2000"});
}

TEST_F(RedriveTest, ends_with_words_where_no_broker_answers) {
  config_.source.bootstrap = "127.0.0.1:1";
  auto reader = TopicReader::open(
      {.bootstrap = "127.0.0.1:1", .group = "assay", .patience = std::chrono::milliseconds{500}});
  ASSERT_TRUE(reader);
  const auto extents = (*reader)->extents("payments");
  ASSERT_FALSE(extents);
  EXPECT_THAT(extents.error().words, HasSubstr("payments at 127.0.0.1:1"));
}

}  // namespace
}  // namespace assay::host
