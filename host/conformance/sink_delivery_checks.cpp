#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "host/conformance/checked_sink.hpp"
#include "host/conformance/sink_checks.hpp"

namespace assay::host::sink_check {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kRows = 64;
constexpr std::size_t kLargest = 5000;  // of a batch, unless a deployment says otherwise
constexpr seconds kTimeout{5};
constexpr milliseconds kShort{200};
// How late a call may come back: a busy machine is no fault of the plugin's.
constexpr seconds kGrace{2};

// Makes a sink and an instance, and hands both to the check.
template <class Body>
Judgement with_instance(const Candidate& candidate, Body body) {
  CheckedSink sink(candidate);
  auto instance = sink.make();
  auto result = body(sink, instance);
  sink.destroy(instance);
  sink.close();
  return result;
}

// Writes such rows of each kind of record; answers what became of the first.
template <class Rows>
Judgement write_each(const Candidate& candidate, Rows make) {
  return with_instance(candidate, [&](CheckedSink& sink, CheckedSink::Instance& instance) {
    std::string seen;
    for (const auto& [kind, columns] : instance.columns) {
      const auto rows = make(SampleRows(columns, candidate.seed));
      const auto answers =
          sink.write(instance, kind, rows, kTimeout, {BlockShape::Order::by_row, 0xdd, 0});
      seen = answers.empty() ? "no record, no status" : words(answers.front());
    }
    return passed(seen);
  });
}

// Throws Broken where it took longer than it may.
template <class Call>
void in_time(const char* what, milliseconds timeout, Call call) {
  const auto start = Clock::now();
  (void)call();
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
  if (took <= timeout + kGrace) return;
  throw Broken{std::string("`") + what + "` took " + std::to_string(took.count()) + " ms of the " +
                   std::to_string(timeout.count()) + " that it was given",
               "`timeout` is from the call on, in nanoseconds: give your peer no longer"};
}

}  // namespace

Judgement health(const Candidate& candidate) {
  return with_instance(candidate, [](CheckedSink& sink, CheckedSink::Instance& instance) {
    const auto answer = sink.health(instance, kTimeout);
    return passed(answer.outcome == ASSAY_DELIVERED ? "it is there" : words(answer));
  });
}

Judgement empty_batch(const Candidate& candidate) {
  return write_each(candidate, [](const SampleRows&) { return std::vector<SampleRow>{}; });
}

Judgement largest_batch(const Candidate& candidate) {
  return write_each(candidate, [](const SampleRows& samples) { return samples.make(0, kLargest); });
}

Judgement extreme_values(const Candidate& candidate) {
  return write_each(candidate, [](const SampleRows& samples) { return samples.extremes(); });
}

Judgement absent_values(const Candidate& candidate) {
  return write_each(candidate, [](const SampleRows& samples) { return samples.absent(kRows); });
}

Judgement statuses(const Candidate& candidate) {
  return with_instance(candidate, [&](CheckedSink& sink, CheckedSink::Instance& instance) {
    std::array<std::size_t, 3> counts{};
    std::string why;
    for (const auto& [kind, columns] : instance.columns) {
      const auto rows = SampleRows(columns, candidate.seed).make(0, kRows);
      // As in the engine: made on one thread, called on the sink's own.
      const auto answers = std::async(std::launch::async, [&, kind = kind] {
                             return sink.write(instance, kind, rows, kTimeout);
                           }).get();
      for (const auto& answer : answers) {
        ++counts[answer.outcome];
        if (answer.outcome != ASSAY_DELIVERED && why.empty()) why = "; " + words(answer);
      }
    }
    return passed(std::to_string(counts[ASSAY_DELIVERED]) + " delivered, " +
                  std::to_string(counts[ASSAY_RETRY]) + " to be tried again, " +
                  std::to_string(counts[ASSAY_REJECTED]) + " rejected" + why);
  });
}

Judgement flush(const Candidate& candidate) {
  return with_instance(candidate, [&](CheckedSink& sink, CheckedSink::Instance& instance) {
    if (!sink.api().flush) return skipped("it has nothing to flush");
    const auto& [kind, columns] = *instance.columns.begin();
    const auto rows = SampleRows(columns, candidate.seed).make(0, kRows);
    (void)sink.write(instance, kind, rows, kTimeout);
    return passed(words(sink.flush(instance, kTimeout)));
  });
}

Judgement deadline(const Candidate& candidate) {
  return with_instance(candidate, [&](CheckedSink& sink, CheckedSink::Instance& instance) {
    const auto& [kind, columns] = *instance.columns.begin();
    const auto rows = SampleRows(columns, candidate.seed).make(0, kRows);
    in_time("health", kShort, [&] { return sink.health(instance, kShort); });
    in_time("write", kShort, [&, kind = kind] { return sink.write(instance, kind, rows, kShort); });
    // One that is over before it begins.
    in_time("write", milliseconds(0), [&, kind = kind] {
      return sink.write(instance, kind, rows, std::chrono::nanoseconds(1));
    });
    return passed("health and write, given 200 ms and none");
  });
}

