#include "host/commands/database_sink.hpp"

#include <cstddef>

#include "core/model/plugin_error.hpp"
#include "host/plugins/plugin_door.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {
namespace {

std::int64_t nanoseconds(DatabaseSink::Seconds time) {
  return std::chrono::nanoseconds(time).count();
}

// Of a table by an author who knew of no cursors.
constexpr auto kWithoutCursors = offsetof(assay_database_api, cursors);

std::string sentence(const assay_error& error) {
  return error.message + (error.help.empty() ? "" : "; " + error.help);
}

// Collects what a plugin writes; the table is its first member, so its address is ours.
struct Text {
  assay_text_stream stream{sizeof(assay_text_stream), 0, &write};
  std::string text;

  static assay_status write(const assay_text_stream* stream, assay_text part) {
    auto* self = reinterpret_cast<Text*>(const_cast<assay_text_stream*>(stream));
    self->text.append(part.data, part.size);
    return ASSAY_OK;
  }
};

template <class Call>
tl::expected<std::string, std::string> collect(const SinkPlugin& sink, const Call& call) {
  Text text;
  assay_error error;
  const auto done = enter_plugin(sink.whom(), error, [&] { return call(&text.stream, &error); });
  if (done == ASSAY_OK) return std::move(text.text);
  return tl::unexpected(text.text + sentence(error));
}

assay_text to_c(const std::string& text) { return {text.data(), text.size()}; }

assay_outbox_filter filter_of(const DatabaseSink::OutboxChoice& choice) {
  return {sizeof(assay_outbox_filter), choice.limit,      to_c(choice.group), to_c(choice.step),
          to_c(choice.state),          to_c(choice.code), to_c(choice.reason)};
}

}  // namespace

tl::expected<DatabaseSink, std::string> DatabaseSink::find(const Assembly& assembly,
                                                           std::string_view id) {
  std::string others;
  std::vector<DatabaseSink> found;
  for (const auto& instances : assembly.sinks()) {
    const auto& sink = *instances.front();
    const auto* api = sink.plugin().interface<assay_database_api>(ASSAY_DATABASE_ID);
    if (!api || api->size < kWithoutCursors) {
      if (sink.config().id == id) {
        return tl::unexpected("sink `" + std::string(id) + "` (" + sink.config().use +
                              ") owns no tables");
      }
      continue;
    }
    others += (others.empty() ? "" : ", ") + sink.config().id;
    if (id.empty() || sink.config().id == id) found.push_back(DatabaseSink(sink, *api));
  }
  if (found.size() == 1) return found.front();
  if (!found.empty())
    return tl::unexpected("several sinks own tables: --sink ID, one of " + others);
  if (others.empty())
    return tl::unexpected(std::string("no sink of the configuration owns tables"));
  return tl::unexpected("there is no sink `" + std::string(id) + "`; those with tables: " + others);
}

tl::expected<assay_database_status, std::string> DatabaseSink::status(Seconds timeout) const {
  assay_database_status status{};
  status.size = sizeof status;
  assay_error error;
  const auto told = enter_plugin(sink_->whom(), error, [&] {
    return api_->status(sink_->sink(), nanoseconds(timeout), &status, &error);
  });
  if (told == ASSAY_OK) return status;
  return tl::unexpected(sentence(error));
}

tl::expected<std::string, std::string> DatabaseSink::print(std::int64_t from,
                                                           std::int64_t to) const {
  return collect(*sink_, [&](const assay_text_stream* stream, assay_error* error) {
    return api_->print(sink_->sink(), from, to, stream, error);
  });
}

tl::expected<std::string, std::string> DatabaseSink::migrate(std::int64_t to,
                                                             Seconds timeout) const {
  return collect(*sink_, [&](const assay_text_stream* stream, assay_error* error) {
    return api_->migrate(sink_->sink(), to, nanoseconds(timeout), stream, error);
  });
}

