// A database with cursors that fails by script: each call takes the next fault, and when the script
// is over everything succeeds. It checks at every commit what a real one cannot: that the cursor
// jumps over no record.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/dead_letter_fakes.hpp"
#include "tests/support/sink_fakes.hpp"

namespace assay::tests {

enum class Fault {
  none,
  transient,         // nothing happened
  configuration,     // nothing happened, and a person is needed
  dies,              // the connection is gone, and with it the transaction
  answer_lost,       // done, but nobody hears of it
  went_back,         // restored from a copy of an earlier moment
  claimed_by_other,  // somebody else takes all cursors, and stores nothing
  count
};

class FakeDatabase final : public FakeSink {
 public:
  using Key = std::pair<std::string, std::int32_t>;  // step, partition
  struct Cursor {
    std::int64_t epoch = 0;
    std::int64_t next = ASSAY_NO_OFFSET;
  };
  struct State {
    std::map<Key, Cursor> cursors;
    std::map<Key, std::multiset<std::int64_t>> rows;
  };
  // Whether a step wants a record at all, and whether the database can take it.
  static bool wanted(const std::string& step, std::int64_t offset) {
    return step == "main.store" || offset % 2 == 0;
  }
  static bool bad(std::int64_t offset) { return offset % 7 == 3 || offset % 7 == 4; }

  explicit FakeDatabase(const MemoryDeadLetters& letters) : letters_(&letters) {}

  std::deque<Fault> script;
  bool judges_all_rows = true;  // or stops at the first bad one
  bool went_back = false;       // ever
  bool was_claimed = false;     // by another, ever
  State state;
  std::map<Key, std::int64_t> highest;  // cursor that was ever durable
  int writes = 0;

  void claim(std::span<assay_cursor> cursors) override {
    const auto fault = next_fault();
    for (auto& cursor : cursors) {
      auto& known = state.cursors[key_of(cursor)];
      ++known.epoch;
      if (known.next == ASSAY_NO_OFFSET) {
        fresh_.insert(key_of(cursor));
      } else {
        fresh_.erase(key_of(cursor));
      }
      cursor.epoch = known.epoch;
      cursor.next_offset = known.next;
    }
    remember();
    if (fault == Fault::answer_lost) throw Failure::transient("08006", "gone");
  }

  void begin(std::span<assay_cursor> cursors) override {
    EXPECT_FALSE(open_) << "a transaction is opened while another one is";
    (void)next_fault();
    bool stands = true;
    for (auto& cursor : cursors) stands = judge(cursor) && stands;
    if (!stands) return;
    open_ = true;
    draft_ = state;
    taken_.clear();
    for (const auto& cursor : cursors) {
      draft_.cursors[key_of(cursor)] = {cursor.epoch, cursor.next_offset};
    }
  }

  void write(const Records& records, Statuses& statuses) override {
    EXPECT_TRUE(open_);
    ++writes;
    const auto fault = next_fault();
    if (fault == Fault::answer_lost) {
      // A row that cannot be taken now; nothing was said of those before it.
      const auto failure = Failure::transient_in_row(records.size() - 1, "55P03", "locked");
      end();
      throw failure;
    }
    const Key key{std::string(records.step()), records.partition()};
    bool refused = false;
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      const auto offset = offset_of(records, row);
      if (bad(offset)) {
        const auto failure = Failure::data_in_row(row, "22P02", "bad value");
        if (!judges_all_rows) {
          end();
          throw failure;
        }
        statuses.set(row, failure);
        refused = true;
        continue;
      }
      draft_.rows[key].insert(offset);
      taken_[key].insert(offset);
    }
    if (refused) end();
  }

  void commit(std::span<assay_cursor> cursors) override {
    EXPECT_TRUE(open_);
    const auto fault = next_fault(cursors);
    expect_no_skip(cursors);
    state = draft_;
    end();
    for (auto& cursor : cursors) {
      fresh_.erase(key_of(cursor));
      auto& known = highest[key_of(cursor)];
      known = std::max(known, cursor.next_offset);
      cursor.answer = fault == Fault::answer_lost ? ASSAY_CURSOR_UNKNOWN : ASSAY_CURSOR_COMMITTED;
    }
    remember();
    if (fault == Fault::answer_lost) throw Failure::transient("08007", "connection lost");
  }

