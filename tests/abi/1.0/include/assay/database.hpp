// The tables behind a sink, for authors in C++: see database.h.
//
// A sink class that has the five functions of the concept OwnsTables offers the interface; the
// veneer for sinks finds them by itself, and the two of ShowsCursors where they are there. They may
// throw: a Refusal keeps its advice, a Failure its code and text.
#pragma once

#include <assay/config.hpp>
#include <assay/records.hpp>
#include <concepts>
#include <cstdint>
#include <string_view>

namespace assay {

using DatabaseStatus = assay_database_status;
using Maintenance = assay_maintenance;

// Where the functions write what they have to say.
class TextStream {
 public:
  explicit TextStream(const assay_text_stream& stream) : stream_(&stream) {}

  const TextStream& operator<<(std::string_view text) const {
    if (stream_->write(stream_, detail::to_c(text)) != ASSAY_OK) {
      throw Refusal("the host takes no more text");
    }
    return *this;
  }

 private:
  const assay_text_stream* stream_;
};

namespace detail {

template <class Sink>
concept OwnsTables = requires(Sink sink, Deadline deadline, const TextStream& stream,
                              const Maintenance& maintenance, std::int64_t version,
                              std::string_view transaction_id) {
  { sink.database_status(deadline) } -> std::same_as<DatabaseStatus>;
  sink.database_print(version, version, stream);
  sink.database_migrate(version, deadline, stream);
  sink.database_maintain(maintenance, deadline, stream);
  sink.database_explain(transaction_id, deadline, stream);
};

template <class Sink>
concept ShowsCursors = requires(Sink sink, Deadline deadline, const TextStream& stream,
                                std::string_view group, const assay_cursor& cursor) {
  sink.database_cursors(group, deadline, stream);
  sink.database_set_cursor(cursor, deadline);
};

// Joins such a class to the C table. `Instances` finds the sink behind a handle, and its host.
template <class Sink, class Instances>
class ASSAY_HIDDEN DatabaseTable {
  template <class Body>
  static assay_status run(assay_sink* sink, assay_error* error, Body&& body) noexcept {
    auto& instance = Instances::of(sink);
    return guarded(*instance.host, error, [&] {
      body(instance.sink);
      return ASSAY_OK;
    });
  }

  static assay_status status(assay_sink* sink, std::int64_t timeout, assay_database_status* status,
                             assay_error* error) {
    return run(sink, error, [&](auto& self) {
      const auto size = status->size;
      *status = self.database_status(Deadline(timeout));
      status->size = size;
    });
  }
  static assay_status print(assay_sink* sink, std::int64_t from, std::int64_t to,
                            const assay_text_stream* stream, assay_error* error) {
    return run(sink, error,
               [&](auto& self) { self.database_print(from, to, TextStream(*stream)); });
  }
  static assay_status migrate(assay_sink* sink, std::int64_t to, std::int64_t timeout,
                              const assay_text_stream* stream, assay_error* error) {
    return run(sink, error, [&](auto& self) {
      self.database_migrate(to, Deadline(timeout), TextStream(*stream));
    });
  }
  static assay_status maintain(assay_sink* sink, const assay_maintenance* maintenance,
                               std::int64_t timeout, const assay_text_stream* stream,
                               assay_error* error) {
    return run(sink, error, [&](auto& self) {
      self.database_maintain(*maintenance, Deadline(timeout), TextStream(*stream));
    });
  }
  static assay_status explain(assay_sink* sink, assay_text transaction_id, std::int64_t timeout,
                              const assay_text_stream* stream, assay_error* error) {
    return run(sink, error, [&](auto& self) {
      self.database_explain(from_c(transaction_id), Deadline(timeout), TextStream(*stream));
    });
  }
  static assay_status cursors(assay_sink* sink, assay_text group, std::int64_t timeout,
                              const assay_text_stream* stream, assay_error* error) {
    return run(sink, error, [&](auto& self) {
      if constexpr (ShowsCursors<Sink>) {
        self.database_cursors(from_c(group), Deadline(timeout), TextStream(*stream));
      }
    });
  }
  static assay_status set_cursor(assay_sink* sink, const assay_cursor* cursor, std::int64_t timeout,
                                 assay_error* error) {
    return run(sink, error, [&](auto& self) {
      if constexpr (ShowsCursors<Sink>) self.database_set_cursor(*cursor, Deadline(timeout));
    });
  }

 public:
  static constexpr assay_database_api api{sizeof(assay_database_api),
                                          0,
                                          &status,
                                          &print,
                                          &migrate,
                                          &maintain,
                                          &explain,
                                          ShowsCursors<Sink> ? &cursors : nullptr,
                                          ShowsCursors<Sink> ? &set_cursor : nullptr};
};

}  // namespace detail
}  // namespace assay
