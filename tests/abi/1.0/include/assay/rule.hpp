// A rule in C++: a class with bind and evaluate, and one line that exports it.
//
//   class Late {
//    public:
//     void bind(assay::Binder& binder);
//     assay::Verdict evaluate(const assay::Row& row);
//   };
//   ASSAY_RULE(Late, "late", "1.0.0")
//
// What the class may have besides: `static constexpr const char* schema`, the JSON Schema of its
// parameters; `struct Shared` with a constructor from `const assay::Config&`, made once per
// configured rule (the class then needs a constructor from `const Shared&`); a two-argument
// `evaluate(const Row&, Explain&)` for hits with more than one piece of evidence; `tick(Time)`; and
// for a rule that remembers more than its features, `stateful` with `save` and `load` (state.hpp).
// Everything that throws becomes an error of the host; nothing leaves the plugin.
#pragma once

#include <assay/note.hpp>
#include <assay/state.hpp>
#include <assay/verdict.hpp>
#include <concepts>
#include <memory>
#include <type_traits>

namespace assay {

namespace detail {

template <class Rule>
concept HasSchema = requires {
  { Rule::schema } -> std::convertible_to<const char*>;
};
template <class Rule>
concept HasShared = requires {
  typename Rule::Shared;
};
template <class Rule>
concept HasTick = requires(Rule rule, Time now) {
  rule.tick(now);
};
template <class Rule>
concept Explains = requires(Rule rule, const Row& row, Explain& explain) {
  { rule.evaluate(row, explain) } -> std::same_as<Verdict>;
};
template <class Rule>
concept Stateful = requires {
  requires Rule::stateful;
};
template <class Rule>
concept Keeps = requires(Rule rule, StateWriter& writer, StateReader& reader) {
  requires Rule::state_version >
  0;
  rule.save(writer);
  rule.load(reader, std::uint64_t{});
};
template <class Rule>
concept Judges = Explains<Rule> || requires(Rule rule, const Row& row) {
  { rule.evaluate(row) } -> std::same_as<Verdict>;
};

// Joins a rule class to the C table. One per plugin.
template <class Rule>
class ASSAY_HIDDEN RuleTable {
  static_assert(
      requires(Rule rule, Binder& binder) { rule.bind(binder); },
      "a rule needs `void bind(assay::Binder&)`");
  static_assert(Judges<Rule>,
                "a rule needs `assay::Verdict evaluate(const assay::Row&)`, or the same with a "
                "second argument `assay::Explain&`");
  static_assert(!Stateful<Rule> || Keeps<Rule>,
                "a stateful rule needs `static constexpr std::uint64_t state_version` from 1 on, "
                "`void save(assay::StateWriter&)` and `void load(assay::StateReader&, "
                "std::uint64_t version)`");

  struct Instance {
    Rule rule;
    const assay_host* host;
    const assay_config* config;
    const assay_explain* explain;
  };

  static const char* describe() {
    if constexpr (HasSchema<Rule>) return Rule::schema;
    return no_parameters;
  }

  static assay_status create_shared(const assay_host* host, const assay_config* config,
                                    assay_rule_shared** shared, assay_error* error) {
    return guarded(*host, error, [&] {
      if constexpr (HasShared<Rule>) {
        auto made = std::make_unique<typename Rule::Shared>(Config(*host, config));
        *shared = reinterpret_cast<assay_rule_shared*>(made.release());
      }
      return ASSAY_OK;
    });
  }
  static void destroy_shared(assay_rule_shared* shared) {
    if constexpr (HasShared<Rule>) delete reinterpret_cast<typename Rule::Shared*>(shared);
  }

  static Rule make([[maybe_unused]] assay_rule_shared* shared) {
    if constexpr (HasShared<Rule>) {
      return Rule(*reinterpret_cast<const typename Rule::Shared*>(shared));
    } else {
      return Rule();
    }
  }
  static assay_status create(const assay_host* host, const assay_config* config,
                             assay_rule_shared* shared, const assay_instance*, assay_rule** rule,
                             assay_error* error) {
    return guarded(*host, error, [&] {
      const auto* explain =
          static_cast<const assay_explain*>(host->get_interface(host, ASSAY_EXPLAIN_ID));
      *rule = reinterpret_cast<assay_rule*>(new Instance{make(shared), host, config, explain});
      return ASSAY_OK;
    });
  }
  static void destroy(assay_rule* rule) { delete reinterpret_cast<Instance*>(rule); }

