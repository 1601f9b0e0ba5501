#include "host/isolation/rule_server.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>

#include "core/model/plugin_call.hpp"
#include "host/isolation/sandbox.hpp"
#include "host/plugin_files/preflight.hpp"
#include "host/plugins/plugin_entry.hpp"
#include "host/plugins/rule_table.hpp"

namespace assay::host {
namespace {

constexpr std::uint32_t kUsualRows = 512;  // of a batch

constexpr std::size_t kBatchAt = 64;  // of the question: behind the instance's number

std::string_view view(assay_text text) { return {text.data, text.size}; }

// There is one plugin in the process, so nobody asks who is in it.
template <class Call>
assay_status enter(assay_error& error, Call&& call) {
  return core::enter_plugin(nullptr, "", error, std::forward<Call>(call));
}

}  // namespace

struct RuleServer::Calls {
  // The tables that a plugin is given begin with what it hands back.
  struct Binder {
    assay_binder table;
    RuleServer* server;
    std::deque<std::string> names;  // that were offered
  };
  struct Stream {
    assay_stream table;
    RuleServer* server;
  };

  static Binder& self(const assay_binder* table) {
    return *const_cast<Binder*>(reinterpret_cast<const Binder*>(table));
  }
  static RuleServer& self(const assay_stream* table) {
    return *reinterpret_cast<const Stream*>(table)->server;
  }

  static assay_status field(const assay_binder* table, assay_text name, std::uint32_t type,
                            std::uint32_t flags, std::uint32_t* column) {
    auto& server = *self(table).server;
    MessageWriter question(server.engine_->answer_room());
    question.put_clipped(view(name), kReplySize).put(type).put(flags);
    auto reply = server.call(Tell::field, question.size());
    const auto status = reply.take<assay_status>();
    const auto given = reply.take<std::uint32_t>();
    if (status == ASSAY_OK) *column = given;
    return status;
  }

  static assay_status feature(const assay_binder* table, assay_text text, std::uint32_t type,
                              std::uint32_t flags, std::uint32_t* column,
                              std::uint32_t* coverage_column) {
    auto& server = *self(table).server;
    MessageWriter question(server.engine_->answer_room());
    question.put_clipped(view(text), kReplySize).put(type).put(flags);
    auto reply = server.call(Tell::feature, question.size());
    const auto status = reply.take<assay_status>();
    const auto given = reply.take<std::uint32_t>();
    const auto coverage = reply.take<std::uint32_t>();
    if (status != ASSAY_OK) return status;
    *column = given;
    if ((flags & ASSAY_NO_COVERAGE) == 0) *coverage_column = coverage;
    return status;
  }

  static assay_status reason(const assay_binder* table, const assay_reason* declared,
                             std::uint32_t* number) {
    auto& server = *self(table).server;
    MessageWriter question(server.engine_->answer_room());
    question.put(declared->size).put(declared->audience).put(declared->flags);
    question.put_clipped(view(declared->code), kReplySize);
    question.put_clipped(view(declared->words), kReplySize);
    question.put_clipped(view(declared->customer_words), kReplySize);
    question.put(declared->evidence_count);
    for (std::uint32_t i = 0; i < std::min(declared->evidence_count, ASSAY_MAX_EVIDENCE); ++i) {
      const auto& one = declared->evidence[i];
      question.put_clipped(view(one.name), kReplySize).put_clipped(view(one.unit), kReplySize);
      question.put(one.type).put(one.flags);
    }
    auto reply = server.call(Tell::reason, question.size());
    const auto status = reply.take<assay_status>();
    const auto given = reply.take<std::uint32_t>();
    if (status == ASSAY_OK) *number = given;
    return status;
  }

  static assay_status offered(const assay_binder* table, std::uint32_t index, assay_text* name,
                              std::uint32_t* type) {
    auto& binder = self(table);
    MessageWriter question(binder.server->engine_->answer_room());
    question.put(index);
    auto reply = binder.server->call(Tell::offered, question.size());
    const auto status = reply.take<assay_status>();
    if (status != ASSAY_OK) return status;
    *type = reply.take<std::uint32_t>();
    const auto& kept = binder.names.emplace_back(reply.take_text());
    *name = {kept.data(), kept.size()};
    return status;
  }

  static assay_status write(const assay_stream* table, const void* data, std::uint64_t size) {
    auto& server = self(table);
    std::span<const std::byte> left(static_cast<const std::byte*>(data), size);
    while (!left.empty()) {
      const auto part = left.first(std::min(left.size(), kReplySize));
      left = left.subspan(part.size());
      MessageWriter question(server.engine_->answer_room());
      question.put_bytes(part);
      auto reply = server.call(Tell::state_write, question.size());
      if (const auto status = reply.take<assay_status>(); status != ASSAY_OK) return status;
    }
    return ASSAY_OK;
  }

