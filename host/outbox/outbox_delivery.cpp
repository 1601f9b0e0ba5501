#include "host/outbox/outbox_delivery.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/sinks/backoff.hpp"

namespace assay::host {
namespace {

using Steady = std::chrono::steady_clock;

// The code of a record that is held because it may have been delivered; an outbox gives it to those
// that a dead process had in hand.
constexpr const char* kAmbiguous = "ambiguous";

// For what a stop leaves to be written down.
constexpr std::int64_t kLastSettlement = 3'000'000'000;  // nanoseconds

assay_text to_c(const std::string& text) { return {text.data(), text.size()}; }
std::string text_of(assay_text text) { return {text.data, text.size}; }

// The table is its first member, so its address is ours.
template <class Take>
struct Taker {
  assay_outbox_taker table{sizeof(assay_outbox_taker), 0, &call};
  Take take;

  explicit Taker(Take taking) : take(std::move(taking)) {}
  static void call(const assay_outbox_taker* table, const assay_outbox_record* record) {
    reinterpret_cast<const Taker*>(table)->take(*record);
  }
};

}  // namespace

OutboxDelivery::OutboxDelivery(Options options, const Parties& parties)
    : options_(std::move(options)),
      parties_(parties),
      outbox_(*parties.outbox),
      sink_(*parties.sink),
      guard_(options_.guard),
      random_(std::random_device{}()) {}

bool OutboxDelivery::round(const std::stop_token& stop) {
  const auto began = Steady::now();
  if (!take(stop)) return true;
  if (taken_.empty()) return false;
  // From here on half the time of the lease's two writes is left, and that of a settlement.
  const std::chrono::nanoseconds last_start(parties_.sink->config().timeout);
  Trouble trouble;
  for (auto& share : shares()) {
    if (trouble.kind != Trouble::Kind::none || stop.stop_requested()) break;
    if (Steady::now() - began > last_start) break;
    trouble = deliver(std::move(share));
  }
  for (auto& taken : taken_) {
    if (taken.state != ASSAY_OUTBOX_PENDING || !taken.code.empty()) continue;
    taken.code = trouble.code;
    taken.text = trouble.text;
  }
  settle(stop);
  count();
  if (trouble.kind != Trouble::Kind::none) {
    parties_.with_sink->wait(trouble, stop);
  } else {
    parties_.with_sink->succeeded();
  }
  return true;
}

// False where it has to be tried again.
bool OutboxDelivery::take(const std::stop_token& stop) {
  taken_.clear();
  std::uint64_t ambiguous = 0;
  const Taker taker([&](const assay_outbox_record& record) {
    ambiguous += record.ambiguous != 0;
    auto& taken = taken_.emplace_back();
    taken.record = {record.record_offset, text_of(record.record)};
    taken.origin = {options_.group, options_.step, text_of(record.topic), record.partition};
    taken.id = record.id;
    taken.attempt = record.attempt;
  });
  assay_outbox_order order{};
  order.size = sizeof order;
  order.limit = options_.batch;
  order.group = to_c(options_.group);
  order.step = to_c(options_.step);
  order.lease = 2 * parties_.sink->config().timeout + parties_.outbox->config().timeout;
  order.on_ambiguous = options_.hold_ambiguous ? ASSAY_OUTBOX_HOLD : ASSAY_OUTBOX_RESEND;
  const auto trouble = outbox_.take(order, taker.table, parties_.outbox->config().timeout);
  if (trouble.kind != Trouble::Kind::none) {
    taken_.clear();
    parties_.with_outbox->wait(trouble, stop);
    return false;
  }
  parties_.with_outbox->succeeded();
  const std::lock_guard lock(mutex_);
  tally_.ambiguous += ambiguous;
  tally_.held += order.held;
  return true;
}

std::vector<OutboxDelivery::Share> OutboxDelivery::shares() {
  std::map<RecordOrigin, Share> by_origin;
  for (auto& taken : taken_) by_origin[taken.origin].push_back(&taken);
  std::vector<Share> all;
  all.reserve(by_origin.size());
  for (auto& [origin, share] : by_origin) all.push_back(std::move(share));
  return all;
}

Trouble OutboxDelivery::deliver(Share share) {
  const BoundColumns columns{&parties_.sink->column_names(ASSAY_DECISION),
                             &parties_.sink->column_types(ASSAY_DECISION)};
  while (!share.empty()) {
    std::vector<const KeptRecord*> records;
    records.reserve(share.size());
    for (const auto* taken : share) records.push_back(&taken->record);
    const auto block = block_of(share.front()->origin, records, columns);
    if (block) return write(share, *block);
    const auto unreadable = share.begin() + static_cast<std::ptrdiff_t>(block.error().index);
    auto trouble =
        judge(**unreadable, {Trouble::Kind::data, 0, "unknown_format", block.error().words});
    if (trouble.kind != Trouble::Kind::none) return trouble;
    share.erase(unreadable);
  }
  return {};
}

Trouble OutboxDelivery::write(const Share& share, const core::RecordBlock& block) {
  const auto fresh = std::ranges::count(share, 1u, &Taken::attempt);
  guard_.given(static_cast<std::uint64_t>(fresh), PoisonGuard::Clock::now());
  const auto timeout = parties_.sink->config().timeout;
  auto answer = sink_.write(block.header(), timeout);
  if (answer.whole.kind == Trouble::Kind::data && share.size() == 1) {
    answer.rows = {{0, std::exchange(answer.whole, {})}};  // as good as the record's name
  }
  if (answer.whole.kind != Trouble::Kind::none) {
    auto trouble = answer.whole;
    if (trouble.kind == Trouble::Kind::data) {
      // Somebody has to look: a whole batch is never thrown away.
      trouble.kind = Trouble::Kind::configuration;
      trouble.text = "the sink rejects a batch without naming the record: " + trouble.text;
    }
    doubt(share, trouble);
    return trouble;
  }
  if (auto trouble = sink_.flush(timeout); trouble.kind != Trouble::Kind::none) {
    // Nothing of it is known to be durable.
    for (const auto& [row, of_one] : answer.rows) doubt({share[row]}, of_one);
    doubt(share, trouble);
    return trouble;
  }
  for (auto* taken : share) taken->state = ASSAY_OUTBOX_SENT;
  for (const auto& receipt : answer.receipts) share[receipt.row]->text = receipt.text;
  Trouble stands_in_the_way;
  bool rejected = false;
  for (const auto& [row, trouble] : answer.rows) {
    const auto found = judge(*share[row], trouble);
    rejected = rejected || trouble.kind == Trouble::Kind::data;
    if (found.kind != Trouble::Kind::none) stands_in_the_way = found;
  }
  if (!rejected && answer.rows.size() < share.size()) guard_.passed();
  return stands_in_the_way;
}

// Of a record that was not delivered.
Trouble OutboxDelivery::judge(Taken& taken, const Trouble& trouble) {
  taken.state = ASSAY_OUTBOX_PENDING;
  taken.code = trouble.code;
  taken.text = trouble.text;
  doubt({&taken}, trouble);
  switch (trouble.kind) {
    case Trouble::Kind::data:
      if (!guard_.admits(PoisonGuard::Clock::now())) return guard_.trouble(trouble);
      taken.state = ASSAY_OUTBOX_DEAD;
      return {};
    case Trouble::Kind::configuration:
      return trouble;
    case Trouble::Kind::not_judged:
      return {};
    default:
      if (trouble.of_sink) return trouble;
      taken.wait = core::Backoff::wait(taken.attempt, random_(), trouble.retry_after);
      return {};
  }
}

// Those that may have been delivered are tried again, or dead until a person decides.
void OutboxDelivery::doubt(const Share& share, const Trouble& trouble) const {
  if (!trouble.in_doubt) return;
  for (auto* taken : share) {
    taken->in_doubt = true;
    if (!options_.hold_ambiguous) continue;
    taken->state = ASSAY_OUTBOX_DEAD;
    taken->code = kAmbiguous;
    taken->text = trouble.text + "; it may have been delivered";
  }
}

// What cannot be written down is tried again until a stop; then the lease will end and say that
// these are ambiguous.
void OutboxDelivery::settle(const std::stop_token& stop) {
  std::vector<assay_outbox_outcome> outcomes;
  for (const auto& taken : taken_) {
    outcomes.push_back(
        {taken.id, taken.attempt, taken.state, taken.wait, to_c(taken.code), to_c(taken.text)});
  }
  for (;;) {
    const auto timeout = parties_.outbox->config().timeout;
    const auto trouble = outbox_.settle(
        outcomes, stop.stop_requested() ? std::min(timeout, kLastSettlement) : timeout);
    if (trouble.kind == Trouble::Kind::none) return parties_.with_outbox->succeeded();
    if (!parties_.with_outbox->wait(trouble, stop)) return;
  }
}

void OutboxDelivery::count() {
  const std::lock_guard lock(mutex_);
  for (const auto& taken : taken_) {
    tally_.sent += taken.state == ASSAY_OUTBOX_SENT;
    const bool dead = taken.state == ASSAY_OUTBOX_DEAD;
    tally_.dead += dead && !taken.in_doubt;
    tally_.held += dead && taken.in_doubt;
    tally_.ambiguous += !dead && taken.in_doubt;
    if (taken.state != ASSAY_OUTBOX_PENDING) tally_.bytes += taken.record.text.size();
    tally_.retries += taken.state == ASSAY_OUTBOX_PENDING && !taken.code.empty();
  }
}

OutboxDelivery::Tally OutboxDelivery::tally() const {
  const std::lock_guard lock(mutex_);
  return tally_;
}

}  // namespace assay::host
