// One instance of a rule whose code runs in a process of its own.
//
// It speaks to whichever process its worker has now. After a restart the first instance is there
// already, made by whoever started the process; one of a partition is made anew, with nothing
// remembered, by the first that needs it.
//
// Thread: the worker that owns the instance; control makes and destroys it.
#pragma once

#include <assay/rule.h>

#include <cstdint>
#include <memory>
#include <string>

#include "core/rules/errand.hpp"
#include "host/isolation/dialogue.hpp"
#include "host/isolation/kept_process.hpp"

namespace assay::host {

class IsolatedRule;

class IsolatedInstance final : public core::Errand {
 public:
  // `number`: by which the process knows it, 0 for its first. Both references must outlive it.
  IsolatedInstance(IsolatedRule& rule, KeptProcess& process, std::uint32_t number,
                   const assay_instance& which)
      : rule_(&rule), process_(&process), number_(number), which_(which) {}

  // What the rule's table hands out.
  [[nodiscard]] assay_rule* c() { return reinterpret_cast<assay_rule*>(this); }
  static IsolatedInstance& of(assay_rule* rule) {
    return *reinterpret_cast<IsolatedInstance*>(rule);
  }

  // The first one of a process: it is made again with it.
  [[nodiscard]] bool is_first() const { return number_ == 0; }
  [[nodiscard]] IsolatedRule& rule() const { return *rule_; }
  [[nodiscard]] KeptProcess& process() const { return *process_; }

  void begin_in(std::shared_ptr<Dialogue> dialogue) { dialogue_ = std::move(dialogue); }

  // As the table's functions of these names.
  [[nodiscard]] assay_status create(assay_error& error) const;
  [[nodiscard]] assay_status bind(const ServedCalls& served, assay_error& error) const;
  void destroy() const;
  void tick(std::int64_t now);
  // ASSAY_END while there is no process.
  [[nodiscard]] assay_status save(const assay_stream& stream, assay_error& error);
  [[nodiscard]] assay_status load(const assay_stream& stream, std::uint64_t version,
                                  assay_error& error);
  // From now on the process may do nothing but judge.
  [[nodiscard]] assay_status close(assay_error& error) const;

  void send(const assay_batch& batch) override;
  assay_status collect(const assay_verdicts& verdicts, assay_error& error) override;

 private:
  enum class Sent { nothing, too_large, batch };

  [[nodiscard]] Dialogue::Duration patience() const;
  [[nodiscard]] Dialogue::Duration start_patience() const;
  [[nodiscard]] bool runs() const { return dialogue_ && !dialogue_->process().gone(); }
  [[nodiscard]] assay_status down(assay_error& error) const;
  [[nodiscard]] assay_status answered(Ask what, const MessageWriter& question,
                                      Dialogue::Duration patience, assay_error& error,
                                      const ServedCalls& served = {}) const;
  // Whether there is a process to ask, perhaps another one than last time.
  [[nodiscard]] bool ready();
  [[nodiscard]] bool begin_again();
  [[nodiscard]] assay_status take_verdicts(const assay_verdicts& verdicts,
                                           assay_error& error) const;

  IsolatedRule* rule_;
  KeptProcess* process_;
  std::uint32_t number_;
  assay_instance which_;
  std::shared_ptr<Dialogue> dialogue_;
  Sent sent_ = Sent::nothing;
  std::uint32_t rows_ = 0;  // that were sent
};

}  // namespace assay::host