Judgement interrupt(const Candidate& candidate) {
  return with_instance(candidate, [&](CheckedSink& sink, CheckedSink::Instance& instance) {
    if (!sink.api().interrupt) return skipped("it cannot be");
    sink.interrupt(instance);
    const auto& [kind, columns] = *instance.columns.begin();
    const auto rows = SampleRows(columns, candidate.seed).make(0, kRows);
    std::atomic<bool> done = false;
    auto other = std::async(std::launch::async, [&] {
      while (!done) {
        sink.interrupt(instance);
        std::this_thread::sleep_for(milliseconds(1));
      }
    });
    std::string seen;
    try {
      for (int i = 0; i < 3; ++i) {
        const auto answers = sink.write(instance, kind, rows, kTimeout);
        seen = words(answers.front());
      }
    } catch (...) {
      done = true;
      throw;
    }
    done = true;
    other.get();
    return passed("before, during and behind a write: " + seen);
  });
}

namespace {

// What a sink with transactions does with its cursors, step by step.
class CursorStory {
 public:
  CursorStory(CheckedSink& sink, CheckedSink::Instance& instance)
      : sink_(sink), instance_(instance), api_(*sink.transactional()) {}

  SinkAnswer claim(std::vector<assay_cursor>& cursors) {
    return sink_.with_cursors(PluginFunction::claim, api_.claim, instance_, cursors);
  }
  void begin(std::vector<assay_cursor>& cursors) {
    call(PluginFunction::begin, api_.begin, cursors);
  }
  void commit(std::vector<assay_cursor>& cursors) {
    call(PluginFunction::commit, api_.commit, cursors);
  }
  void position(std::vector<assay_cursor>& cursors) {
    call(PluginFunction::position, api_.position, cursors);
  }

 private:
  void call(PluginFunction function, CheckedSink::CursorCall made,
            std::vector<assay_cursor>& cursors) {
    const auto answer = sink_.with_cursors(function, made, instance_, cursors);
    if (answer.outcome == ASSAY_DELIVERED) return;
    throw Broken{std::string("`") + name_of(function) + "` answers " + words(answer),
                 "the peer was there for `claim`: see what it lacks"};
  }

  CheckedSink& sink_;
  CheckedSink::Instance& instance_;
  const assay_transactional_api& api_;
};

void expect(std::uint32_t answer, std::initializer_list<std::uint32_t> any_of, const char* what) {
  static constexpr std::array names{"nothing", "COMMITTED", "FENCED", "BEHIND", "UNKNOWN"};
  if (std::find(any_of.begin(), any_of.end(), answer) != any_of.end()) return;
  std::string wanted;
  for (const auto one : any_of) wanted += (wanted.empty() ? "" : " or ") + std::string(names[one]);
  throw Broken{std::string(what) + " is answered " +
                   (answer < names.size() ? names[answer] : std::to_string(answer).c_str()),
               "it is " + wanted + ": see transactional.h"};
}

}  // namespace

Judgement cursors(const Candidate& candidate) {
  return with_instance(candidate, [&](CheckedSink& sink, CheckedSink::Instance& instance) {
    if (!sink.transactional()) return skipped("it has no transactions");
    CursorStory story(sink, instance);
    std::vector cursors{made_up_cursor(1)};
    auto& cursor = cursors.front();
    const auto claimed = story.claim(cursors);
    if (claimed.outcome != ASSAY_DELIVERED) return skipped("its peer is away: " + words(claimed));
    const auto first_epoch = cursor.epoch;
    (void)story.claim(cursors);
    if (cursor.epoch <= first_epoch) {
      throw Broken{"a second `claim` has epoch " + std::to_string(cursor.epoch) + " behind " +
                       std::to_string(first_epoch),
                   "each claim raises the epoch: an owner that lost its partition is told by it"};
    }
    const auto stands = cursor.next_offset == ASSAY_NO_OFFSET ? 0 : cursor.next_offset;
    cursor.from_offset = stands;
    cursor.next_offset = stands + static_cast<std::int64_t>(kRows);
    const auto ours = cursor;

    cursor.epoch = first_epoch;
    story.begin(cursors);
    expect(cursor.answer, {ASSAY_CURSOR_FENCED}, "a transaction under an older epoch");

    cursor = ours;
    story.begin(cursors);
    sink.abort(instance);
    cursor = ours;
    story.begin(cursors);
    story.commit(cursors);
    expect(cursor.answer, {ASSAY_CURSOR_COMMITTED, ASSAY_CURSOR_UNKNOWN}, "a commit");

    cursor = ours;
    story.position(cursors);
    expect(cursor.answer, {ASSAY_CURSOR_COMMITTED}, "the position behind a commit");
    cursor = ours;
    story.begin(cursors);
    expect(cursor.answer, {ASSAY_CURSOR_COMMITTED}, "a transaction that was committed before");
    return passed("claimed twice, fenced, aborted, committed, and begun again");
  });
}

}  // namespace assay::host::sink_check
