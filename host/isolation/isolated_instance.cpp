#include "host/isolation/isolated_instance.hpp"

#include <utility>

#include "core/model/verdict_table.hpp"
#include "host/isolation/batch_copy.hpp"
#include "host/isolation/isolated_rule.hpp"
#include "host/plugins/repeated_binder.hpp"

namespace assay::host {
namespace {

constexpr std::size_t kBatchAt = 64;  // of a question: behind the instance's number

assay_status fail(assay_error& error, std::string why) {
  error.failed = true;
  error.message = std::move(why);
  return ASSAY_FAILED;
}

}  // namespace

assay_status IsolatedInstance::create(assay_error& error) const {
  auto question = dialogue_->question();
  question.put(number_).put(which_);
  return answered(Ask::create, question, start_patience(), error);
}

assay_status IsolatedInstance::bind(const ServedCalls& served, assay_error& error) const {
  auto question = dialogue_->question();
  question.put(number_);
  return answered(Ask::bind, question, start_patience(), error, served);
}

assay_status IsolatedInstance::close(assay_error& error) const {
  return answered(Ask::close, dialogue_->question(), start_patience(), error);
}

void IsolatedInstance::destroy() const {
  assay_error error;
  if (!runs()) return;
  auto question = dialogue_->question();
  question.put(number_);
  static_cast<void>(answered(Ask::destroy, question, patience(), error));
}

void IsolatedInstance::tick(std::int64_t now) {
  if (!ready()) return;
  auto question = dialogue_->question();
  question.put(number_).put(now);
  dialogue_->post(Ask::tick, question, patience());
}

assay_status IsolatedInstance::save(const assay_stream& stream, assay_error& error) {
  // Nothing that could be saved: it begins anew when its process is there again.
  if (!ready()) return ASSAY_END;
  auto question = dialogue_->question();
  question.put(number_);
  return answered(Ask::save, question, start_patience(), error, {nullptr, nullptr, &stream});
}

assay_status IsolatedInstance::load(const assay_stream& stream, std::uint64_t version,
                                    assay_error& error) {
  if (!ready()) return down(error);
  auto question = dialogue_->question();
  question.put(number_).put(version);
  return answered(Ask::load_state, question, start_patience(), error, {nullptr, nullptr, &stream});
}

void IsolatedInstance::send(const assay_batch& batch) {
  sent_ = Sent::nothing;
  if (!ready()) return;
  auto question = dialogue_->question();
  question.put(number_);
  const auto room = dialogue_->process().engine().question_room();
  const auto size = copy_batch(batch, rule_->types(), room.subspan(kBatchAt));
  sent_ = size == 0 ? Sent::too_large : Sent::batch;
  rows_ = batch.rows;
  if (size > 0) dialogue_->send(Ask::evaluate, kBatchAt + size);
}

assay_status IsolatedInstance::collect(const assay_verdicts& verdicts, assay_error& error) {
  switch (std::exchange(sent_, Sent::nothing)) {
    case Sent::nothing:
      return down(error);
    case Sent::too_large:
      return fail(error,
                  "its columns of this batch are larger than the memory between it and "
                  "the engine");
    case Sent::batch:
      break;
  }
  switch (dialogue_->collect(patience(), error)) {
    case Dialogue::Came::returned:
      dialogue_->take_status(error);
      if (!error.failed) dialogue_->refuse("it answered what it was not asked", error);
      return ASSAY_FAILED;
    case Dialogue::Came::verdicts:
      return take_verdicts(verdicts, error);
    case Dialogue::Came::nothing:
      break;
  }
  return ASSAY_FAILED;
}

Dialogue::Duration IsolatedInstance::patience() const {
  return Dialogue::Duration(rule_->limits().deadline);
}

Dialogue::Duration IsolatedInstance::start_patience() const {
  return Dialogue::Duration(rule_->limits().start);
}

assay_status IsolatedInstance::down(assay_error& error) const {
  const auto report = process_->report();
  return fail(error, report.last_end.empty() ? "its process is not there"
                                             : "its process " + report.last_end);
}

assay_status IsolatedInstance::answered(Ask what, const MessageWriter& question,
                                        Dialogue::Duration patience, assay_error& error,
                                        const ServedCalls& served) const {
  if (dialogue_->ask(what, question, patience, error, served) != ASSAY_OK) return ASSAY_FAILED;
  return dialogue_->take_status(error);
}

bool IsolatedInstance::ready() {
  if (runs()) return true;
  auto next = process_->current();
  if (!next || next == dialogue_) return false;
  dialogue_ = std::move(next);
  return is_first() || begin_again();
}

// A partition's instance is not made by whoever starts the process.
bool IsolatedInstance::begin_again() {
  assay_error error;
  RepeatedBinder binder(rule_->declared());
  const bool made = create(error) == ASSAY_OK &&
                    bind({binder.table(), nullptr, nullptr}, error) == ASSAY_OK &&
                    binder.complete();
  if (!made && runs()) {
    dialogue_->refuse("a partition's instance could not be made again: " + error.message, error);
  }
  return made;
}

assay_status IsolatedInstance::take_verdicts(const assay_verdicts& verdicts,
                                             assay_error& error) const {
  // The head is read once; what it promises has to be there.
  MessageReader told(dialogue_->untrusted());
  const auto rows = told.take<std::uint32_t>();
  const auto explained = told.take<std::uint32_t>();
  const auto records = told.take_bytes(std::size_t{rows} * sizeof(assay_verdict));
  const auto rest = told.take_bytes(std::size_t{explained} * 3 * sizeof(std::int64_t));
  if (!told.whole() || rows != rows_ || rows > verdicts.count || explained > rows) {
    dialogue_->refuse("it answered other rows than it was asked about", error);
    return ASSAY_FAILED;
  }
  if (!records.empty()) std::memcpy(verdicts.rows, records.data(), records.size());
  MessageReader evidence(rest);
  for (std::uint32_t row = 0; row < explained; ++row) {
    for (std::uint32_t number = 1; number < ASSAY_MAX_EVIDENCE; ++number) {
      const auto value = evidence.take<std::int64_t>();
      if (value != 0) core::VerdictTable::explain(&verdicts, row, number, value);
    }
  }
  return ASSAY_OK;
}

}  // namespace assay::host
