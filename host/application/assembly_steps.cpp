// How the steps of chains are joined to their sinks, to one another, and to what they wait for.
#include <algorithm>
#include <string_view>
#include <utility>

#include "core/sinks/step.hpp"
#include "host/application/assembly.hpp"
#include "host/application/refusal.hpp"
#include "host/application/step_conditions.hpp"
#include "host/config/fallbacks.hpp"

namespace assay::host {

bool Assembly::make_steps(const ChainConfig& chain, Diagnostics& diagnostics) {
  const bool of_holders = chain.kind == ChainConfig::Kind::holder;
  if (of_holders && !holders_) {
    refuse(diagnostics, Code::conflicting_keys, chain.span,
           "chain `" + chain.id + "` takes holders, and no `holders` are configured");
    return false;
  }
  if (of_holders && !config_->holders->file.empty()) {
    refuse(
        diagnostics, Code::conflicting_keys, chain.span,
        "chain `" + chain.id + "` takes holders, and `holders.file` is no topic to take them from",
        "only records of a topic are delivered", "use `holders.topic`, or remove the chain");
    return false;
  }
  auto& stream = of_holders ? *holders_ : *decisions_;
  auto& steps = stream.blueprint->steps;
  const auto kind = stream.blueprint->kind;
  const auto first = steps.size();
  for (const auto& config : chain.steps) {
    core::Step step;
    step.id = chain.id + "." + config.id;
    step.kind = kind;
    step.required = config.required;
    step.sink = static_cast<std::size_t>(
        std::find_if(config_->sinks.begin(), config_->sinks.end(),
                     [&](const SinkConfig& sink) { return sink.id == config.sink; }) -
        config_->sinks.begin());
    for (std::size_t i = first; i < steps.size(); ++i) {
      const auto id = std::string_view(steps[i].id).substr(chain.id.size() + 1);
      if (std::ranges::find(config.after, id) == config.after.end()) continue;
      step.after.push_back(i);
      if (steps[i].fallback) step.after.push_back(steps[i].fallback->step);
    }
    const auto& sink = *sinks_[step.sink].front();
    if (!sink.takes(kind)) {
      refuse(diagnostics, Code::wrong_plugin_kind, config.span,
             "sink `" + config.sink + "` does not take " + (of_holders ? "holders" : "decisions"));
      return false;
    }
    step.transactional = sink.transactional() != nullptr;
    step.columns = sink.columns(kind);
    if (!config.when.is_null()) {
      Scope scope(*stream.catalogue, stream.features.get(), Scope::Stage::after_rules,
                  "step `" + step.id + "`");
      const auto when = make_step_condition(config.when, step.id, scope, diagnostics);
      if (!when) return false;
      step.when = when->outcomes;
      step.looks_at_rows = when->of_row != nullptr;
    }
    if (!config.deferred.empty()) {
      const auto carrier = chain.id + "." + config.deferred;
      const auto found = std::ranges::find(steps, carrier, &core::Step::id);
      step.rides_with = static_cast<std::size_t>(found - steps.begin());
      if (!defer(config, step, steps, diagnostics)) return false;
    }
    if (config.cooldown && !cool_down(config, step, stream, diagnostics)) return false;
    if (const auto* before = step_before(chain.steps, config)) {
      if (!fall_back(chain.id, *before, step, steps, diagnostics)) return false;
    }
    stream.steps.push_back(&config);
    steps.push_back(std::move(step));
  }
  return true;
}

bool Assembly::cool_down(const StepConfig& config, core::Step& step, Stream& stream,
                         Diagnostics& diagnostics) {
  const auto no = "the step `" + config.id + "` cannot have a cooldown: ";
  const auto* customer = stream.schema.find(core::FieldRole::customer);
  if (stream.blueprint->kind != ASSAY_DECISION) {
    refuse(diagnostics, Code::cannot_cool_down, config.cooldown_span, no + "it takes holders",
           "a cooldown is of alerts", "remove `cooldown`");
  } else if (step.transactional) {
    refuse(diagnostics, Code::cannot_cool_down, config.cooldown_span,
           no + "its sink `" + config.sink + "` stores records",
           "a table that lacks some of them is no record of what happened",
           "put `cooldown` on a step that tells somebody");
  } else if (customer == nullptr) {
    refuse(diagnostics, Code::cannot_cool_down, config.cooldown_span,
           no + "no field of the schema is the customer", "alerts are counted for each customer",
           "give a field `role: customer`");
  } else {
    step.cooldown = config.cooldown;
    stream.blueprint->customer = stream.blueprint->layout.find(customer->name);
    return true;
  }
  return false;
}

// `step` becomes the fallback of the one before it.
bool Assembly::fall_back(const std::string& chain, const StepConfig& before, core::Step& step,
                         std::vector<core::Step>& steps, Diagnostics& diagnostics) {
  const auto found = std::ranges::find(steps, chain + "." + before.id, &core::Step::id);
  const auto with_cursors = found->transactional ? found->sink : step.sink;
  if (found->transactional || step.transactional) {
    refuse(diagnostics, Code::cannot_fall_back, before.fallback_span,
           "the step `" + before.id + "` cannot fall back to `" + before.fallback +
               "`: the sink `" + config_->sinks[with_cursors].id + "` keeps cursors of its own",
           "what stores records with a cursor takes all of them in order, and none of another step",
           "name steps with sinks without cursors, such as kafka, smtp and mail_folder");
    return false;
  }
  found->fallback = {steps.size(),
                     before.fallback_after
                         ? std::optional(std::chrono::nanoseconds(*before.fallback_after))
                         : std::nullopt};
  step.fallback_of = static_cast<std::size_t>(found - steps.begin());
  step.after.push_back(*step.fallback_of);
  return true;
}

// The step's records are stored by the sink of the one that they ride with, and delivered by
// instances of both that are made here.
bool Assembly::defer(const StepConfig& config, core::Step& step,
                     const std::vector<core::Step>& steps, Diagnostics& diagnostics) {
  const auto stored_by = steps[*step.rides_with].sink;
  const auto& carrier = config_->sinks[stored_by];
  if (!sinks_[stored_by].front()->transactional() || !sinks_[stored_by].front()->outbox()) {
    refuse(diagnostics, Code::cannot_defer, config.deferred_span,
           "the step `" + config.id + "` is deferred to `" + config.deferred + "`, whose sink `" +
               carrier.id + "` (" + carrier.use + ") keeps no outbox",
           "an outbox is kept by a sink that stores records and cursor in one transaction, and "
           "offers `assay.outbox/1`: of the sinks that ship, postgres",
           "use `after: " + config.deferred + "`, or store into PostgreSQL");
    return false;
  }
  if (step.transactional) {
    refuse(diagnostics, Code::cannot_defer, config.deferred_span,
           "the step `" + config.id + "` is deferred, and its sink `" + config.sink +
               "` keeps cursors of its own",
           "it delivers each record once without an outbox", "remove `deferred`");
    return false;
  }
  step.required = false;  // the one that it rides with gates for both
  Outbox made{step.id, stored_by, SinkPlugin::load(carrier, *loader_, diagnostics),
              SinkPlugin::load(config_->sinks[step.sink], *loader_, diagnostics)};
  if (!made.outbox || !made.sink || !bind_sink(*made.sink, diagnostics)) return false;
  outboxes_.push_back(std::move(made));
  return true;
}

}  // namespace assay::host
