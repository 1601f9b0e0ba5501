// A sink in C++: a class with bind and write, and one line that exports it.
//
//   class Webhook {
//    public:
//     Webhook(const assay::Config& config, const assay::Host& host);
//     bool bind(assay::RecordKind kind, assay::Binder& binder);  // false: not my kind
//     void write(const assay::Records& records, assay::Deadline deadline, assay::Statuses&
//     statuses);
//   };
//   ASSAY_SINK(Webhook, "webhook", "1.0.0")
//
// What the class may have besides: `static constexpr const char* schema`, `flush(Deadline)`,
// `health(Deadline)`, `interrupt()`, `renew(const Config&)` for settings that change while it lives
// (see renewal.h), and, for exactly once, `claim`, `begin`, `commit`, `abort` and `position` (see
// transactional.h), for a sink that owns tables the functions of OwnsTables (see database.hpp), and
// for one that keeps an outbox those of KeepsOutbox (see outbox.hpp). A thrown assay::Failure says
// what went wrong and in which class; any other exception counts as an outage and is retried.
// Nothing leaves the plugin.
#pragma once

#include <assay/renewal.h>

#include <assay/binder.hpp>
#include <assay/database.hpp>
#include <assay/note.hpp>
#include <assay/outbox.hpp>
#include <assay/records.hpp>
#include <concepts>
#include <span>
#include <type_traits>

namespace assay {

using Cursor = assay_cursor;

// Log, clock and counters of the host, under the plugin's name.
class Host {
 public:
  explicit Host(const assay_host& host)
      : host_(&host),
        log_(static_cast<const assay_log*>(host.get_interface(&host, ASSAY_LOG_ID))),
        clock_(static_cast<const assay_clock*>(host.get_interface(&host, ASSAY_CLOCK_ID))),
        metrics_(static_cast<const assay_metrics*>(host.get_interface(&host, ASSAY_METRICS_ID))),
        run_(static_cast<const assay_run*>(host.get_interface(&host, ASSAY_RUN_ID))) {}

  void info(std::string_view message) const { write(ASSAY_LOG_INFO, message); }
  void warning(std::string_view message) const { write(ASSAY_LOG_WARNING, message); }

  // What is running. Lives as long as the plugin is loaded.
  std::string_view config_hash() const {
    return run_ ? detail::from_c(run_->config_hash(host_)) : "";
  }
  std::string_view configuration() const {
    return run_ ? detail::from_c(run_->configuration(host_)) : "";
  }
  std::string_view engine_version() const {
    return run_ ? detail::from_c(run_->engine_version(host_)) : "";
  }

  // The wall clock.
  Time now() const { return {clock_ ? clock_->now(host_) : 0}; }

  // Declares a counter; `add` raises it. A name that is not lower_snake_case counts nothing.
  std::uint32_t counter(std::string_view name, std::string_view help) const {
    std::uint32_t number = UINT32_MAX;
    if (metrics_) metrics_->counter(host_, detail::to_c(name), detail::to_c(help), &number);
    return number;
  }
  void add(std::uint32_t number, std::uint64_t delta = 1) const {
    if (metrics_) metrics_->add(host_, number, delta);
  }

 private:
  void write(std::uint32_t level, std::string_view message) const {
    if (log_) log_->write(host_, level, detail::to_c(message));
  }

