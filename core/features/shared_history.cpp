#include "core/features/shared_history.hpp"

#include <algorithm>
#include <utility>

#include "core/features/store_factory.hpp"
#include "core/features/store_succession.hpp"

namespace assay::core {
namespace {

StateMark mark_of(std::uint32_t store, std::uint32_t stripe) {
  return store * StripeLock::kStripes + stripe;
}

}  // namespace

SharedHistory::SharedHistory(const FeaturePlan& plan, StripeLock& lock)
    : plan_(&plan),
      lock_(&lock),
      shares_(std::make_unique<std::array<MemoryShare, StripeLock::kStripes>>()),
      stores_(plan.stores().size()) {
  for (std::uint32_t i = 0; i < stores_.size(); ++i) {
    if (!plan.stores()[i].shared) continue;
    for (std::uint32_t stripe = 0; stripe < StripeLock::kStripes; ++stripe) {
      stores_[i].push_back(make_store(plan, i, (*shares_)[stripe]));
    }
  }
}

Progress& SharedHistory::progress(PartitionId partition) {
  const StripeGuard guard(*lock_, StripeLock::kWhole);
  return progress_[partition];
}

std::int64_t SharedHistory::since(std::int64_t time) {
  const StripeGuard guard(*lock_, StripeLock::kWhole);
  if (!since_) since_ = time;
  return *since_;
}

void SharedHistory::limit_bytes(std::size_t bytes) {
  for (auto& share : *shares_) share.limit = bytes / StripeLock::kStripes;
}

void SharedHistory::begin_save(StateSink& front,
                               std::span<StateSink* const, StripeLock::kStripes> stripes) {
  front.put(kHistoryVersion);
  front.put(static_cast<std::uint8_t>(since_.has_value()));
  front.put(since_.value_or(0));
  front.put(static_cast<std::uint32_t>(progress_.size()));
  for (const auto& [partition, progress] : progress_) {
    front.put(partition.value);
    save_progress(front, progress);
  }
  for (std::uint32_t i = 0; i < stores_.size(); ++i) {
    for (std::uint32_t stripe = 0; stripe < stores_[i].size(); ++stripe) {
      save_counted_since(front, *stores_[i][stripe]);
      stores_[i][stripe]->begin_save(front, *stripes[stripe], mark_of(i, stripe));
    }
  }
}

bool SharedHistory::save_some(std::uint32_t stripe, std::size_t& work) {
  return std::ranges::all_of(stores_, [&](const auto& stripes) {
    return stripes.empty() || stripes[stripe]->save_some(work);
  });
}

void SharedHistory::stop_save(std::uint32_t stripe) {
  for (const auto& stripes : stores_) {
    if (!stripes.empty()) stripes[stripe]->stop_save();
  }
}

void SharedHistory::save(StateSink& sink) {
  std::array<StateSink*, StripeLock::kStripes> same{};
  same.fill(&sink);
  begin_save(sink, same);
  for (std::uint32_t stripe = 0; stripe < StripeLock::kStripes; ++stripe) {
    auto all = kAllWork;
    (void)save_some(stripe, all);
  }
  sink.put(kStateEnd);
}

bool SharedHistory::load_item(StateMark mark, StateSource& source) const {
  const auto store = mark / StripeLock::kStripes;
  const auto stripe = mark % StripeLock::kStripes;
  return store < stores_.size() && !stores_[store].empty() &&
         stores_[store][stripe]->load_item(source);
}

bool SharedHistory::load(StateSource& source) {
  SharedHistory read(*plan_, *lock_);
  std::uint32_t version = 0;
  std::uint8_t begun = 0;
  std::int64_t since = 0;
  std::uint32_t partitions = 0;
  if (!source.take(version) || !is_history_version(version) || !source.take(begun) ||
      !source.take(since) || !source.take(partitions)) {
    return false;
  }
  if (begun != 0) read.since_ = since;
  for (std::uint32_t i = 0; i < partitions; ++i) {
    PartitionId partition;
    if (!source.take(partition.value)) return false;
    if (!load_progress(source, version, read.progress_[partition])) return false;
  }
  const auto all = [&](auto&& is) {
    return std::ranges::all_of(
        read.stores_, [&](const auto& stripes) { return std::ranges::all_of(stripes, is); });
  };
  if (!all([&](const auto& store) {
        return load_counted_since(source, version, *store) && store->begin_load(source);
      })) {
    return false;
  }
  for (StateMark mark = 0;;) {
    if (!source.take(mark)) return false;
    if (mark == kStateEnd) break;
    if (!read.load_item(mark, source)) return false;
  }
  if (!all([](const auto& store) { return store->end_load(); })) return false;
  for (std::size_t i = 0; i < shares_->size(); ++i) (*read.shares_)[i].limit = (*shares_)[i].limit;
  *this = std::move(read);
  return true;
}

void SharedHistory::succeed(const FeaturePlan& next) {
  for (std::uint32_t stripe = 0; stripe < StripeLock::kStripes; ++stripe) stop_save(stripe);
  // Nobody has counted what came meanwhile, nor moved these.
  if (std::ranges::none_of(plan_->stores(), &StorePlan::shared)) {
    progress_.clear();
    since_.reset();
  }
  auto newest = HistoryStore::kAlways;
  for (const auto& [partition, progress] : progress_) newest = std::max(newest, progress.newest);
  std::vector<std::vector<std::unique_ptr<HistoryStore>>> made(next.stores().size());
  for (std::uint32_t i = 0; i < made.size(); ++i) {
    if (!next.stores()[i].shared) continue;
    const auto origin = origin_of(*plan_, next, i);
    for (std::uint32_t stripe = 0; stripe < StripeLock::kStripes; ++stripe) {
      auto elder = origin.store ? std::move(stores_[*origin.store][stripe]) : nullptr;
      made[i].push_back(
          succeed_store(std::move(elder), origin, next, i, (*shares_)[stripe], newest));
    }
  }
  stores_ = std::move(made);
  plan_ = &next;
  for (std::uint32_t stripe = 0; stripe < StripeLock::kStripes; ++stripe) {
    auto& used = (*shares_)[stripe].used = 0;
    for (const auto& stripes : stores_) used += stripes.empty() ? 0 : stripes[stripe]->bytes();
  }
}

std::size_t SharedHistory::keys() const {
  std::size_t all = 0;
  for (const auto& stripes : stores_) {
    for (const auto& store : stripes) all += store->keys();
  }
  return all;
}

std::size_t SharedHistory::bytes() const {
  std::size_t all = 0;
  for (const auto& stripes : stores_) {
    for (const auto& store : stripes) all += store->bytes();
  }
  return all;
}

}  // namespace assay::core
