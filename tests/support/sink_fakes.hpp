// A sink behind the C tables, in this process: what the host's delivery sees of a plugin, without a
// library. A test derives from FakeSink and answers the calls it cares about; the rest succeeds.
#pragma once

#include <assay/plugin.h>
#include <assay/renewal.h>

#include <assay/outbox.hpp>
#include <assay/records.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/model/layout.hpp"
#include "core/sinks/record_builder.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/names/scope.hpp"
#include "host/plugins/sink_plugin.hpp"

namespace assay::tests {

// Its functions may throw a Failure, which becomes the call's status as in the C++ face.
class FakeSink {
 public:
  virtual ~FakeSink() = default;

  // What it binds: where a record stood, and its amount.
  virtual std::vector<std::pair<std::string, std::uint32_t>> columns() const {
    return {{"record_offset", ASSAY_INT64}, {"amount", ASSAY_DECIMAL}};
  }
  virtual void write(const Records&, Statuses&) {}
  virtual void flush() {}
  virtual void interrupt() {}
  virtual void renew(const host::Node& /*settings*/) {}
  virtual void claim(std::span<assay_cursor>) {}
  virtual void begin(std::span<assay_cursor>) {}
  virtual void commit(std::span<assay_cursor>) {}
  virtual void abort() {}
  virtual void position(std::span<assay_cursor>) {}
  virtual void outbox_store(std::span<const OutboxRecord>) {}
  virtual void outbox_take(OutboxOrder&, const OutboxTaker&) {}
  virtual void outbox_settle(std::span<const OutboxOutcome>) {}
};

namespace fake_sinks {

inline FakeSink*& next() {
  static FakeSink* sink = nullptr;
  return sink;
}

inline FakeSink& of(assay_sink* sink) { return *reinterpret_cast<FakeSink*>(sink); }

template <class Call>
assay_status answered(assay_statuses* statuses, Call&& call) {
  Statuses answers(*statuses);
  try {
    call(answers);
  } catch (const Failure& failure) {
    answers.fail(failure);
  }
  return ASSAY_OK;
}

template <void (FakeSink::*call)(std::span<assay_cursor>)>
assay_status cursors(assay_sink* sink, assay_cursor* cursors, std::uint32_t count, std::int64_t,
                     assay_statuses* statuses, assay_error*) {
  return answered(statuses, [&](Statuses&) { (of(sink).*call)({cursors, count}); });
}

inline assay_status bind(assay_sink* sink, std::uint32_t kind, const assay_binder* binder,
                         assay_error*) {
  if (kind != ASSAY_DECISION) return ASSAY_NOT_WANTED;
  std::uint32_t column = 0;
  for (const auto& [name, type] : of(sink).columns()) {
    if (binder->field(binder, {name.data(), name.size()}, type, 0, &column) != ASSAY_OK) {
      return ASSAY_FAILED;
    }
  }
  return ASSAY_OK;
}

inline assay_sink_api plain_table() {
  assay_sink_api api{};
  api.size = sizeof api;
  api.describe = [] { return "{}"; };
  api.create = [](const assay_host*, const assay_config*, assay_sink** sink, assay_error*) {
    *sink = reinterpret_cast<assay_sink*>(next());
    return ASSAY_OK;
  };
  api.destroy = [](assay_sink*) {};
  api.bind = &bind;
  api.write = [](assay_sink* sink, const assay_record_batch* batch, std::int64_t,
                 assay_statuses* statuses, assay_error*) {
    return answered(statuses, [&](Statuses& answers) { of(sink).write(Records(*batch), answers); });
  };
  api.flush = [](assay_sink* sink, std::int64_t, assay_statuses* statuses, assay_error*) {
    return answered(statuses, [&](Statuses&) { of(sink).flush(); });
  };
  api.health = [](assay_sink*, std::int64_t, assay_statuses*, assay_error*) { return ASSAY_OK; };
  api.interrupt = [](assay_sink* sink) { of(sink).interrupt(); };
  return api;
}

inline const void* plain_interface(const char* id) {
  static const assay_sink_api api = plain_table();
  static const assay_renewal_api renewal{
      sizeof(assay_renewal_api), 0, [](assay_sink* sink, const assay_config* config, assay_error*) {
        of(sink).renew(config->root);
        return ASSAY_OK;
      }};
  if (std::string(id) == ASSAY_RENEWAL_ID) return &renewal;
  return std::string(id) == ASSAY_SINK_ID ? &api : nullptr;
}

inline const void* transactional_interface(const char* id) {
  static const assay_transactional_api api{
      sizeof(assay_transactional_api), 0,
      &cursors<&FakeSink::claim>,      &cursors<&FakeSink::begin>,
      &cursors<&FakeSink::commit>,     [](assay_sink* sink) { of(sink).abort(); },
      &cursors<&FakeSink::position>};
  return std::string(id) == ASSAY_TRANSACTIONAL_ID ? &api : plain_interface(id);
}

inline assay_outbox_api outbox_table() {
  assay_outbox_api api{};
  api.size = sizeof api;
  api.store = [](assay_sink* sink, const assay_outbox_record* records, std::uint32_t count,
                 std::int64_t, assay_statuses* statuses, assay_error*) {
    return answered(statuses, [&](Statuses&) { of(sink).outbox_store({records, count}); });
  };
  api.take = [](assay_sink* sink, assay_outbox_order* order, const assay_outbox_taker* taker,
                std::int64_t, assay_statuses* statuses, assay_error*) {
    return answered(statuses,
                    [&](Statuses&) { of(sink).outbox_take(*order, OutboxTaker(*taker)); });
  };
  api.settle = [](assay_sink* sink, const assay_outbox_outcome* outcomes, std::uint32_t count,
                  std::int64_t, assay_statuses* statuses, assay_error*) {
    return answered(statuses, [&](Statuses&) { of(sink).outbox_settle({outcomes, count}); });
  };
  api.forget = [](assay_sink*, assay_text, assay_text, std::int64_t, std::uint64_t* deleted,
                  std::int64_t, assay_statuses*, assay_error*) {
    *deleted = 0;
    return ASSAY_OK;
  };
  api.count = [](assay_sink*, assay_text, assay_text, assay_outbox_counts*, std::int64_t,
                 assay_statuses*, assay_error*) { return ASSAY_OK; };
  api.list = [](assay_sink*, const assay_outbox_filter*, std::int64_t, const assay_text_stream*,
                assay_error*) { return ASSAY_OK; };
  api.retry = api.drop = [](assay_sink*, const assay_outbox_filter*, std::int64_t, std::uint64_t*,
                            assay_error*) { return ASSAY_OK; };
  return api;
}

inline const void* outbox_interface(const char* id) {
  static const assay_outbox_api api = outbox_table();
  return std::string(id) == ASSAY_OUTBOX_ID ? &api : transactional_interface(id);
}

inline assay_entry entry(const void* (*interface)(const char*)) {
  return {sizeof(assay_entry), ASSAY_ABI_MINOR, "fake", nullptr, nullptr, interface, "1.0.0"};
}

}  // namespace fake_sinks

enum class Cursors { none, kept, kept_with_outbox };

// A fake as the host has it: configured, made and bound. The fake must outlive it.
class FakePlugin final {
 public:
  FakePlugin(FakeSink& fake, Cursors cursors, host::SinkConfig configuration = {})
      : config(std::move(configuration)),
        entry_(fake_sinks::entry(cursors == Cursors::kept_with_outbox
                                     ? &fake_sinks::outbox_interface
                                 : cursors == Cursors::kept ? &fake_sinks::transactional_interface
                                                            : &fake_sinks::plain_interface)) {
    if (config.id.empty()) config.id = "fake";
    fake_sinks::next() = &fake;
    plugin_ = host::SinkPlugin::make(
        config, std::make_shared<const host::Plugin>(entry_, "fake.so", services_), diagnostics_);
    // Bound like any sink, so that the host knows the columns' names.
    core::Layout layout;
    host::FieldCatalogue catalogue(layout, fields());
    host::Scope scope(catalogue, nullptr, host::Scope::Stage::after_rules, "sink");
    (void)plugin_->bind(ASSAY_DECISION, scope, diagnostics_);
  }