  const assay_host* host_;
  const assay_log* log_;
  const assay_clock* clock_;
  const assay_metrics* metrics_;
  const assay_run* run_;
};

namespace detail {

template <class Sink>
concept SinkHasSchema = requires {
  { Sink::schema } -> std::convertible_to<const char*>;
};
template <class Sink>
concept Flushes = requires(Sink sink, Deadline deadline) {
  sink.flush(deadline);
};
template <class Sink>
concept TellsHealth = requires(Sink sink, Deadline deadline) {
  sink.health(deadline);
};
template <class Sink>
concept Interrupts = requires(Sink sink) {
  sink.interrupt();
};
template <class Sink>
concept Renews = requires(Sink sink, const Config& config) {
  sink.renew(config);
};
template <class Sink>
concept Transactional = requires(Sink sink, std::span<Cursor> cursors, Deadline deadline) {
  sink.claim(cursors, deadline);
  sink.begin(cursors, deadline);
  sink.commit(cursors, deadline);
  sink.abort();
  sink.position(cursors, deadline);
};

// Joins a sink class to the C tables. One per plugin.
template <class Sink>
class ASSAY_HIDDEN SinkTable {
  static_assert(std::constructible_from<Sink, const Config&, const Host&>,
                "a sink needs a constructor from (const assay::Config&, const assay::Host&)");
  static_assert(
      requires(Sink sink, Binder& binder) {
        { sink.bind(RecordKind::decision, binder) } -> std::same_as<bool>;
      },
      "a sink needs `bool bind(assay::RecordKind, assay::Binder&)`");
  static_assert(
      requires(Sink sink, const Records& records, Deadline deadline, Statuses& statuses) {
        sink.write(records, deadline, statuses);
      },
      "a sink needs `void write(const assay::Records&, assay::Deadline, assay::Statuses&)`");

  struct Instance {
    Sink sink;
    const assay_host* host;
    const assay_config* config;
  };
  static Instance& self(assay_sink* sink) { return *reinterpret_cast<Instance*>(sink); }
  struct Instances {
    static Instance& of(assay_sink* sink) { return self(sink); }
  };

  static const char* describe() {
    if constexpr (SinkHasSchema<Sink>) return Sink::schema;
    return no_parameters;
  }
  static assay_status create(const assay_host* host, const assay_config* config, assay_sink** sink,
                             assay_error* error) {
    return guarded(*host, error, [&] {
      auto* instance = new Instance{Sink(Config(*host, config), Host(*host)), host, config};
      *sink = reinterpret_cast<assay_sink*>(instance);
      return ASSAY_OK;
    });
  }
  static void destroy(assay_sink* sink) { delete &self(sink); }
  static assay_status bind(assay_sink* sink, std::uint32_t kind, const assay_binder* binder,
                           assay_error* error) {
    auto& instance = self(sink);
    return guarded(*instance.host, error, [&] {
      Binder names(*instance.host, instance.config, *binder);
      return instance.sink.bind(static_cast<RecordKind>(kind), names) ? ASSAY_OK : ASSAY_NOT_WANTED;
    });
  }
  static assay_status write(assay_sink* sink, const assay_record_batch* batch, std::int64_t timeout,
                            assay_statuses* statuses, assay_error*) {
    return answering(statuses, [&](Statuses& answers) {
      self(sink).sink.write(Records(*batch), Deadline(timeout), answers);
    });
  }
  static assay_status flush(assay_sink* sink, std::int64_t timeout, assay_statuses* statuses,
                            assay_error*) {
    return answering(statuses, [&](Statuses&) {
      if constexpr (Flushes<Sink>) self(sink).sink.flush(Deadline(timeout));
    });
  }
  static assay_status health(assay_sink* sink, std::int64_t timeout, assay_statuses* statuses,
                             assay_error*) {
    return answering(statuses, [&](Statuses&) {
      if constexpr (TellsHealth<Sink>) self(sink).sink.health(Deadline(timeout));
    });
  }
  static void interrupt(assay_sink* sink) {
    if constexpr (Interrupts<Sink>) self(sink).sink.interrupt();
  }
  static assay_status renew(assay_sink* sink, const assay_config* config, assay_error* error) {
    const auto& host = *self(sink).host;
    return guarded(host, error, [&] {
      if constexpr (Renews<Sink>) self(sink).sink.renew(Config(host, config));
      return ASSAY_OK;
    });
  }