  static std::uint64_t read(const assay_stream* table, void* data, std::uint64_t size) {
    auto& server = self(table);
    auto* to = static_cast<std::byte*>(data);
    std::uint64_t taken = 0;
    while (taken < size) {
      MessageWriter question(server.engine_->answer_room());
      question.put(std::min<std::uint64_t>(size - taken, kReplySize));
      const auto part = server.call(Tell::state_read, question.size()).rest();
      if (part.empty()) break;
      std::memcpy(to + taken, part.data(), part.size());
      taken += part.size();
    }
    return taken;
  }

  static Stream stream(RuleServer* server) {
    return {{sizeof(assay_stream), 0, &write, &read}, server};
  }
};

RuleServer::RuleServer(RuleEnd& engine, Papers papers, int library)
    : engine_(&engine),
      papers_(std::move(papers)),
      library_(library),
      parameters_{std::move(papers_.parameters), {}} {
  services_.configuration.put(std::make_shared<const core::Configuration>(
      core::Configuration{papers_.config_hash, papers_.configuration}));
  services_.engine_version = papers_.engine_version;
  services_.log = [this](std::uint32_t level, std::string_view, std::string_view message) {
    MessageWriter line(engine_->answer_room());
    line.put(level).put_clipped(message, kReplySize);
    call(Tell::log, line.size());
  };
  services_.counter = [this](std::string_view name, std::string_view help) {
    MessageWriter declared(engine_->answer_room());
    declared.put_clipped(name, kReplySize).put_clipped(help, kReplySize);
    call(Tell::counter, declared.size());
  };
}

void RuleServer::serve() {
  for (;;) {
    const auto asked = engine_->await();
    if (asked == Ask::end) return end();
    answer(asked, MessageReader(engine_->asked()));
  }
}

void RuleServer::answer(Ask asked, MessageReader question) {
  if (error_.failed) error_.clear();
  switch (asked) {
    case Ask::load:
      return load();
    case Ask::create_shared:
      return returned(create_shared());
    case Ask::create:
      return returned(create(question));
    case Ask::bind:
      return returned(bind(instance(question)));
    case Ask::close:
      return returned(close());
    case Ask::evaluate:
      return evaluate(question);
    case Ask::tick: {
      auto* const rule = instance(question);
      core::enter_plugin(nullptr, "", [&] { api_->tick(rule, question.take<std::int64_t>()); });
      return returned(ASSAY_OK);
    }
    case Ask::save: {
      auto* const rule = instance(question);
      const auto stream = Calls::stream(this);
      return returned(enter(error_, [&] { return api_->save(rule, &stream.table, &error_); }));
    }
    case Ask::load_state: {
      auto* const rule = instance(question);
      const auto version = question.take<std::uint64_t>();
      const auto stream = Calls::stream(this);
      return returned(
          enter(error_, [&] { return api_->load(rule, &stream.table, version, &error_); }));
    }
    case Ask::destroy: {
      const auto number = question.take<std::uint32_t>();
      if (const auto found = instances_.find(number); found != instances_.end()) {
        core::enter_plugin(nullptr, "", [&] { api_->destroy(found->second); });
        instances_.erase(found);
      }
      return returned(ASSAY_OK);
    }
    case Ask::end:
    case Ask::reply:
      break;
  }
  returned(ASSAY_UNSUPPORTED);
}

void RuleServer::load() {
  auto fault = load_library();
  MessageWriter told(engine_->answer_room());
  told.put(std::uint8_t{fault ? std::uint8_t{0} : std::uint8_t{1}});
  if (fault) {
    told.put_clipped(fault->message, kReplySize).put_clipped(fault->note, kReplySize);
    told.put_clipped(fault->help, kReplySize);
    return tell(Tell::returned, told.size());
  }
  const auto* version = entry_->version ? entry_->version : "0";
  told.put_clipped(entry_->id, kReplySize).put_clipped(version, kReplySize);
  told.put(std::uint8_t{api_ ? std::uint8_t{1} : std::uint8_t{0}});
  if (api_) {
    told.put(api_->flags).put(api_->state_version);
    told.put(std::uint8_t{api_->tick ? std::uint8_t{1} : std::uint8_t{0}});
    told.put_text(api_->describe());
  }
  tell(Tell::returned, told.size());
}

std::optional<PluginFault> RuleServer::load_library() {
  struct stat facts {};
  if (::fstat(library_, &facts) != 0) return PluginFault{};
  const auto inspection =
      inspect_plugin(FileBytes(library_, static_cast<std::uint64_t>(facts.st_size)), {});
  const auto entry = load_entry("/proc/self/fd/" + std::to_string(library_), papers_.file);
  ::close(library_);
  if (!entry) return entry.error();
  if (auto fault = entry_fault(**entry, papers_.file)) return fault;
  host_ = std::make_unique<PluginHost>(services_, (*entry)->id);
  const auto refused = [&](std::string why) {
    return PluginFault{
        Code::plugin_refused, "`" + papers_.file + "` " + std::move(why), {}, error_.help};
  };
  if (enter(error_, [&] { return (*entry)->init(host_->table(), &error_); }) != ASSAY_OK) {
    return refused("failed to initialise: " +
                   (error_.message.empty() ? "the plugin gives no reason" : error_.message));
  }
  if (inspection.note) {
    if (auto lie = lie_in(*inspection.note, **entry, papers_.file)) return lie;
  }
  const auto* api = static_cast<const assay_rule_api*>((*entry)->get_interface(ASSAY_RULE_ID));
  if (api) {
    if (const auto* missing = missing_function(*api)) {
      return refused(std::string("lacks ") + missing);
    }
  }
  entry_ = *entry;
  api_ = api;
  return std::nullopt;
}

void RuleServer::returned(assay_status status) {
  MessageWriter told(engine_->answer_room());
  told.put(status).put(error_.code).put(error_.line).put(error_.column);
  told.put_clipped(error_.message, kReplySize).put_clipped(error_.file, kReplySize);
  told.put_clipped(error_.help, kReplySize);
  tell(Tell::returned, told.size());
}

assay_status RuleServer::create_shared() {
  if (!api_->create_shared) return ASSAY_OK;
  return enter(
      error_, [&] { return api_->create_shared(host_->table(), &parameters_, &shared_, &error_); });
}

assay_status RuleServer::create(MessageReader& question) {
  const auto number = question.take<std::uint32_t>();
  const auto which = question.take<assay_instance>();
  assay_rule* rule = nullptr;
  const auto made = enter(error_, [&] {
    return api_->create(host_->table(), &parameters_, shared_, &which, &rule, &error_);
  });
  if (made == ASSAY_OK) instances_[number] = rule;
  return made;
}

assay_status RuleServer::bind(assay_rule* rule) {
  Calls::Binder binder{
      {sizeof(assay_binder), 0, &Calls::field, &Calls::feature, &Calls::reason, &Calls::offered},
      this,
      {}};
  return enter(error_, [&] { return api_->bind(rule, &binder.table, &error_); });
}

assay_status RuleServer::close() {
  // What is made now need not be made when a batch waits for it.
  most_rows_ = kUsualRows;
  verdicts_.emplace(1, most_rows_);
  const auto closed = sandbox::allow_judging();
  if (closed) return ASSAY_OK;
  error_.failed = true;
  error_.message = closed.error();
  return ASSAY_FAILED;
}

void RuleServer::evaluate(MessageReader& question) {
  const auto* const batch =
      reinterpret_cast<const assay_batch*>(engine_->asked().data() + kBatchAt);
  const auto rows = batch->rows;
  if (!verdicts_ || rows > most_rows_)
    verdicts_.emplace(1, most_rows_ = std::max(rows, kUsualRows));
  auto* const rule = instance(question);
  const auto* output = verdicts_->output(0, rows);
  const auto status = enter(error_, [&] { return api_->evaluate(rule, batch, output, &error_); });
  if (status != ASSAY_OK) return returned(status);
  const auto explained = verdicts_->explained(0);
  MessageWriter told(engine_->answer_room());
  told.put(rows).put(explained);
  told.put_bytes(std::as_bytes(verdicts_->of(0, rows)));
  for (std::uint32_t row = 0; row < explained; ++row) {
    const auto values = verdicts_->evidence(0, row);
    told.put(values[1]).put(values[2]).put(values[3]);
  }
  tell(Tell::verdicts, told.size());
}

void RuleServer::end() {
  for (const auto& [number, rule] : instances_) {
    core::enter_plugin(nullptr, "", [&, made = rule] { api_->destroy(made); });
  }
  if (api_ && shared_ && api_->destroy_shared) {
    core::enter_plugin(nullptr, "", [&] { api_->destroy_shared(shared_); });
  }
  if (entry_ && entry_->deinit) core::enter_plugin(nullptr, "", [&] { entry_->deinit(); });
}

assay_rule* RuleServer::instance(MessageReader& question) const {
  const auto found = instances_.find(question.take<std::uint32_t>());
  return found == instances_.end() ? nullptr : found->second;
}

MessageReader RuleServer::call(Tell what, std::size_t size) {
  engine_->tell(what, size);
  engine_->await();
  return MessageReader(engine_->asked());
}

void RuleServer::tell(Tell what, std::size_t size) {
  // Those that the engine does not know of have no place there.
  std::uint64_t values[kCounters];
  const auto count = host_ ? host_->read_counters(values) : 0;
  for (std::size_t i = 0; i < count; ++i) engine_->count(i, values[i]);
  engine_->tell(what, size);
}

}  // namespace assay::host