  void abort() override { end(); }

  void position(std::span<assay_cursor> cursors) override {
    (void)next_fault();
    for (auto& cursor : cursors) {
      if (judge(cursor)) {
        cursor.answer = ASSAY_CURSOR_BEHIND;
        cursor.next_offset = cursor.from_offset;
      }
    }
  }

 private:
  static Key key_of(const assay_cursor& cursor) {
    return {std::string(cursor.step.data, cursor.step.size), cursor.partition};
  }
  void end() { open_ = false; }
  void remember() { history_.push_back(state); }

  Fault next_fault(std::span<assay_cursor> committing = {}) {
    if (script.empty()) return Fault::none;
    const auto fault = script.front();
    script.pop_front();
    switch (fault) {
      case Fault::transient:
        end();
        throw Failure::transient("53300", "too busy");
      case Fault::configuration:
        end();
        throw Failure::configuration("42P01", "no such table");
      case Fault::dies:
        end();
        for (auto& cursor : committing) cursor.answer = ASSAY_CURSOR_UNKNOWN;
        throw Failure::transient("08006", "connection lost");
      case Fault::went_back:
        if (!history_.empty()) {
          went_back = true;
          history_.resize(history_.size() / 2 + 1);
          state = history_.back();
        }
        if (open_) {
          end();
          for (auto& cursor : committing) cursor.answer = ASSAY_CURSOR_UNKNOWN;
          throw Failure::transient("57P01", "restarted");
        }
        break;
      case Fault::claimed_by_other:
        if (open_) break;
        was_claimed = true;
        for (auto& [key, cursor] : state.cursors) ++cursor.epoch;
        remember();
        break;
      default:
        break;
    }
    return fault;
  }

  // True where the cursor stands where the transaction begins; else its answer says why not.
  bool judge(assay_cursor& cursor) {
    const auto key = key_of(cursor);
    auto& found = state.cursors[key];
    const bool here = found.next == cursor.from_offset ||
                      (fresh_.count(key) > 0 && found.next == ASSAY_NO_OFFSET);
    cursor.answer = [&]() -> std::uint32_t {
      if (found.epoch > cursor.epoch) return ASSAY_CURSOR_FENCED;
      if (found.epoch < cursor.epoch) {
        found.epoch = cursor.epoch;  // nobody has claimed since
        return ASSAY_CURSOR_BEHIND;
      }
      if (here) return 0;
      if (found.next == cursor.next_offset) return ASSAY_CURSOR_COMMITTED;
      return found.next < cursor.from_offset ? ASSAY_CURSOR_BEHIND : ASSAY_CURSOR_FENCED;
    }();
    if (cursor.answer == ASSAY_CURSOR_BEHIND) cursor.next_offset = found.next;
    return cursor.answer == 0;
  }

  void expect_no_skip(std::span<const assay_cursor> cursors) {
    std::set<std::pair<Key, std::int64_t>> lettered;
    for (const auto& letter : letters_->letters()) {
      lettered.insert({{letter.step, letter.partition.value}, letter.offset.value});
    }
    for (const auto& cursor : cursors) {
      const auto key = key_of(cursor);
      for (auto at = std::max<std::int64_t>(cursor.from_offset, 0); at < cursor.next_offset; ++at) {
        if (!wanted(key.first, at)) continue;
        if (bad(at)) {
          EXPECT_EQ(lettered.count({key, at}), 1U) << "the cursor passes a record that is nowhere";
        } else {
          EXPECT_EQ(taken_[key].count(at), 1U) << key.first << " jumps over offset " << at;
        }
      }
    }
  }

  const MemoryDeadLetters* letters_;
  std::vector<State> history_;
  std::set<Key> fresh_;
  std::map<Key, std::set<std::int64_t>> taken_;
  State draft_;
  bool open_ = false;
};

}  // namespace assay::tests
