#include "host/runtime/shared_state.hpp"

#include <array>
#include <utility>

#include "core/model/state_item.hpp"

namespace assay::host {
namespace {

using core::StripeGuard;
using core::StripeLock;

}  // namespace

tl::expected<void, std::string> SharedState::begin_save(core::StateSink& sink) {
  entrance_.lead_to(sink);
  std::array<core::StateSink*, StripeLock::kStripes> stripes{};
  stripes.fill(&entrance_);
  history_->begin_save(sink, stripes);
  saving_ = true;
  stripe_ = 0;
  return {};
}

bool SharedState::save_some(std::size_t work) {
  for (; stripe_ < StripeLock::kStripes; ++stripe_) {
    const StripeGuard guard(history_->lock(), stripe_);
    if (!history_->save_some(stripe_, work)) return false;
  }
  // No stripe writes any more: none has a key that waits.
  if (std::exchange(saving_, false)) entrance_.put(core::kStateEnd);
  return true;
}

void SharedState::stop_save() {
  for (std::uint32_t stripe = 0; stripe < StripeLock::kStripes; ++stripe) {
    const StripeGuard guard(history_->lock(), stripe);
    history_->stop_save(stripe);
  }
  saving_ = false;
  stripe_ = 0;
}

}  // namespace assay::host
