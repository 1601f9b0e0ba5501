#include "host/runtime/replay.hpp"

#include <algorithm>

namespace assay::host {
namespace {

constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;
constexpr std::int64_t kLatest = std::int64_t{1} << 43;  // milliseconds: the year 2248

// The time before which every record of the log lies below `resume`.
struct Search {
  std::int64_t before = 0;        // the first record stamped at or after this lies below `resume`
  std::int64_t behind = kLatest;  // and at or after this it does not
  [[nodiscard]] bool done() const { return behind - before <= 1; }
  [[nodiscard]] std::int64_t middle() const { return before + (behind - before) / 2; }
};

}  // namespace

std::int64_t remembered_span(const core::Blueprint& blueprint) {
  const auto window = blueprint.features ? blueprint.features->longest_window() : 0;
  return std::max(window, blueprint.dedupe_horizon);
}

tl::expected<std::vector<Position>, KafkaError> replay_from(const std::vector<Position>& resume,
                                                            std::int64_t span, std::int64_t skew,
                                                            const OffsetsAt& offsets_at) {
  auto from = resume;
  std::vector<std::size_t> open;  // positions with something before them
  for (std::size_t i = 0; i < resume.size(); ++i) {
    if (resume[i].next.value > 0) open.push_back(i);
  }
  std::vector<Search> searches(resume.size());
  std::vector<Moment> moments;
  while (!open.empty() && !searches[open.front()].done()) {
    moments.clear();
    for (const auto i : open) moments.push_back({resume[i].partition, searches[i].middle()});
    const auto found = offsets_at(moments);
    if (!found) return tl::unexpected(found.error());
    for (std::size_t k = 0; k < open.size(); ++k) {
      auto& search = searches[open[k]];
      const auto& offset = (*found)[k];
      (offset && *offset < resume[open[k]].next ? search.before : search.behind) = search.middle();
    }
  }
  moments.clear();
  const auto reach = (span + skew) / kNanosecondsPerMillisecond;
  for (const auto i : open) {
    moments.push_back({resume[i].partition, std::max<std::int64_t>(searches[i].before - reach, 0)});
  }
  if (open.empty()) return from;
  const auto found = offsets_at(moments);
  if (!found) return tl::unexpected(found.error());
  for (std::size_t k = 0; k < open.size(); ++k) {
    auto& next = from[open[k]].next;
    next = std::min(next, (*found)[k].value_or(next));
  }
  return from;
}

}  // namespace assay::host
