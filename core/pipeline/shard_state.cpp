// What a partition remembers, on its way into a snapshot and back.
#include "core/pipeline/shard.hpp"

namespace assay::core {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr std::uint32_t kVersion = 1;  // of the order of the parts

}  // namespace

tl::expected<void, std::string> Shard::save(StateSink& sink) const {
  sink.put(kVersion);
  sink.put(newest_);
  duplicates_.save(sink);
  sink.put(static_cast<std::uint8_t>(history_ != nullptr));
  if (history_) history_->save(sink);
  sink.put(static_cast<std::uint8_t>(start_.rules != nullptr));
  return start_.rules ? start_.rules->save(sink) : tl::expected<void, std::string>();
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
  if (!duplicates_.load(source)) return Failure("its ids of transactions are damaged");
  if (!is_there(history_ != nullptr) || (history_ && !history_->load(source))) {
    return Failure("its history is damaged or of other features");
  }
  if (!is_there(start_.rules != nullptr)) return Failure("its rules with state are others");
  if (!start_.rules) return {};
  return start_.rules->load(source);
}

}  // namespace assay::core