  static std::vector<host::FieldCatalogue::Field> fields() {
    return {{"record_offset", core::FieldType::int64},
            {"amount", core::FieldType::decimal},
            {"record_time", core::FieldType::time}};
  }

  // The names of the columns that a batch for it has.
  const std::vector<std::string>& columns() const { return plugin_->column_names(ASSAY_DECISION); }
  const host::SinkPlugin& operator*() const { return *plugin_; }

  host::SinkConfig config;

 private:
  assay_entry entry_;
  host::HostServices services_;
  host::Diagnostics diagnostics_;
  std::unique_ptr<host::SinkPlugin> plugin_;
};

// Blocks of records with those columns, in that order; the amount has as many units as the offset.
class BlockMaker final {
 public:
  explicit BlockMaker(const std::vector<std::string>& columns = {"record_offset", "amount",
                                                                 "record_time"})
      : offset_(layout_.add("record_offset", core::FieldType::int64)),
        amount_(layout_.add("amount", core::FieldType::decimal)) {
    layout_.add("record_time", core::FieldType::time);
    for (const auto& name : columns) columns_.push_back(layout_.find(name));
    rows_ = std::make_unique<core::RowBlock>(layout_, core::RowBlock::Capacity{512, 1024, 1024});
  }

  // The records at these offsets; the range ends before `next`.
  core::RecordBlock block(const std::vector<std::int64_t>& offsets, std::int64_t next,
                          std::int32_t partition = 0, const std::string& step = "main.store") {
    core::RecordBuilder builder(layout_, columns_, {ASSAY_HOLDER, "payments", "assay", step});
    rows_->clear();
    for (const auto offset : offsets) {
      const auto row = rows_->add_row();
      rows_->put_int64(row, offset_, offset);
      rows_->put_int64(row, amount_, offset);
      builder.append(*rows_, row);
    }
    const auto first = offsets.empty() ? next - 1 : offsets.front();
    auto block = builder.finish({partition}, {first}, {next});
    // Rows without verdicts are built as another kind's, which the fakes do not take.
    auto header = block.header();
    header.kind = ASSAY_DECISION;
    auto memory = std::make_unique<std::byte[]>(block.bytes());
    std::memcpy(memory.get(), &block.header(), block.bytes());
    std::memcpy(memory.get(), &header, sizeof header);
    return {std::move(memory), block.bytes()};
  }

 private:
  core::Layout layout_;
  core::Slot offset_;
  core::Slot amount_;
  std::vector<std::optional<core::Slot>> columns_;
  std::unique_ptr<core::RowBlock> rows_;
};

inline std::int64_t offset_of(const Records& records, std::uint32_t row) {
  return *records[row][Field<std::int64_t>(0)];
}

}  // namespace assay::tests
