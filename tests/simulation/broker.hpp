// A simulated Kafka: one topic, one group with its committed positions and its rebalances.
//
// Assignment is eager: all members give up what they have before anybody gets something. A member
// that is expelled (its session is over, for the group) learns that late, and reads and delivers
// on until then: what it commits meanwhile is refused.
//
// Thread: one.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/kafka/message_source.hpp"
#include "tests/simulation/fibers.hpp"
#include "tests/simulation/ledger.hpp"

namespace assay::simulation {

class Broker final {
 public:
  using Member = Fibers::Process;

  Broker(Chance& chance, Fibers& fibers, Ledger& ledger);

  // More of the log is there to be read.
  void grow();
  void grow_to_end();
  [[nodiscard]] bool finished() const;

  void join(Member member);
  // It leaves, or its session is over and it knows.
  void leave(Member member);
  // Its session is over, and it does not know.
  void expel(Member member);
  void rebalance();

  // What the members' own sources ask.
  [[nodiscard]] const std::string& payload(Place place) const;
  [[nodiscard]] std::int64_t end(std::int32_t partition) const { return ends_.at(partition); }
  [[nodiscard]] bool has_event(Member member) const;
  std::optional<host::AssignmentEvent> take_event(Member member);
  void released(Member member);
  // False where it is not this member's to commit.
  bool commit(Member member, const host::Position& position);
  [[nodiscard]] const std::map<core::PartitionId, core::Offset>& committed() const {
    return committed_;
  }

 private:
  struct Joined {
    std::vector<core::PartitionId> partitions{};
    std::deque<host::AssignmentEvent> events{};
    Fibers::Moment hears_at{};  // of the events
    bool expelled = false;
  };
  void assign();

  Chance* chance_;
  Fibers* fibers_;
  Ledger* ledger_;
  std::vector<std::string> payloads_;  // by offset, the same in each partition
  std::map<std::int32_t, std::int64_t> ends_;
  std::map<Member, Joined> members_;
  std::map<core::PartitionId, core::Offset> committed_;
  bool rebalancing_ = false;
};

// What one member's worker sees of it.
class BrokerSource final : public host::MessageSource {
 public:
  BrokerSource(Broker& broker, Broker::Member member, Chance& chance, Fibers& fibers)
      : broker_(&broker), member_(member), chance_(&chance), fibers_(&fibers) {}

  std::optional<core::Message> poll(Milliseconds timeout) override;
  std::optional<host::AssignmentEvent> take_event() override;
  std::optional<host::Gap> take_gap() override { return std::nullopt; }
  tl::expected<void, host::KafkaError> start(std::span<const host::Position> positions) override;
  tl::expected<void, host::KafkaError> release() override;
  tl::expected<void, host::KafkaError> rewind(host::Position position) override;
  void pause() override { paused_ = true; }
  void resume() override { paused_ = false; }
  bool paused() const override { return paused_; }
  void commit(std::span<const host::Position> positions) override;
  core::Offset acknowledged(core::PartitionId partition) const override;
  bool commit_and_wait(std::span<const host::Position> positions, Milliseconds timeout) override;
  tl::expected<std::map<core::PartitionId, core::Offset>, host::KafkaError> committed(
      std::span<const core::PartitionId> partitions, Milliseconds timeout) override;
  tl::expected<host::LogRange, host::KafkaError> log_range(core::PartitionId partition,
                                                           Milliseconds timeout) override;
  tl::expected<std::vector<std::optional<core::Offset>>, host::KafkaError> offsets_at(
      std::span<const host::Moment> moments, Milliseconds timeout) override;
  std::string static_id() const override { return {}; }
  const std::optional<std::string>& fenced() const override { return nothing_; }
  tl::expected<std::optional<std::string>, host::KafkaError> rival_host(Milliseconds) override {
    return std::nullopt;
  }
  const std::optional<std::string>& trouble() const override { return nothing_; }
  void look_after_trouble() override {}
  const host::ConsumerCounters& counters() const override { return counters_; }
  std::size_t held() const override { return 0; }
  std::vector<host::Lag> lags() const override { return {}; }
  void close() override { broker_->leave(member_); }

 private:
  std::vector<std::int32_t> readable() const;
  bool commit(const host::Position& position);

  Broker* broker_;
  Broker::Member member_;
  Chance* chance_;
  Fibers* fibers_;
  std::map<std::int32_t, std::int64_t> next_;  // of the partitions that are read
  std::map<core::PartitionId, core::Offset> acknowledged_;
  bool paused_ = false;
  std::optional<std::string> nothing_;
  host::ConsumerCounters counters_;
};

}  // namespace assay::simulation
