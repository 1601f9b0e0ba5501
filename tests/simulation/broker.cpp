#include "tests/simulation/broker.hpp"

#include <algorithm>
#include <utility>

namespace assay::simulation {
namespace {

constexpr std::uint64_t kHearsLate = 400'000'000;  // nanoseconds, at most

}  // namespace

Broker::Broker(Chance& chance, Fibers& fibers, Ledger& ledger)
    : chance_(&chance), fibers_(&fibers), ledger_(&ledger) {
  for (std::int64_t offset = 0; offset < kLogEnd; ++offset) {
    payloads_.push_back(Ledger::payload(offset));
  }
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) ends_[partition] = 0;
}

void Broker::grow() {
  auto& end = ends_[static_cast<std::int32_t>(chance_->below(kPartitions))];
  end = std::min<std::int64_t>(kLogEnd, end + static_cast<std::int64_t>(chance_->below(8)));
}

void Broker::grow_to_end() {
  for (auto& [partition, end] : ends_) end = kLogEnd;
}

bool Broker::finished() const {
  return committed_.size() == kPartitions && std::ranges::all_of(committed_, [](const auto& one) {
           return one.second.value == kLogEnd;
         });
}

const std::string& Broker::payload(Place place) const {
  return payloads_.at(static_cast<std::size_t>(place.offset));
}

void Broker::join(Member member) {
  members_[member] = {};
  rebalance();
}

void Broker::leave(Member member) {
  if (members_.erase(member) > 0) rebalance();
}

void Broker::expel(Member member) {
  const auto found = members_.find(member);
  if (found == members_.end()) return;
  auto& one = found->second;
  if (one.expelled || one.partitions.empty()) return;
  chance_->note("expel", {member});
  one.expelled = true;
  one.events.clear();
  one.events.push_back({host::AssignmentEvent::Kind::lost, std::exchange(one.partitions, {})});
  one.hears_at = fibers_->now() + std::chrono::nanoseconds(chance_->below(kHearsLate));
  rebalance();
}

void Broker::rebalance() {
  chance_->note("rebalance", {});
  if (!std::exchange(rebalancing_, true)) {
    for (auto& [id, one] : members_) {
      if (one.partitions.empty()) continue;
      one.events.push_back({host::AssignmentEvent::Kind::revoked, one.partitions});
    }
  }
  assign();
}

void Broker::assign() {
  std::vector<Joined*> joined;
  for (auto& [id, one] : members_) {
    if (!one.partitions.empty()) return;  // it has not given them up yet
    if (!one.expelled) joined.push_back(&one);
  }
  if (joined.empty()) return;
  rebalancing_ = false;
  const auto first = chance_->below(joined.size());
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
    auto& one = *joined[(first + static_cast<std::size_t>(partition)) % joined.size()];
    one.partitions.push_back({partition});
  }
  for (auto* one : joined) {
    if (one->partitions.empty()) continue;
    one->events.push_back({host::AssignmentEvent::Kind::assigned, one->partitions});
  }
}

bool Broker::has_event(Member member) const {
  const auto found = members_.find(member);
  return found != members_.end() && !found->second.events.empty() &&
         found->second.hears_at <= fibers_->now();
}

std::optional<host::AssignmentEvent> Broker::take_event(Member member) {
  if (!has_event(member)) return std::nullopt;
  auto& events = members_.at(member).events;
  auto event = std::move(events.front());
  events.pop_front();
  chance_->note("event", {member, static_cast<std::int64_t>(event.kind)});
  return event;
}

void Broker::released(Member member) {
  const auto found = members_.find(member);
  if (found == members_.end()) return;
  auto& one = found->second;
  if (std::exchange(one.expelled, false)) {
    one.events.clear();  // it knows by now
    return rebalance();  // and joins again
  }
  one.partitions.clear();
  if (rebalancing_) assign();
}

bool Broker::commit(Member member, const host::Position& position) {
  const auto found = members_.find(member);
  if (found == members_.end() || found->second.expelled) return false;
  const auto& ours = found->second.partitions;
  if (std::ranges::find(ours, position.partition) == ours.end()) return false;
  chance_->note("commit", {member, position.partition.value, position.next.value});
  ledger_->expect_committable(position.partition.value, position.next.value);
  committed_[position.partition] = position.next;
  return true;
}

