#include "host/runtime/outbox_writer.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <deque>

#include "host/outbox/record_text.hpp"
#include "host/runtime/record_numbers.hpp"

namespace assay::host {
namespace {

assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

const OutboxWriter::Deferred& OutboxWriter::step_of(const core::RecordBlock& block) const {
  return steps_.find(block.text(block.header().step))->second;
}

Trouble OutboxWriter::full(const std::vector<Parcel*>& parcels) const {
  for (const auto* parcel : parcels) {
    for (const auto& [step, block] : parcel->deferred) {
      if (block.rows() == 0) continue;
      const auto& level = *step_of(block).level;
      if (!level.full()) continue;
      return {Trouble::Kind::transient, 0, "outbox_full",
              fmt::format("the outbox of {} is full: {} bytes wait there, outbox.max is {}",
                          block.text(block.header().step), level.bytes(), level.most())};
    }
  }
  return {};
}

Trouble OutboxWriter::store(const std::vector<Parcel*>& parcels, SinkCall& call,
                            std::int64_t timeout) {
  std::deque<std::string> texts;  // the records point into them
  std::vector<assay_outbox_record> records;
  for (const auto* parcel : parcels) {
    auto& stored = stored_[parcel];
    stored.clear();
    for (const auto& [step, block] : parcel->deferred) {
      if (block.rows() == 0) continue;
      const auto& header = block.header();
      const auto& deferred = step_of(block);
      const auto& sink = *deferred.sink;
      const auto& names = sink.column_names(header.kind);
      const BoundColumns columns{&names, &sink.column_types(header.kind)};
      for (std::uint32_t row = 0; row < block.rows(); ++row) {
        texts.push_back(record_text(block, row, columns));
        assay_outbox_record record{};
        record.group = to_c(block.text(header.group));
        record.step = to_c(block.text(header.step));
        record.topic = to_c(block.text(header.topic));
        record.partition = header.partition;
        record.record_offset = number_in(block, row, "record_offset", names, header.first_offset);
        record.record = to_c(texts.back());
        stored[deferred.level] += texts.back().size();
        records.push_back(record);
      }
    }
  }
  if (records.empty()) return {};
  auto trouble = call.store(records, timeout);
  if (trouble.kind == Trouble::Kind::data) {
    // No record of ours is bad for an outbox, which does not look into it: somebody has to look.
    trouble.kind = Trouble::Kind::configuration;
    trouble.text = "the outbox rejects a record: " + trouble.text;
  }
  return trouble;
}

void OutboxWriter::committed(const std::vector<Parcel*>& parcels) {
  for (const auto* parcel : parcels) {
    const auto found = stored_.find(parcel);
    if (found == stored_.end()) continue;
    for (const auto& [level, bytes] : found->second) level->stored(bytes);
    stored_.erase(found);
  }
  const auto has_some = [](const Parcel* parcel) {
    return std::ranges::any_of(parcel->deferred,
                               [](const auto& one) { return one.block.rows() > 0; });
  };
  if (bell_ && std::ranges::any_of(parcels, has_some)) bell_->ring();
}

}  // namespace assay::host
