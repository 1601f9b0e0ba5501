// A simulated peer without cursors: a mail server, a topic. What it has taken it has taken, also
// where its answer is lost.
//
// Thread: one.
#pragma once

#include "tests/simulation/fibers.hpp"
#include "tests/simulation/ledger.hpp"
#include "tests/support/sink_fakes.hpp"

namespace assay::simulation {

class PlainSink final : public tests::FakeSink {
 public:
  PlainSink(Chance& chance, Fibers& fibers, Ledger& ledger)
      : chance_(&chance), fibers_(&fibers), ledger_(&ledger) {}

  void write(const Records& records, Statuses& statuses) override {
    fibers_->step();
    if (chance_->fault(20)) throw Failure::transient("421", "away");
    if (chance_->fault(60)) throw Failure::configuration("535", "wrong password");
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      const auto offset = tests::offset_of(records, row);
      if (chance_->fault(30)) throw Failure::transient_in_row(row, "450", "later");
      if (!Ledger::acceptable(offset)) {
        statuses.set(row, Failure::data_in_row(row, "550", "no such address"));
        continue;
      }
      ledger_->taken(std::string(records.step()), {records.partition(), offset});
      fibers_->step();
    }
    if (chance_->fault(20)) throw Failure::transient("421", "the answer was lost");
  }
  void flush() override {
    fibers_->step();
    if (chance_->fault(20)) throw Failure::transient("421", "away");
  }

 private:
  Chance* chance_;
  Fibers* fibers_;
  Ledger* ledger_;
};

}  // namespace assay::simulation
