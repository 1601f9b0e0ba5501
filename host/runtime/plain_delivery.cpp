#include "host/runtime/plain_delivery.hpp"

namespace assay::host {

void PlainDelivery::deliver(std::vector<Parcel> parcels, const std::stop_token& stop) {
  for (auto& parcel : parcels) {
    if (!write(parcel, stop)) return;
  }
  if (!flush(stop)) return;
  for (const auto& parcel : parcels) parcel.acknowledge();
}

bool PlainDelivery::write(Parcel& parcel, const std::stop_token& stop) {
  auto& block = parcel.block;
  rejections_.given(block.rows());
  while (block.rows() > 0) {
    // Between two calls an interruption is lost, so a stop is looked for before each.
    if (stop.stop_requested()) return false;
    const auto answer = call_.write(block.header(), timeout_);
    const bool failed = answer.whole.kind != Trouble::Kind::none;
    std::vector<bool> again(block.rows(), failed);
    bool rejected = false;
    Trouble halt;
    const auto reject = [&](std::uint32_t row, const Trouble& why) {
      if (halt.kind != Trouble::Kind::none || !rejections_.admit(why, halt)) {
        again[row] = true;
        return true;
      }
      again[row] = false;
      rejected = true;
      ++parcel.rejected;
      return rejections_.put(block, row, why, stop);
    };
    bool judged = false;  // that something is in trouble, not only left over
    for (const auto& row : answer.rows) {
      again[row.row] = true;
      if (row.trouble.kind == Trouble::Kind::data) {
        if (!reject(row.row, row.trouble)) return false;
      } else if (row.trouble.kind != Trouble::Kind::not_judged) {
        judged = true;
      }
    }
    // A batch of one is as good as the record's name.
    if (answer.whole.kind == Trouble::Kind::data && block.rows() == 1 && !reject(0, answer.whole)) {
      return false;
    }
    const auto given = block.rows();
    block.keep(again);
    if (!rejected && halt.kind == Trouble::Kind::none && block.rows() < given) rejections_.passed();
    if (block.rows() == 0) break;
    if (halt.kind != Trouble::Kind::none) {
      if (!patience_->wait(halt, stop)) return false;
      continue;
    }
    // What is left was held up by a record that is gone now: again, at once.
    if (rejected && !failed && !judged) continue;
    auto trouble = answer.cause();
    if (trouble.kind == Trouble::Kind::data) {
      // Somebody has to look: a whole batch is never thrown away.
      trouble.kind = Trouble::Kind::configuration;
      trouble.text = "the sink rejects a batch without naming the record: " + trouble.text;
    }
    if (!patience_->wait(trouble, stop)) return false;
  }
  return true;
}

bool PlainDelivery::flush(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto trouble = call_.flush(timeout_);
    if (trouble.kind == Trouble::Kind::none) {
      patience_->succeeded();
      return true;
    }
    if (!patience_->wait(trouble, stop)) return false;
  }
  return false;
}

}  // namespace assay::host