tl::expected<std::string, std::string> DatabaseSink::maintain(const Maintenance& maintenance,
                                                              Seconds timeout) const {
  assay_maintenance order{};
  order.size = sizeof order;
  order.flags = maintenance.dry_run ? ASSAY_DRY_RUN : 0;
  order.now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                  std::chrono::system_clock::now().time_since_epoch())
                  .count();
  order.ahead = maintenance.ahead;
  order.retention = maintenance.retention;
  return collect(*sink_, [&](const assay_text_stream* stream, assay_error* error) {
    return api_->maintain(sink_->sink(), &order, nanoseconds(timeout), stream, error);
  });
}

tl::expected<std::string, std::string> DatabaseSink::explain(std::string_view transaction_id,
                                                             Seconds timeout) const {
  return collect(*sink_, [&](const assay_text_stream* stream, assay_error* error) {
    return api_->explain(sink_->sink(), {transaction_id.data(), transaction_id.size()},
                         nanoseconds(timeout), stream, error);
  });
}

bool DatabaseSink::shows_cursors() const {
  return api_->size >= sizeof(assay_database_api) && api_->cursors && api_->set_cursor;
}

tl::expected<std::string, std::string> DatabaseSink::cursors(std::string_view group,
                                                             Seconds timeout) const {
  if (!shows_cursors()) return tl::unexpected("sink `" + id() + "` shows no cursors");
  return collect(*sink_, [&](const assay_text_stream* stream, assay_error* error) {
    return api_->cursors(sink_->sink(), {group.data(), group.size()}, nanoseconds(timeout), stream,
                         error);
  });
}

tl::expected<void, std::string> DatabaseSink::set_cursor(const CursorPlace& place,
                                                         std::int64_t next_offset,
                                                         Seconds timeout) const {
  if (!shows_cursors()) return tl::unexpected("sink `" + id() + "` shows no cursors");
  assay_cursor cursor{};
  cursor.group = to_c(place.group);
  cursor.step = to_c(place.step);
  cursor.topic = to_c(place.topic);
  cursor.partition = place.partition;
  cursor.next_offset = next_offset;
  assay_error error;
  const auto set = enter_plugin(sink_->whom(), error, [&] {
    return api_->set_cursor(sink_->sink(), &cursor, nanoseconds(timeout), &error);
  });
  if (set == ASSAY_OK) return {};
  return tl::unexpected(sentence(error));
}

tl::expected<std::string, std::string> DatabaseSink::outbox(const OutboxChoice& choice,
                                                            Seconds timeout) const {
  if (!sink_->outbox()) return tl::unexpected("sink `" + id() + "` keeps no outbox");
  const auto filter = filter_of(choice);
  return collect(*sink_, [&](const assay_text_stream* stream, assay_error* error) {
    return sink_->outbox()->list(sink_->sink(), &filter, nanoseconds(timeout), stream, error);
  });
}

tl::expected<std::uint64_t, std::string> DatabaseSink::retry_outbox(const OutboxChoice& choice,
                                                                    Seconds timeout) const {
  return change_outbox(&assay_outbox_api::retry, choice, timeout);
}

tl::expected<std::uint64_t, std::string> DatabaseSink::drop_from_outbox(const OutboxChoice& choice,
                                                                        Seconds timeout) const {
  return change_outbox(&assay_outbox_api::drop, choice, timeout);
}

tl::expected<std::uint64_t, std::string> DatabaseSink::change_outbox(
    Change assay_outbox_api::*change, const OutboxChoice& choice, Seconds timeout) const {
  if (!sink_->outbox()) return tl::unexpected("sink `" + id() + "` keeps no outbox");
  const auto filter = filter_of(choice);
  std::uint64_t changed = 0;
  assay_error error;
  if ((sink_->outbox()->*change)(sink_->sink(), &filter, nanoseconds(timeout), &changed, &error) ==
      ASSAY_OK) {
    return changed;
  }
  return tl::unexpected(sentence(error));
}

bool DatabaseSink::reachable(Seconds timeout) const {
  return SinkCall(*sink_).health(nanoseconds(timeout)).kind != Trouble::Kind::transient;
}

}  // namespace assay::host
