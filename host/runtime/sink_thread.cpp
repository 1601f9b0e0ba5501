#include "host/runtime/sink_thread.hpp"

#include <pthread.h>

#include <utility>

#include "host/plugins/configuration_at_hand.hpp"
#include "host/plugins/fatal_signals.hpp"
#include "host/runtime/plain_delivery.hpp"

namespace assay::host {
namespace {

// Cursors move over records that their step did not want at the next commit, at latest after this.
constexpr auto kEmptyParcelsWait = std::chrono::seconds(1);

constexpr auto kInterruptAgain = std::chrono::milliseconds(50);

}  // namespace

SinkThread::SinkThread(const SinkPlugin& sink, DeadLetters& dead_letters, std::size_t queue_bytes,
                       const core::AlarmLimits& guard, OutboxWriter outbox, Clock& clock,
                       Start start)
    : sink_(&sink),
      queue_bytes_(queue_bytes),
      clock_(&clock),
      patience_(sink.config().id, Patience::kProbe, clock) {
  const Rejections rejections(dead_letters, sink, guard, clock);
  if (sink.transactional()) {
    transactional_ =
        std::make_unique<TransactionalDelivery>(sink, patience_, rejections, std::move(outbox));
  } else {
    plain_ = std::make_unique<PlainDelivery>(sink, patience_, rejections, clock);
  }
  if (start == Start::by_hand) return;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    const SignalStack stack;
    run(stop);
  });
  const auto name = "sink-" + sink.config().id;
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

SinkThread::~SinkThread() {
  thread_.request_stop();
  if (!thread_.joinable() || !sink_->api().interrupt) return;
  // A call that hangs would hold up the end; the plugin knows how to let go. An interruption that
  // comes just before a call is not heard by it, so it is said until the thread has ended.
  std::unique_lock lock(mutex_);
  while (!ended_) {
    lock.unlock();
    sink_->interrupt();
    lock.lock();
    wake_.wait_for(lock, kInterruptAgain, [&] { return ended_; });
  }
}

void SinkThread::put(Parcel parcel) {
  {
    const std::lock_guard lock(mutex_);
    parcel.queued_at = clock_->now();
    queued_bytes_ += parcel.bytes();
    queued_rows_ += parcel.rows();
    queue_.push_back(std::move(parcel));
  }
  wake_.notify_one();
}

bool SinkThread::offer(Parcel parcel) {
  {
    const std::lock_guard lock(mutex_);
    if (queued_bytes_ + parcel.bytes() > queue_bytes_) return false;
  }
  put(std::move(parcel));
  return true;
}

void SinkThread::claim(ClaimOrder order, const TransactionalDelivery::Stream& stream) {
  {
    const std::lock_guard lock(mutex_);
    claims_.emplace_back(std::move(order), &stream);
  }
  wake_.notify_one();
}

bool SinkThread::ripe() const {
  if (!claims_.empty()) return true;
  if (queue_.empty()) return false;
  const auto& config = sink_->config();
  if (queued_rows_ >= static_cast<std::size_t>(config.batch_rows) ||
      queued_bytes_ >= static_cast<std::size_t>(config.batch_bytes)) {
    return true;
  }
  const std::chrono::nanoseconds patience = queued_rows_ == 0
                                                ? std::chrono::nanoseconds(kEmptyParcelsWait)
                                                : std::chrono::nanoseconds(config.batch_age);
  return clock_->now() - queue_.front().queued_at >= patience;
}

std::vector<Parcel> SinkThread::gather(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested() && !ripe()) {
    if (queue_.empty()) {
      clock_->wait(lock, wake_, stop, [&] { return !queue_.empty() || !claims_.empty(); });
      continue;
    }
    const bool nothing_to_write = queued_rows_ == 0;
    const auto age = nothing_to_write ? std::chrono::nanoseconds(kEmptyParcelsWait)
                                      : std::chrono::nanoseconds(sink_->config().batch_age);
    clock_->wait_until(lock, wake_, stop, queue_.front().queued_at + age,
                       [&] { return ripe() || (nothing_to_write && queued_rows_ > 0); });
  }
  std::vector<Parcel> parcels;
  if (stop.stop_requested() || !claims_.empty()) return parcels;
  std::size_t rows = 0;
  std::size_t bytes = 0;
  const auto most = static_cast<std::size_t>(sink_->config().batch_bytes);
  // What was judged under another configuration waits for the next turn: its columns may stand at
  // other places, and the plugin is told under which one it was. See ConfigurationAtHand.
  const auto together = [&](const Parcel& next) {
    return parcels.empty() || next.block.configuration() == parcels.front().block.configuration();
  };
  while (!queue_.empty() && rows < static_cast<std::size_t>(sink_->config().batch_rows) &&
         (parcels.empty() || bytes + queue_.front().bytes() <= most) && together(queue_.front())) {
    rows += queue_.front().rows();
    bytes += queue_.front().bytes();
    parcels.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_rows_ -= rows;
  queued_bytes_ -= bytes;
  return parcels;
}

void SinkThread::run(const std::stop_token& stop) {
  std::vector<std::pair<std::chrono::steady_clock::time_point, std::uint64_t>> waits;
  while (!stop.stop_requested()) {
    auto parcels = gather(stop);
    std::deque<std::pair<ClaimOrder, const TransactionalDelivery::Stream*>> claims;
    {
      const std::lock_guard lock(mutex_);
      claims.swap(claims_);
    }
    for (const auto& [order, stream] : claims) transactional_->claim(order, *stream, stop);
    if (parcels.empty()) continue;
    waits.clear();
    for (const auto& parcel : parcels) waits.emplace_back(parcel.queued_at, parcel.rows());
    const auto judged_under = parcels.front().block.configuration();
    const ConfigurationAtHand at_hand(judged_under.get());
    (transactional_ ? static_cast<Delivery&>(*transactional_) : *plain_)
        .deliver(std::move(parcels), stop);
    const auto now = clock_->now();
    const std::lock_guard lock(mutex_);
    for (const auto& [since, rows] : waits) {
      records_ += rows;
      took_.add(now - since, rows);
    }
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
}

SinkThread::Report SinkThread::report() const {
  Report report;
  report.patience = patience_.report();
  const std::lock_guard lock(mutex_);
  report.queued_bytes = queued_bytes_;
  report.queued_parcels = queue_.size();
  report.records = records_;
  report.took = took_;
  return report;
}

}  // namespace assay::host
