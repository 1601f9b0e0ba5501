#include "host/runtime/transactional_delivery.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/sinks/record_join.hpp"

namespace assay::host {
namespace {

assay_text to_c(const std::string& text) { return {text.data(), text.size()}; }

bool unknown(const assay_cursor& cursor) { return cursor.answer == ASSAY_CURSOR_UNKNOWN; }

}  // namespace

void TransactionalDelivery::claim(const ClaimOrder& order, const Stream& stream,
                                  const std::stop_token& stop) {
  std::vector<assay_cursor> cursors;
  for (const auto step : order.steps) {
    for (const auto partition : order.partitions) {
      assay_cursor cursor{};
      cursor.group = to_c(stream.group);
      cursor.step = to_c(stream.steps[step]);
      cursor.topic = to_c(stream.topic);
      cursor.cluster = to_c(stream.cluster);
      cursor.partition = partition.value;
      cursor.from_offset = ASSAY_NO_OFFSET;
      cursor.next_offset = ASSAY_NO_OFFSET;
      cursors.push_back(cursor);
    }
  }
  while (!stop.stop_requested()) {
    if (order.withdrawn && *order.withdrawn) return;
    const auto trouble = call_.claim(cursors, timeout_);
    if (trouble.kind == Trouble::Kind::none) break;
    if (!patience_->wait(trouble, stop)) return;
  }
  if (stop.stop_requested()) return;
  patience_->succeeded();

  Claimed claimed{order.epoch, {}};
  auto at = cursors.begin();
  for (const auto step : order.steps) {
    for (const auto partition : order.partitions) {
      owned_[{order.sender, step, partition.value}] = {order.epoch, at->epoch, at->next_offset,
                                                       &stream};
      claimed.cursors.push_back({step, partition,
                                 at->next_offset == ASSAY_NO_OFFSET
                                     ? std::nullopt
                                     : std::optional<core::Offset>(core::Offset{at->next_offset})});
      ++at;
    }
  }
  order.sender->put(std::move(claimed));
}

std::vector<TransactionalDelivery::Group> TransactionalDelivery::grouped(
    std::vector<Parcel>& parcels) const {
  std::vector<Group> groups;
  for (auto& parcel : parcels) {
    const Key key{parcel.sender, parcel.step, parcel.partition.value};
    const auto owned = owned_.find(key);
    // Meant for an assignment that is over: its worker has forgotten it, and will read it again.
    if (owned == owned_.end() || owned->second.epoch != parcel.epoch) continue;
    const auto known = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& group) { return group.key == key; });
    if (known != groups.end()) {
      known->parcels.push_back(&parcel);
    } else {
      groups.push_back({key, {&parcel}, {}});
    }
  }
  return groups;
}

assay_cursor TransactionalDelivery::cursor_of(const Group& group) const {
  const auto& owned = owned_.at(group.key);
  assay_cursor cursor{};
  cursor.group = to_c(owned.stream->group);
  cursor.step = to_c(owned.stream->steps[group.key.step]);
  cursor.topic = to_c(owned.stream->topic);
  cursor.cluster = to_c(owned.stream->cluster);
  cursor.partition = group.key.partition;
  cursor.epoch = owned.database_epoch;
  cursor.from_offset = owned.stands_at;
  cursor.next_offset = group.parcels.back()->block.next().value;
  return cursor;
}

void TransactionalDelivery::deliver(std::vector<Parcel> parcels, const std::stop_token& stop) {
  auto groups = grouped(parcels);
  outbox_.begin_delivery();
  for (const auto& group : groups) {
    for (const auto* parcel : group.parcels) rejections_.given(parcel->block.rows());
  }
  while (!groups.empty() && !stop.stop_requested()) {
    if (const auto full = obstacle(groups); full.kind != Trouble::Kind::none) {
      if (!patience_->wait(full, stop)) return;
      continue;
    }
    std::vector<assay_cursor> cursors;
    cursors.reserve(groups.size());
    for (const auto& group : groups) cursors.push_back(cursor_of(group));
    const auto before = groups.size();

    auto trouble = call_.begin(cursors, timeout_);
    if (trouble.kind == Trouble::Kind::none &&
        std::any_of(cursors.begin(), cursors.end(),
                    [](const assay_cursor& cursor) { return cursor.answer != 0; })) {
      // Some cursor does not stand where we left it; no transaction was opened.
      settle(groups, cursors);
      if (groups.size() < before) continue;
      trouble = {Trouble::Kind::transient, 0, "cursor", "the sink opened no transaction"};
    } else if (trouble.kind == Trouble::Kind::none && write_rows(groups, trouble, stop)) {
      trouble = call_.commit(cursors, timeout_);
      if (trouble.kind == Trouble::Kind::none ||
          std::any_of(cursors.begin(), cursors.end(), unknown)) {
        if (!look_up(cursors, stop)) return;
        settle(groups, cursors);
        if (groups.size() < before) {
          patience_->succeeded();
          continue;
        }
        // Nothing was stored. A commit that fails each time must not be tried in a tight loop.
        if (trouble.kind == Trouble::Kind::none) {
          trouble = {Trouble::Kind::transient, 0, "cursor", "the sink's commit moved no cursor"};
        }
      }
    }
    call_.abort();
    // A row became a dead letter: the same transaction again without it, at once.
    if (trouble.kind == Trouble::Kind::none) continue;
    if (!patience_->wait(trouble, stop)) return;
  }
}