  static assay_status bind(assay_rule* rule, const assay_binder* binder, assay_error* error) {
    auto& self = *reinterpret_cast<Instance*>(rule);
    return guarded(*self.host, error, [&] {
      Binder names(*self.host, self.config, *binder);
      self.rule.bind(names);
      return ASSAY_OK;
    });
  }

  static assay_status evaluate(assay_rule* rule, const assay_batch* batch,
                               const assay_verdicts* verdicts, assay_error* error) {
    auto& self = *reinterpret_cast<Instance*>(rule);
    return guarded(*self.host, error, [&] {
      if constexpr (Explains<Rule>) {
        Explain explain(self.explain, *verdicts);
        for (std::uint32_t i = 0; i < batch->rows; ++i) {
          explain.at(i);
          verdicts->rows[i] = self.rule.evaluate(Row(*batch, i), explain);
        }
      } else {
        for (std::uint32_t i = 0; i < batch->rows; ++i) {
          verdicts->rows[i] = self.rule.evaluate(Row(*batch, i));
        }
      }
      return ASSAY_OK;
    });
  }

  static void tick(assay_rule* rule, std::int64_t now) {
    if constexpr (HasTick<Rule>) reinterpret_cast<Instance*>(rule)->rule.tick(Time{now});
  }

  static constexpr std::uint64_t state_version() {
    if constexpr (Stateful<Rule>) return Rule::state_version;
    return 0;
  }
  static assay_status save(assay_rule* rule, const assay_stream* stream, assay_error* error) {
    auto& self = *reinterpret_cast<Instance*>(rule);
    return guarded(*self.host, error, [&] {
      if constexpr (Stateful<Rule>) {
        StateWriter state(*stream);
        self.rule.save(state);
      }
      return ASSAY_OK;
    });
  }
  static assay_status load(assay_rule* rule, const assay_stream* stream, std::uint64_t version,
                           assay_error* error) {
    auto& self = *reinterpret_cast<Instance*>(rule);
    return guarded(*self.host, error, [&] {
      if constexpr (Stateful<Rule>) {
        StateReader state(*stream);
        self.rule.load(state, version);
      }
      return ASSAY_OK;
    });
  }

 public:
  static assay_status init(const assay_host*, assay_error*) { return ASSAY_OK; }
  static void deinit() {}
  static const void* get_interface(const char* id) {
    return std::string_view(id) == ASSAY_RULE_ID ? &api : nullptr;
  }

  static constexpr assay_rule_api api{sizeof(assay_rule_api),
                                      Stateful<Rule> ? ASSAY_RULE_STATEFUL : 0,
                                      state_version(),
                                      &describe,
                                      &create_shared,
                                      &destroy_shared,
                                      &create,
                                      &destroy,
                                      &bind,
                                      &evaluate,
                                      HasTick<Rule> ? &tick : nullptr,
                                      Stateful<Rule> ? &save : nullptr,
                                      Stateful<Rule> ? &load : nullptr};
};

inline constexpr InterfaceIds offered_by_rules{ASSAY_RULE_ID, "", "", "", ""};
inline constexpr InterfaceIds wanted_by_rules{ASSAY_CONFIG_ID, ASSAY_EXPLAIN_ID, "", "", ""};

}  // namespace detail
}  // namespace assay

// The last line of a rule's file: exports the class under `id`, with the plugin's version, and
// notes both in the file, with the schema.
#define ASSAY_RULE(Class, rule_id, rule_version)                                    \
  ASSAY_NOTE_OF_CODE(Class, rule_id, rule_version, assay::detail::offered_by_rules, \
                     assay::detail::wanted_by_rules);                               \
  extern "C" ASSAY_EXPORT const assay_entry assay_entry_v1 = {                      \
      sizeof(assay_entry),                                                          \
      ASSAY_ABI_MINOR,                                                              \
      rule_id,                                                                      \
      &assay::detail::RuleTable<Class>::init,                                       \
      &assay::detail::RuleTable<Class>::deinit,                                     \
      &assay::detail::RuleTable<Class>::get_interface,                              \
      rule_version};