std::vector<std::int32_t> BrokerSource::readable() const {
  std::vector<std::int32_t> found;
  if (paused_) return found;
  for (const auto& [partition, next] : next_) {
    if (next < broker_->end(partition)) found.push_back(partition);
  }
  return found;
}

std::optional<core::Message> BrokerSource::poll(Milliseconds timeout) {
  fibers_->wait(fibers_->now() + timeout,
                [&] { return broker_->has_event(member_) || !readable().empty(); });
  if (broker_->has_event(member_)) return std::nullopt;
  // What is there comes in pieces of any size.
  if (timeout.count() == 0 && chance_->below(5) == 0) return std::nullopt;
  const auto from = readable();
  if (from.empty()) return std::nullopt;
  const auto partition = from[chance_->below(from.size())];
  auto& next = next_[partition];
  while (next < broker_->end(partition) && !Ledger::exists(next)) ++next;
  if (next >= broker_->end(partition)) return std::nullopt;
  const Place place{partition, next++};
  chance_->note("read", {member_, place.partition, place.offset});
  return core::Message{broker_->payload(place), {}, {place.partition}, {place.offset}, 0};
}

std::optional<host::AssignmentEvent> BrokerSource::take_event() {
  auto event = broker_->take_event(member_);
  if (event && event->kind != host::AssignmentEvent::Kind::assigned) next_.clear();
  return event;
}

tl::expected<void, host::KafkaError> BrokerSource::start(
    std::span<const host::Position> positions) {
  next_.clear();
  acknowledged_.clear();
  for (const auto& position : positions) (void)rewind(position);
  return {};
}

tl::expected<void, host::KafkaError> BrokerSource::release() {
  fibers_->step();
  next_.clear();
  acknowledged_.clear();
  broker_->released(member_);
  return {};
}

tl::expected<void, host::KafkaError> BrokerSource::rewind(host::Position position) {
  chance_->note("from", {member_, position.partition.value, position.next.value});
  acknowledged_.erase(position.partition);
  next_[position.partition.value] = std::max<std::int64_t>(position.next.value, 0);
  return {};
}

bool BrokerSource::commit(const host::Position& position) {
  const bool taken = broker_->commit(member_, position);
  if (taken) acknowledged_[position.partition] = position.next;
  return taken;
}

core::Offset BrokerSource::acknowledged(core::PartitionId partition) const {
  const auto found = acknowledged_.find(partition);
  return found == acknowledged_.end() ? core::Offset{-1} : found->second;
}

void BrokerSource::commit(std::span<const host::Position> positions) {
  if (chance_->fault(4)) return;  // said again with the next one
  for (const auto& position : positions) (void)commit(position);
}

bool BrokerSource::commit_and_wait(std::span<const host::Position> positions, Milliseconds) {
  fibers_->step();
  if (chance_->fault(4)) return false;
  bool all = true;
  for (const auto& position : positions) all = commit(position) && all;
  fibers_->step();
  return all;
}

tl::expected<std::map<core::PartitionId, core::Offset>, host::KafkaError> BrokerSource::committed(
    std::span<const core::PartitionId> partitions, Milliseconds) {
  fibers_->step();
  if (chance_->fault(6)) return tl::unexpected(host::KafkaError{});
  std::map<core::PartitionId, core::Offset> answer;
  for (const auto partition : partitions) {
    const auto found = broker_->committed().find(partition);
    if (found != broker_->committed().end()) answer.insert(*found);
  }
  return answer;
}

tl::expected<host::LogRange, host::KafkaError> BrokerSource::log_range(core::PartitionId partition,
                                                                       Milliseconds) {
  return host::LogRange{{0}, {broker_->end(partition.value)}};
}

tl::expected<std::vector<std::optional<core::Offset>>, host::KafkaError> BrokerSource::offsets_at(
    std::span<const host::Moment> moments, Milliseconds) {
  return std::vector<std::optional<core::Offset>>(moments.size());
}

}  // namespace assay::simulation
