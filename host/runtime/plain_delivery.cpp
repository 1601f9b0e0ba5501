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
  while (block.rows() > 0) {
    const auto answer = call_.write(block.header(), timeout_);
    auto trouble = answer.whole;
    const auto rejected_before = parcel.rejected;
    std::vector<bool> again(block.rows(), trouble.kind != Trouble::Kind::none);
    for (const auto& row : answer.rows) {
      if (row.trouble.kind == Trouble::Kind::data) {
        if (!rejections_.put(block, row.row, row.trouble, stop)) return false;
        ++parcel.rejected;
      } else {
        again[row.row] = true;
        if (row.trouble.kind != Trouble::Kind::not_judged) trouble = row.trouble;
      }
    }
    if (trouble.kind == Trouble::Kind::data) {
      // The sink says that something in the batch is bad but not what: by ones it comes out.
      if (block.rows() == 1) {
        if (!rejections_.put(block, 0, trouble, stop)) return false;
        ++parcel.rejected;
        again[0] = false;
        trouble = {};
      } else {
        trouble.kind = Trouble::Kind::configuration;
        trouble.text = "the sink rejects a batch without naming the record: " + trouble.text;
      }
    }
    block.keep(again);
    if (block.rows() == 0) break;
    if (trouble.kind == Trouble::Kind::none) {
      // What is left was held up by a record that is gone now: again, at once.
      if (parcel.rejected > rejected_before) continue;
      trouble = {Trouble::Kind::transient, 0, "not judged", "the sink judged no record"};
    }
    if (!patience_->wait(trouble, stop)) return false;
  }
  patience_->succeeded();
  return true;
}

bool PlainDelivery::flush(const std::stop_token& stop) {
  while (true) {
    const auto trouble = call_.flush(timeout_);
    if (trouble.kind == Trouble::Kind::none) return true;
    if (!patience_->wait(trouble, stop)) return false;
  }
}

}  // namespace assay::host
