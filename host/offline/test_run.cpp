#include "host/offline/test_run.hpp"

#include "host/config/values.hpp"
#include "host/enrich/holder_batch.hpp"

namespace assay::host {

std::vector<TestEvent> TestRun::read(const Node& events, Diagnostics& diagnostics) const {
  const auto* holders = assembly_->holders();
  return read_test_events(events, assembly_->decisions().schema,
                          holders ? &holders->schema : nullptr, diagnostics);
}

tl::expected<std::optional<Judged>, std::string> TestRun::judge(const TestEvent& event,
                                                                std::size_t number) {
  introduce(event);
  return engine_->judge(to_message(event, assembly_->decisions().schema, number, currency()));
}

// A deployment without a default one wants it in every message, which is not what tests are about.
std::string TestRun::currency() const {
  return assembly_->config().default_currency.empty() ? "EUR" : std::string();
}

void TestRun::introduce(const TestEvent& event) {
  auto* holders = engine_->holders();
  if (!holders || event.holder.empty()) return;
  const auto record = to_holder(event, assembly_->decisions().schema, holders->schema(),
                                assembly_->config().holders->key);
  HolderBatch batch(*holders, decode_options(*assembly_, nullptr));
  batch.upsert({record, {}, {0}, {0}, event.time});
  batch.flush();
}

std::vector<std::size_t> read_numbers(const Node& list, std::size_t events,
                                      Diagnostics& diagnostics) {
  std::vector<std::size_t> numbers;
  for (const auto& item : list.items) {
    const auto number = parse_integer(item.text);
    if (!number || *number < 1 || static_cast<std::size_t>(*number) > events) {
      diagnostics.add({.code = Code::bad_value,
                       .message = "the test has no transaction number " + quoted_for_message(item),
                       .span = item.span,
                       .note = "it has " + std::to_string(events) + ", counted from 1"});
      continue;
    }
    numbers.push_back(static_cast<std::size_t>(*number));
  }
  return numbers;
}

}  // namespace assay::host
