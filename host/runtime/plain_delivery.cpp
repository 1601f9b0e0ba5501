#include "host/runtime/plain_delivery.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace assay::host {

void PlainDelivery::deliver(std::vector<Parcel> parcels, const std::stop_token& stop) {
  bool given = false;
  bool away = false;
  for (auto& parcel : parcels) {
    const auto written = write(parcel, stop);
    if (written == Written::stopped) return;
    away = written == Written::handed_over;
    given = given || !away;
  }
  if (given && !flush(parcels, stop)) return;
  if (given && !away && !parcels.empty()) {
    patience_->succeeded();
    told_ = false;
  }
  for (const auto& parcel : parcels) parcel.acknowledge();
}

struct PlainDelivery::Rest {
  std::vector<bool> again;  // by row
  bool rejected = false;    // some are gone
  bool judged = false;      // something is in trouble, not only left over
  Trouble halt;             // what the guard says
};

std::optional<PlainDelivery::Rest> PlainDelivery::judge(const WriteAnswer& answer, Parcel& parcel,
                                                        Handover& handover,
                                                        const std::stop_token& stop) {
  const auto& block = parcel.block;
  Rest rest;
  rest.again.assign(block.rows(), answer.whole.kind != Trouble::Kind::none);
  const auto reject = [&](std::uint32_t row, const Trouble& why) {
    if (handover.possible()) {
      handover.give(row);
    } else if (rest.halt.kind != Trouble::Kind::none || !rejections_.admit(why, rest.halt)) {
      rest.again[row] = true;
      return true;
    } else if (!rejections_.put(block, row, why, stop)) {
      return false;
    } else {
      ++parcel.delivered.rejected;
    }
    rest.again[row] = false;
    rest.rejected = true;
    return true;
  };
  for (const auto& row : answer.rows) {
    rest.again[row.row] = true;
    if (row.trouble.kind == Trouble::Kind::data) {
      if (!reject(row.row, row.trouble)) return std::nullopt;
    } else if (row.trouble.kind != Trouble::Kind::not_judged) {
      rest.judged = true;
    }
  }
  // A batch of one is as good as the record's name.
  if (answer.whole.kind == Trouble::Kind::data && block.rows() == 1 && !reject(0, answer.whole)) {
    return std::nullopt;
  }
  return rest;
}

PlainDelivery::Written PlainDelivery::write(Parcel& parcel, const std::stop_token& stop) {
  auto& block = parcel.block;
  Handover handover(parcel);
  rejections_.given(block.rows());
  while (block.rows() > 0) {
    // Between two calls an interruption is lost, so a stop is looked for before each.
    if (stop.stop_requested()) return Written::stopped;
    if (clock_->now() >= handed_over_at(parcel, *patience_) && !patience_->due()) {
      handover.give_rest();
      tell_of_handing_over();
      return Written::handed_over;
    }
    const auto answer = call_.write(block.header(), timeout_);
    const auto rest = judge(answer, parcel, handover, stop);
    if (!rest) return Written::stopped;
    const auto given = block.rows();
    handover.keep(rest->again);
    const bool halted = rest->halt.kind != Trouble::Kind::none;
    if (!rest->rejected && !halted && block.rows() < given) rejections_.passed();
    if (block.rows() == 0) break;
    if (halted) {
      if (!patience_->wait(rest->halt, stop)) return Written::stopped;
      continue;
    }
    // What is left was held up by a record that is gone now: again, at once.
    const bool failed = answer.whole.kind != Trouble::Kind::none;
    if (rest->rejected && !failed && !rest->judged) continue;
    auto trouble = answer.cause();
    if (trouble.kind == Trouble::Kind::data) {
      // Somebody has to look: a whole batch is never thrown away.
      trouble.kind = Trouble::Kind::configuration;
      trouble.text = "the sink rejects a batch without naming the record: " + trouble.text;
    }
    patience_->failed(trouble);
    if (!patience_->rest(stop, handed_over_at(parcel, *patience_))) return Written::stopped;
  }
  return Written::all;
}

bool PlainDelivery::flush(std::vector<Parcel>& parcels, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto trouble = call_.flush(timeout_);
    if (trouble.kind == Trouble::Kind::none) return true;
    patience_->failed(trouble);
    do {
      const auto next = hand_over_unconfirmed(parcels);
      if (parcels.empty()) return true;
      if (!patience_->rest(stop, next)) return false;
    } while (!patience_->due());
  }
  return false;
}

Patience::Time PlainDelivery::hand_over_unconfirmed(std::vector<Parcel>& parcels) {
  auto next = Patience::Time::max();
  const auto now = clock_->now();
  std::erase_if(parcels, [&](Parcel& parcel) {
    const auto at = handed_over_at(parcel, *patience_);
    if (now < at || patience_->due()) {
      next = std::min(next, at);
      return false;
    }
    parcel.delivered.handed_over.assign(parcel.delivered.handed_over.size(), true);
    parcel.acknowledge();
    tell_of_handing_over();
    return true;
  });
  return next;
}

void PlainDelivery::tell_of_handing_over() {
  if (std::exchange(told_, true)) return;
  spdlog::warn("sink {} is still away: what steps with a `fallback_after` have for it goes there",
               sink_);
}

}  // namespace assay::host
