#include "host/runtime/outbox_writer.hpp"

#include <algorithm>
#include <deque>

#include "host/outbox/record_text.hpp"
#include "host/runtime/record_numbers.hpp"

namespace assay::host {
namespace {

assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Trouble OutboxWriter::store(const std::vector<Parcel*>& parcels, SinkCall& call,
                            std::int64_t timeout) const {
  std::deque<std::string> texts;  // the records point into them
  std::vector<assay_outbox_record> records;
  for (const auto* parcel : parcels) {
    for (const auto& [step, block] : parcel->deferred) {
      if (block.rows() == 0) continue;
      const auto& header = block.header();
      const auto& sink = *steps_.find(block.text(header.step))->second;
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

void OutboxWriter::committed(const std::vector<Parcel*>& parcels) const {
  const auto has_some = [](const Parcel* parcel) {
    return std::ranges::any_of(parcel->deferred,
                               [](const auto& one) { return one.block.rows() > 0; });
  };
  if (bell_ && std::ranges::any_of(parcels, has_some)) bell_->ring();
}

}  // namespace assay::host
