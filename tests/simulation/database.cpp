#include "tests/simulation/database.hpp"

#include <algorithm>

namespace assay::simulation {
namespace {

constexpr std::chrono::milliseconds kLockTimeout{500};

Database::Key key_of(const assay_cursor& cursor) {
  return {std::string(cursor.step.data, cursor.step.size), cursor.partition};
}

}  // namespace

bool Database::finished(const std::string& step) const {
  int there = 0;
  for (const auto& [key, cursor] : cursors_) {
    if (key.first == step && cursor.next == kLogEnd) ++there;
  }
  return there == kPartitions && left_behind_.empty();
}

void Database::apply(const Transaction& transaction) {
  for (const auto& [step, place] : transaction.rows) ledger_->taken(step, place);
  for (const auto& [key, cursor] : transaction.cursors) {
    chance_->note("stored", {key.second, cursor.next});
    cursors_[key] = cursor;
    const auto step = std::ranges::find(*steps_, key.first, &core::Step::id);
    ledger_->expect_done(*step, key.second, cursor.next);
  }
}

void Database::unlock(Owner owner) {
  std::erase_if(locks_, [&](const auto& one) { return one.second == owner; });
}

void Database::notice() {
  for (const auto& one : left_behind_) {
    if (one.may_commit && chance_->coin()) apply(one.transaction);
    unlock(one.owner);
  }
  left_behind_.clear();
}

void Database::back_up() {
  const auto known = std::ranges::count_if(
      cursors_, [](const auto& one) { return one.second.next != ASSAY_NO_OFFSET; });
  if (known != kPartitions) return;
  copy_.emplace(Copy{cursors_, {}});
  for (const auto& [key, cursor] : cursors_) copy_->taken[key.first] = ledger_->taken_by(key.first);
}

bool Database::restore() {
  if (!copy_) return false;
  ++restores_;
  cursors_ = copy_->cursors;
  for (const auto& [step, taken] : copy_->taken) ledger_->restored(step, taken);
  locks_.clear();
  left_behind_.clear();
  chance_->note("restored", {restores_});
  return true;
}

// A connection to the server as it was is gone, and its transaction with it.
void DatabaseSink::survive_restore() {
  if (restores_ == database_->restores_) return;
  restores_ = database_->restores_;
  open_.reset();
  committing_ = false;
  owner_ = ++database_->owners_;
  throw Failure::transient("57P01", "the server was shut down");
}

void DatabaseSink::meet_fault() {
  auto& chance = *database_->chance_;
  database_->fibers_->step();
  survive_restore();
  if (database_->away() || chance.fault(40)) {
    cut();
    throw Failure::transient("08006", "connection lost");
  }
  if (chance.fault(60)) {
    abort();
    throw Failure::transient("53300", "too busy");
  }
  if (chance.fault(80)) {
    abort();
    throw Failure::configuration("42501", "permission denied");
  }
}

// Nobody tells the server.
void DatabaseSink::cut() {
  if (open_ && restores_ == database_->restores_) {
    database_->left_behind_.push_back({owner_, std::move(*open_), committing_});
  } else {
    database_->unlock(owner_);
  }
  owner_ = ++database_->owners_;
  open_.reset();
  committing_ = false;
}

void DatabaseSink::lock(const Database::Key& key) {
  auto& locks = database_->locks_;
  const auto free = [&] {
    const auto found = locks.find(key);
    return found == locks.end() || found->second == owner_;
  };
  auto& fibers = *database_->fibers_;
  fibers.wait(fibers.now() + kLockTimeout, free);
  survive_restore();
  if (!free()) {
    abort();
    throw Failure::transient("55P03", "lock timeout");
  }
  locks[key] = owner_;
}

void DatabaseSink::claim(std::span<assay_cursor> cursors) {
  meet_fault();
  for (auto& cursor : cursors) lock(key_of(cursor));
  for (auto& cursor : cursors) {
    auto& known = database_->cursors_[key_of(cursor)];
    cursor.epoch = ++known.epoch;
    cursor.next_offset = known.next;
    fresh_.claimed(cursor);
    database_->chance_->note("claim", {cursor.partition, cursor.epoch, cursor.next_offset});
  }
  database_->unlock(owner_);
  database_->fibers_->step();
  if (database_->chance_->fault(20)) throw Failure::transient("08006", "the answer was lost");
}

// Leaves 0 where a cursor stands at (epoch, from_offset).
void DatabaseSink::judge(std::span<assay_cursor> cursors) {
  for (auto& cursor : cursors) {
    cursor.answer = 0;
    auto& known = database_->cursors_[key_of(cursor)];
    if (sql::judge(cursor, {known.epoch, known.next}, fresh_.contains(cursor))) {
      known.epoch = cursor.epoch;
    }
  }
}

void DatabaseSink::begin(std::span<assay_cursor> cursors) {
  EXPECT_FALSE(open_) << "a transaction is opened while another one is";
  meet_fault();
  for (const auto& cursor : cursors) lock(key_of(cursor));
  judge(cursors);
  if (std::ranges::any_of(cursors, [](const auto& one) { return one.answer != 0; })) {
    return database_->unlock(owner_);
  }
  open_.emplace();
  for (const auto& cursor : cursors) {
    open_->cursors[key_of(cursor)] = {cursor.epoch, cursor.next_offset};
  }
}

void DatabaseSink::write(const Records& records, Statuses& statuses) {
  EXPECT_TRUE(open_);
  meet_fault();
  bool refused = false;
  for (std::uint32_t row = 0; row < records.size(); ++row) {
    const auto offset = tests::offset_of(records, row);
    if (!Ledger::acceptable(offset)) {
      statuses.set(row, Failure::data_in_row(row, "22P02", "bad value"));
      refused = true;
      continue;
    }
    open_->rows.emplace_back(std::string(records.step()), Place{records.partition(), offset});
  }
  if (refused) abort();
}

void DatabaseSink::commit(std::span<assay_cursor> cursors) {
  EXPECT_TRUE(open_);
  meet_fault();
  committing_ = true;
  database_->fibers_->step();  // the server has it, or not
  for (auto& cursor : cursors) cursor.answer = ASSAY_CURSOR_UNKNOWN;
  survive_restore();
  auto& chance = *database_->chance_;
  if (chance.fault(12)) {
    // Not a word came back: it may have been done, be done later, or never.
    const bool done = chance.coin();
    if (done) {
      database_->apply(*open_);
      database_->unlock(owner_);
      open_.reset();
    }
    cut();
    throw Failure::transient("08007", "connection lost in COMMIT");
  }
  database_->apply(*open_);
  open_.reset();
  committing_ = false;
  database_->unlock(owner_);
  for (auto& cursor : cursors) {
    fresh_.committed(cursor);
    cursor.answer = ASSAY_CURSOR_COMMITTED;
  }
  database_->fibers_->step();
}

void DatabaseSink::abort() {
  open_.reset();
  committing_ = false;
  database_->unlock(owner_);
}

void DatabaseSink::position(std::span<assay_cursor> cursors) {
  meet_fault();
  judge(cursors);
  sql::resolve(cursors);
  for (const auto& cursor : cursors) {
    if (cursor.answer == ASSAY_CURSOR_COMMITTED) fresh_.committed(cursor);
  }
}

}  // namespace assay::simulation
