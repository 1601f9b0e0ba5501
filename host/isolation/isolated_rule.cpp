#include "host/isolation/isolated_rule.hpp"

#include <utility>

#include "host/isolation/binder_calls.hpp"
#include "host/isolation/isolated_instance.hpp"
#include "host/isolation/rule_process.hpp"

namespace assay::host {
namespace {

// By column, a feature's coverage included.
std::vector<std::uint32_t> types_of(const Declarations& declared) {
  std::vector<std::uint32_t> types;
  const auto put = [&](std::uint32_t column, std::uint32_t type) {
    if (types.size() <= column) types.resize(column + 1, ASSAY_INT64);
    types[column] = type;
  };
  for (const auto& one : declared.columns) {
    put(one.column, one.type);
    // Numbers rise, so a coverage is never column 0.
    if (one.feature && one.coverage > one.column) put(one.coverage, ASSAY_DURATION);
  }
  return types;
}

}  // namespace

struct IsolatedRule::Calls {
  static IsolatedRule& of(assay_rule_shared* shared) {
    return *reinterpret_cast<IsolatedRule*>(shared);
  }

  static void destroy_shared(assay_rule_shared* shared) { delete &of(shared); }

  static assay_status create(const assay_host*, const assay_config*, assay_rule_shared* shared,
                             const assay_instance* which, assay_rule** made, assay_error* error) {
    auto& rule = of(shared);
    const bool of_partition = which->partition >= 0;
    auto* const process = rule.process_of(*which, *error);
    if (!process) return ASSAY_FAILED;
    const auto number = of_partition ? rule.next_number_++ : 0;
    auto instance = std::make_unique<IsolatedInstance>(rule, *process, number, *which);
    if (of_partition) {
      instance->begin_in(process->current());
    } else {
      auto first = process->first();
      instance->begin_in(first ? *first : nullptr);
    }
    if (instance->create(*error) != ASSAY_OK) return ASSAY_FAILED;
    *made = instance.release()->c();
    return ASSAY_OK;
  }

  static void destroy(assay_rule* rule) {
    const std::unique_ptr<IsolatedInstance> instance(&IsolatedInstance::of(rule));
    instance->destroy();
  }

  static assay_status bind(assay_rule* made, const assay_binder* binder, assay_error* error) {
    auto& instance = IsolatedInstance::of(made);
    auto& rule = instance.rule();
    Declarations declared;
    const bool is_first = !rule.declared_;
    const auto bound = instance.bind({binder, is_first ? &declared : nullptr, nullptr}, *error);
    if (bound != ASSAY_OK) return bound;
    if (is_first) {
      declared.offers = offers_of(*binder);
      rule.types_ = types_of(declared);
      rule.declared_ = std::move(declared);
    }
    if (!instance.is_first()) return ASSAY_OK;
    const auto closed = instance.close(*error);
    if (closed == ASSAY_OK) instance.process().keep();
    return closed;
  }

  static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                               const assay_verdicts* verdicts, assay_error* error) {
    auto& instance = IsolatedInstance::of(rule);
    instance.send(*batch);
    return instance.collect(*verdicts, *error);
  }
  static void tick(assay_rule* rule, std::int64_t now) { IsolatedInstance::of(rule).tick(now); }
  static assay_status save(assay_rule* rule, const assay_stream* stream, assay_error* error) {
    return IsolatedInstance::of(rule).save(*stream, *error);
  }
  static assay_status load(assay_rule* rule, const assay_stream* stream, std::uint64_t version,
                           assay_error* error) {
    return IsolatedInstance::of(rule).load(*stream, version, *error);
  }
  static const char* describe() { return "{}"; }
};

IsolatedRule::IsolatedRule(const IsolatedLibrary& library, const PluginHost& host, std::string whom,
                           const Node& parameters, const ProcessConfig& limits)
    : library_(&library), host_(&host), whom_(std::move(whom)), limits_(limits) {
  const auto& services = library.services();
  const auto& configuration = ConfigurationAtHand::of(services.configuration);
  papers_ = to_bytes({.file = library.file(),
                      .whom = whom_,
                      .parameters = parameters,
                      .config_hash = configuration.hash,
                      .configuration = configuration.json,
                      .engine_version = services.engine_version,
                      .memory = limits.memory,
                      .spin = std::chrono::nanoseconds(limits.spin)});
}

IsolatedRule::~IsolatedRule() = default;

assay_rule_api IsolatedRule::table(std::uint32_t flags, std::uint64_t state_version, bool ticks) {
  const bool stateful = (flags & ASSAY_RULE_STATEFUL) != 0;
  return {sizeof(assay_rule_api),
          flags,
          state_version,
          &Calls::describe,
          nullptr,
          &Calls::destroy_shared,
          &Calls::create,
          &Calls::destroy,
          &Calls::bind,
          &Calls::evaluate,
          ticks ? &Calls::tick : nullptr,
          stateful ? &Calls::save : nullptr,
          stateful ? &Calls::load : nullptr};
}