  static assay_status claim(assay_sink* sink, assay_cursor* cursors, std::uint32_t count,
                            std::int64_t timeout, assay_statuses* statuses, assay_error*) {
    return answering(statuses, [&](Statuses&) {
      if constexpr (Transactional<Sink>) {
        self(sink).sink.claim(std::span<Cursor>(cursors, count), Deadline(timeout));
      }
    });
  }
  static assay_status begin(assay_sink* sink, assay_cursor* cursors, std::uint32_t count,
                            std::int64_t timeout, assay_statuses* statuses, assay_error*) {
    return answering(statuses, [&](Statuses&) {
      if constexpr (Transactional<Sink>) {
        self(sink).sink.begin(std::span<Cursor>(cursors, count), Deadline(timeout));
      }
    });
  }
  static assay_status commit(assay_sink* sink, assay_cursor* cursors, std::uint32_t count,
                             std::int64_t timeout, assay_statuses* statuses, assay_error*) {
    return answering(statuses, [&](Statuses&) {
      if constexpr (Transactional<Sink>) {
        self(sink).sink.commit(std::span<Cursor>(cursors, count), Deadline(timeout));
      }
    });
  }
  static void abort(assay_sink* sink) {
    if constexpr (Transactional<Sink>) self(sink).sink.abort();
  }
  static assay_status position(assay_sink* sink, assay_cursor* cursors, std::uint32_t count,
                               std::int64_t timeout, assay_statuses* statuses, assay_error*) {
    return answering(statuses, [&](Statuses&) {
      if constexpr (Transactional<Sink>) {
        self(sink).sink.position(std::span<Cursor>(cursors, count), Deadline(timeout));
      }
    });
  }

 public:
  static assay_status init(const assay_host*, assay_error*) { return ASSAY_OK; }
  static void deinit() {}
  static const void* get_interface(const char* id) {
    const std::string_view wanted(id);
    if (wanted == ASSAY_SINK_ID) return &api;
    if constexpr (Renews<Sink>) {
      if (wanted == ASSAY_RENEWAL_ID) return &renewal;
    }
    if constexpr (Transactional<Sink>) {
      if (wanted == ASSAY_TRANSACTIONAL_ID) return &transactional;
    }
    if constexpr (KeepsOutbox<Sink>) {
      if (wanted == ASSAY_OUTBOX_ID) return &OutboxTable<Sink, Instances>::api;
    }
    if constexpr (OwnsTables<Sink>) {
      if (wanted == ASSAY_DATABASE_ID) return &DatabaseTable<Sink, Instances>::api;
    }
    return nullptr;
  }

  static constexpr assay_sink_api api{sizeof(assay_sink_api),
                                      0,
                                      &describe,
                                      &create,
                                      &destroy,
                                      &bind,
                                      &write,
                                      Flushes<Sink> ? &flush : nullptr,
                                      &health,
                                      Interrupts<Sink> ? &interrupt : nullptr};
  static constexpr assay_renewal_api renewal{sizeof(assay_renewal_api), 0, &renew};
  static constexpr assay_transactional_api transactional{
      sizeof(assay_transactional_api), 0, &claim, &begin, &commit, &abort, &position};
};

template <class Sink>
inline constexpr InterfaceIds offered_by_sink{
    ASSAY_SINK_ID, Transactional<Sink> ? ASSAY_TRANSACTIONAL_ID : "",
    KeepsOutbox<Sink> ? ASSAY_OUTBOX_ID : "", OwnsTables<Sink> ? ASSAY_DATABASE_ID : "",
    Renews<Sink> ? ASSAY_RENEWAL_ID : ""};
inline constexpr InterfaceIds wanted_by_sinks{ASSAY_CONFIG_ID, ASSAY_LOG_ID, ASSAY_CLOCK_ID,
                                              ASSAY_METRICS_ID, ASSAY_RUN_ID};

}  // namespace detail
}  // namespace assay

// The last line of a sink's file: exports the class under `id`, with the plugin's version, and
// notes both in the file, with the schema.
#define ASSAY_SINK(Class, sink_id, sink_version)                                          \
  ASSAY_NOTE_OF_CODE(Class, sink_id, sink_version, assay::detail::offered_by_sink<Class>, \
                     assay::detail::wanted_by_sinks);                                     \
  extern "C" ASSAY_EXPORT const assay_entry assay_entry_v1 = {                            \
      sizeof(assay_entry),                                                                \
      ASSAY_ABI_MINOR,                                                                    \
      sink_id,                                                                            \
      &assay::detail::SinkTable<Class>::init,                                             \
      &assay::detail::SinkTable<Class>::deinit,                                           \
      &assay::detail::SinkTable<Class>::get_interface,                                    \
      sink_version};