Trouble TransactionalDelivery::obstacle(const std::vector<Group>& groups) const {
  for (const auto& group : groups) {
    if (auto full = outbox_.full(group.parcels); full.kind != Trouble::Kind::none) return full;
  }
  return {};
}

const core::RecordBlock* TransactionalDelivery::block_of(Group& group) const {
  std::vector<const core::RecordBlock*> blocks;
  for (const auto* parcel : group.parcels) {
    if (parcel->block.rows() > 0) blocks.push_back(&parcel->block);
  }
  if (blocks.size() < 2) return blocks.empty() ? nullptr : blocks.front();
  if (!group.joined) {
    group.joined = core::join(blocks, sink_->column_types(blocks.front()->header().kind));
  }
  return &group.joined;
}

// A record that can never be stored leaves its parcel, and its group is joined anew.
bool TransactionalDelivery::reject(Group& group, std::uint32_t row, const Trouble& why,
                                   const std::stop_token& stop) {
  for (auto* parcel : group.parcels) {
    if (row >= parcel->block.rows()) {
      row -= parcel->block.rows();
      continue;
    }
    if (!rejections_.put(parcel->block, row, why, stop)) return false;
    std::vector<bool> wanted(parcel->block.rows(), true);
    wanted[row] = false;
    parcel->block.keep(wanted);
    ++parcel->delivered.rejected;
    group.joined = {};
    return true;
  }
  return false;
}

bool TransactionalDelivery::write_rows(std::vector<Group>& groups, Trouble& trouble,
                                       const std::stop_token& stop) {
  for (auto& group : groups) {
    const auto* block = block_of(group);
    const auto answer = block ? call_.write(block->header(), timeout_) : WriteAnswer();
    if (answer.whole.kind == Trouble::Kind::none && answer.rows.empty()) {
      trouble = outbox_.store(group.parcels, call_, timeout_);
      if (trouble.kind != Trouble::Kind::none) return false;
      continue;
    }
    const auto bad = std::find_if(
        answer.rows.begin(), answer.rows.end(),
        [](const WriteAnswer::Row& row) { return row.trouble.kind == Trouble::Kind::data; });
    if (bad != answer.rows.end()) {
      call_.abort();  // before the wait for the dead letter: no locks are held meanwhile
      if (!rejections_.admit(bad->trouble, trouble)) return false;
      if (!reject(group, bad->row, bad->trouble, stop) && !stop.stop_requested()) {
        trouble = {Trouble::Kind::configuration, 0, bad->trouble.code,
                   "the sink rejects a record that it was not given: " + bad->trouble.text};
      }
      return false;
    }
    trouble = answer.cause();
    if (trouble.kind == Trouble::Kind::data) {
      // Somebody has to look: a whole batch is never thrown away.
      trouble.kind = Trouble::Kind::configuration;
      trouble.text = "the sink rejects a batch without naming the record: " + trouble.text;
    }
    return false;
  }
  return true;
}

bool TransactionalDelivery::look_up(std::vector<assay_cursor>& cursors,
                                    const std::stop_token& stop) {
  while (std::any_of(cursors.begin(), cursors.end(), unknown)) {
    auto trouble = call_.position(cursors, timeout_);
    if (trouble.kind == Trouble::Kind::none) {
      if (std::none_of(cursors.begin(), cursors.end(), unknown)) break;
      trouble = {Trouble::Kind::transient, 0, "cursor", "the sink does not tell its position"};
    }
    if (!patience_->wait(trouble, stop)) return false;
  }
  return true;
}

void TransactionalDelivery::settle(std::vector<Group>& groups,
                                   const std::vector<assay_cursor>& cursors) {
  std::vector<Group> left;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto& group = groups[i];
    const auto& cursor = cursors[i];
    auto& owned = owned_.at(group.key);
    const auto moved = [&](CursorMoved::Why why) {
      group.parcels.front()->sender->put(
          CursorMoved{why, {group.key.partition}, group.parcels.front()->epoch});
      owned_.erase(group.key);
    };
    if (cursor.answer == ASSAY_CURSOR_COMMITTED) {
      owned.stands_at = group.parcels.back()->block.next().value;
      outbox_.committed(group.parcels);
      for (const auto* parcel : group.parcels) {
        if (parcel->block.rows() > 0) rejections_.passed();
        parcel->acknowledge();
      }
    } else if (cursor.answer == ASSAY_CURSOR_FENCED) {
      spdlog::warn(
          "partition {}: another owner has taken the cursor of {}; what was not stored "
          "is dropped here and read by its owner",
          group.key.partition, owned.stream->steps[group.key.step]);
      moved(CursorMoved::Why::fenced);
    } else if (cursor.answer == ASSAY_CURSOR_BEHIND && cursor.next_offset != owned.stands_at) {
      spdlog::warn(
          "partition {}: the database went back to offset {} of {} (we stood at {}); "
          "reading again from there",
          group.key.partition, cursor.next_offset, owned.stream->steps[group.key.step],
          owned.stands_at);
      moved(CursorMoved::Why::database_behind);
    } else {
      left.push_back(std::move(group));  // not committed, still ours: once more
    }
  }
  groups = std::move(left);
}

}  // namespace assay::host