core::Errand* IsolatedRule::errand(assay_rule* rule) { return &IsolatedInstance::of(rule); }

KeptProcess::Started IsolatedRule::start(std::uint32_t worker) const {
  auto process =
      RuleProcess::start({whom_ + ", worker " + std::to_string(worker), library_->library(),
                          papers_, std::chrono::nanoseconds(limits_.spin)});
  if (!process) return tl::unexpected(process.error());
  return std::make_shared<Dialogue>(std::move(*process), *host_);
}

bool IsolatedRule::load(Dialogue& dialogue, assay_error& error) const {
  if (const auto loaded = library_->load_in(dialogue); !loaded) {
    error.failed = true;
    error.message = loaded.error().message;
    error.help = loaded.error().help;
    return false;
  }
  const Dialogue::Duration patience(limits_.start);
  return dialogue.ask(Ask::create_shared, dialogue.question(), patience, error) == ASSAY_OK &&
         dialogue.take_status(error) == ASSAY_OK;
}

tl::expected<void, std::string> IsolatedRule::open(Dialogue& dialogue,
                                                   const assay_instance& which) const {
  assay_error error;
  const Dialogue::Duration patience(limits_.start);
  const auto ask = [&](Ask what, const MessageWriter& question, const ServedCalls& served = {}) {
    return dialogue.ask(what, question, patience, error, served) == ASSAY_OK &&
           dialogue.take_status(error) == ASSAY_OK;
  };
  const auto about = [&] {
    auto question = dialogue.question();
    question.put(std::uint32_t{0});
    return question;
  };
  const auto create = [&] {
    auto question = about();
    question.put(assay_instance{sizeof(assay_instance), which.worker, which.workers, -1});
    return ask(Ask::create, question);
  };
  RepeatedBinder binder(*declared_);
  const bool bound = load(dialogue, error) && create() &&
                     ask(Ask::bind, about(), {binder.table(), nullptr, nullptr});
  if (bound && !binder.complete()) {
    return tl::unexpected(
        std::string("it declares other fields, features or reasons than at first"));
  }
  const bool stateful = (library_->rule()->flags & ASSAY_RULE_STATEFUL) != 0;
  if (bound && ask(Ask::close, dialogue.question()) && (!stateful || ask(Ask::destroy, about()))) {
    return {};
  }
  return tl::unexpected(error.message);
}

tl::expected<void, std::string> IsolatedRule::open_again(Dialogue& dialogue,
                                                         const assay_instance& which) const {
  auto opened = open(dialogue, which);
  if (!opened) return opened;
  const bool stateful = (library_->rule()->flags & ASSAY_RULE_STATEFUL) != 0;
  log(ASSAY_LOG_INFO, "the process of worker " + std::to_string(which.worker) + " judges again" +
                          (stateful ? "; what it remembered of its partitions is lost" : ""));
  return opened;
}

KeptProcess* IsolatedRule::process_of(const assay_instance& which, assay_error& error) {
  const auto refuse = [&](const std::string& why) {
    error.failed = true;
    error.message = why;
    return nullptr;
  };
  const auto [process, is_new] = place_of(which);
  if (!is_new) {
    if (which.partition < 0 || process->current()) return process;
    return refuse("its process " + process->report().last_end);
  }
  const auto first = process->first();
  if (!first) return refuse(first.error());
  // An instance of a partition comes to a worker that had nothing to learn.
  if (which.partition >= 0) {
    if (const auto opened = open(**first, which); !opened) return refuse(opened.error());
    process->keep();
    return process;
  }
  return load(**first, error) ? process : nullptr;
}

std::pair<KeptProcess*, bool> IsolatedRule::place_of(const assay_instance& which) {
  const std::lock_guard lock(mutex_);
  auto& place = processes_[which.worker];
  if (place) return {place.get(), false};
  place = std::make_unique<KeptProcess>(
      which.worker, limits_,
      KeptProcess::Work{[this, which] { return start(which.worker); },
                        [this, which](Dialogue& dialogue) { return open_again(dialogue, which); },
                        [this, which](std::uint32_t level, const std::string& line) {
                          log(level, "the process of worker " + std::to_string(which.worker) +
                                         ": " + line);
                        }});
  return {place.get(), true};
}

void IsolatedRule::log(std::uint32_t level, const std::string& line) const {
  const auto& services = library_->services();
  if (!services.log) return;
  services.log(level, host_->plugin(),
               whom_ + ", version " + library_->entry().version + ", file `" + library_->file() +
                   "`, " + line);
}

std::vector<ProcessReport> IsolatedRule::report() const {
  const std::lock_guard lock(mutex_);
  std::vector<ProcessReport> all;
  for (const auto& [worker, process] : processes_) all.push_back(process->report());
  return all;
}

}  // namespace assay::host
