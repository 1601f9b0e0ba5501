// What a partition remembers, on its way into a snapshot and back.
#include <utility>

#include "core/pipeline/shard.hpp"

namespace assay::core {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr std::uint32_t kVersion = 2;  // of the order of the parts

}  // namespace

tl::expected<void, std::string> Shard::begin_save(StateSink& sink) {
  stop_save();
  sink.put(kVersion);
  sink.put(newest_);
  sink.put(static_cast<std::uint8_t>(start_.rules != nullptr));
  if (start_.rules) {
    if (auto saved = start_.rules->save(sink); !saved) return saved;
  }
  duplicates_.begin_save(sink);
  sink.put(static_cast<std::uint8_t>(history_ != nullptr));
  if (history_) history_->begin_save(sink);
  saving_ = &sink;
  return {};
}

bool Shard::save_some(std::size_t work) {
  if (!duplicates_.save_some(work) || (history_ && !history_->save_some(work))) return false;
  if (saving_ != nullptr) std::exchange(saving_, nullptr)->put(kStateEnd);
  return true;
}

void Shard::stop_save() {
  saving_ = nullptr;
  duplicates_.stop_save();
  if (history_) history_->stop_save();
}

tl::expected<void, std::string> Shard::load(StateSource& source) {
  const auto is_there = [&](bool wanted) {
    std::uint8_t there = 0;
    return source.take(there) && (there != 0) == wanted;
  };
  std::uint32_t version = 0;
  if (!source.take(version) || version != kVersion || !source.take(newest_)) {
    return Failure("its parts stand in another order");
  }
  if (!is_there(start_.rules != nullptr)) return Failure("its rules with state are others");
  if (start_.rules) {
    if (auto loaded = start_.rules->load(source); !loaded) return loaded;
  }
  const Failure ids("its ids of transactions are damaged");
  const Failure history("its history is damaged or of other features");
  if (!duplicates_.begin_load(source)) return ids;
  if (!is_there(history_ != nullptr) || (history_ && !history_->begin_load(source))) return history;
  for (StateMark mark = 0;;) {
    if (!source.take(mark)) return Failure("it is cut off");
    if (mark == kStateEnd) break;
    if (mark == kStateIds) {
      if (!duplicates_.load_item(source)) return ids;
    } else if (!history_ || !history_->load_item(mark, source)) {
      return history;
    }
  }
  if (history_ && !history_->end_load()) return history;
  return {};
}

}  // namespace assay::core
