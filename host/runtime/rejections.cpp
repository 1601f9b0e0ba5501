#include "host/runtime/rejections.hpp"

#include <bit>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>

#include "core/decode/card_token.hpp"
#include "core/decode/json_text.hpp"
#include "core/model/words.hpp"
#include "host/runtime/record_numbers.hpp"

namespace assay::host {
namespace {

template <class T>
T load(const std::byte* cell) {
  T value;
  std::memcpy(&value, cell, sizeof value);
  return value;
}

// The fields that the sink bound, as our own JSON: the card is a token here.
std::string json_of(const core::RecordBlock& block, std::uint32_t row,
                    const std::vector<std::string>& names,
                    const std::vector<core::FieldType>& types) {
  std::string json = "{";
  for (std::uint32_t column = 0; column < names.size(); ++column) {
    if (!block.has(column, row)) continue;
    if (json.size() > 1) json += ',';
    core::append_json_text(json, names[column]);
    json += ':';
    const auto* cell = block.cell(column, row);
    switch (types[column]) {
      case core::FieldType::text:
        core::append_json_text(json, block.text(load<assay_cell>(cell)));
        break;
      case core::FieldType::token:
        core::append_json_text(json, core::format_token(load<assay_token>(cell)));
        break;
      case core::FieldType::int64:
      case core::FieldType::boolean:
        core::append_value(json, types[column], load<std::int64_t>(cell));
        break;
      default: {
        std::string value;
        core::append_value(value, types[column], load<std::int64_t>(cell));
        core::append_json_text(json, value);
      }
    }
  }
  return json + "}";
}

}  // namespace

bool Rejections::put(const core::RecordBlock& block, std::uint32_t row, const Trouble& why,
                     const std::stop_token& stop) {
  const auto& header = block.header();
  const auto& names = sink_->column_names(header.kind);
  DeadLetter letter;
  letter.topic = block.text(header.topic);
  letter.partition = {header.partition};
  letter.offset = {number_in(block, row, "record_offset", names, header.first_offset)};
  letter.timestamp = number_in(block, row, "record_time", names, 0);
  letter.stage = DeadLetter::Stage::sink;
  letter.error_class = "data";
  letter.code = why.code;
  letter.words = why.text;
  letter.step = block.text(header.step);
  if (const auto& judged = block.configuration()) letter.config_hash = judged->hash;
  letter.first_at = clock_->wall();
  letter.value = json_of(block, row, names, sink_->column_types(header.kind));

  // The acknowledgement may come after we have stopped waiting for it, so it owns what it touches.
  struct Wait {
    std::mutex mutex;
    std::condition_variable_any arrived;
    bool durable = false;
  };
  const auto wait = std::make_shared<Wait>();
  dead_letters_->send(std::move(letter), [wait] {
    {
      const std::lock_guard lock(wait->mutex);
      wait->durable = true;
    }
    wait->arrived.notify_all();
  });
  std::unique_lock lock(wait->mutex);
  return clock_->wait(lock, wait->arrived, stop, [&] { return wait->durable; });
}

}  // namespace assay::host
