#include "host/produce/retention_guard.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace assay::host {
namespace {

constexpr double usable_share = 0.6;
constexpr double retained_message_sets = 100'000;  // per partition, the mock cluster's other limit

std::string megabytes(double bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", bytes / 1e6);
  return text;
}

std::string whole(double number) { return std::to_string(static_cast<std::uint64_t>(number)); }

}  // namespace

tl::expected<void, std::string> check_retention(const RetentionPlan& plan) {
  if (plan.retained_bytes == 0) return {};
  const auto records = static_cast<double>(plan.records);
  const double needed = records * static_cast<double>(plan.bytes_per_record);
  const double kept_each = static_cast<double>(plan.retained_bytes);
  const double kept = kept_each * plan.partitions;
  if (needed > usable_share * kept) {
    const double count = usable_share * kept / static_cast<double>(plan.bytes_per_record);
    const double partitions = std::ceil(needed / (usable_share * kept_each));
    return tl::unexpected{"the plan of " + std::to_string(plan.records) +
                          " transactions of about " + std::to_string(plan.bytes_per_record) +
                          " bytes needs " + megabytes(needed) + ", but the broker keeps " +
                          megabytes(kept_each) + " in each of " + std::to_string(plan.partitions) +
                          " partitions, and only 60 % of that, " + megabytes(usable_share * kept) +
                          ", is safe; produce at most " + whole(count) + " (--count) or use " +
                          whole(partitions) + " partitions (--partitions)"};
  }
  const double sets = records / std::max(1.0, plan.records_per_batch);
  if (sets > usable_share * retained_message_sets * plan.partitions) {
    return tl::unexpected{
        "the plan of " + std::to_string(plan.records) + " transactions makes about " + whole(sets) +
        " batches, but the broker keeps 100,000 batches in each of " +
        std::to_string(plan.partitions) +
        " partitions, and only 60 % of that is safe; raise --rate or linger.ms, so that a batch "
        "holds more, or lower --count"};
  }
  return {};
}

}  // namespace assay::host
