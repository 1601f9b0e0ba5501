#include "plugins/sinks/postgres/connection.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "plugins/sinks/postgres/sqlstate.hpp"

namespace assay::postgres {
namespace {

constexpr const char* lost_code = "08006";
constexpr const char* late_code = "57014";

std::string field(const PGresult* result, int code) {
  const auto* text = PQresultErrorField(result, code);
  return text ? text : "";
}

// "COPY transactions, line 3, column amount": the words are translated, the number behind the first
// comma is not.
std::optional<std::uint64_t> line_of(std::string_view context) {
  if (context.substr(0, 5) != "COPY ") return std::nullopt;
  const auto comma = context.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto digit = context.find_first_of("0123456789", comma);
  if (digit == std::string_view::npos) return std::nullopt;
  std::uint64_t line = 0;
  std::from_chars(context.data() + digit, context.data() + context.size(), line);
  return line > 0 ? std::optional(line) : std::nullopt;
}

[[noreturn]] void raise(const PGresult* result) {
  const auto sqlstate = field(result, PG_DIAG_SQLSTATE);
  auto text = field(result, PG_DIAG_MESSAGE_PRIMARY);
  // The message of a data error repeats the value; what is left must do.
  if (sqlstate_class(sqlstate) == ErrorClass::data) {
    text = "PostgreSQL refuses a value";
    const auto table = field(result, PG_DIAG_TABLE_NAME);
    const auto column = field(result, PG_DIAG_COLUMN_NAME);
    if (!table.empty()) text += " of the table " + table;
    if (!column.empty()) text += ", column " + column;
  }
  throw ServerError(sqlstate, text, line_of(field(result, PG_DIAG_CONTEXT)));
}

// libpq keeps no SQLSTATE of a connection that was refused, but writes it into a verbose message:
// "FATAL:  28P01: password authentication failed".
std::string sqlstate_in(std::string_view message) {
  for (auto at = message.find(":  "); at != std::string_view::npos;
       at = message.find(":  ", at + 1)) {
    const auto state = message.substr(at + 3, 5);
    const auto is_state = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
    if (state.size() == 5 && std::all_of(state.begin(), state.end(), is_state) &&
        message.substr(at + 8, 1) == ":") {
      return std::string(state);
    }
  }
  return "";
}

std::string in_one_line(std::string text) {
  const auto location = text.find("\nLOCATION:");
  if (location != std::string::npos) text.resize(location);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

ServerError::ServerError(std::string sqlstate, const std::string& text,
                         std::optional<std::uint64_t> line)
    : std::runtime_error(text), sqlstate_(std::move(sqlstate)), line_(line) {}

Failure ServerError::as_failure() const {
  switch (sqlstate_class(sqlstate_)) {
    case ErrorClass::transient:
      return Failure::transient(sqlstate_, what());
    case ErrorClass::data:
      return Failure::data(sqlstate_, what());
    case ErrorClass::configuration:
      break;
  }
  return Failure::configuration(sqlstate_, what());
}

Connection::Connection(const Settings& settings)
    : settings_(settings), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (wake_ < 0) throw Refusal("no event descriptor is left for a connection");
}

Connection::~Connection() {
  close();
  ::close(wake_);
}

void Connection::close() {
  if (connection_) PQfinish(connection_);
  connection_ = nullptr;
}

void Connection::interrupt() {
  const std::uint64_t one = 1;
  // It fails only where the event is raised already.
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void Connection::ready_to_send() const {
  std::uint64_t before = 0;
  // An interrupt speaks of the call that ran when it came.
  [[maybe_unused]] const auto taken = ::read(wake_, &before, sizeof before);
}

void Connection::lost(const std::string& code, const std::string& why) {
  close();
  throw Failure::transient(code, settings_.without_secrets(why) + " (" + settings_.place() + ")");
}

void Connection::wait(short events, Deadline deadline) {
  std::array<pollfd, 2> watched{
      {{PQsocket(connection_), events, 0}, {wake_, static_cast<short>(POLLIN), 0}}};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.left()).count();
  const auto milliseconds = static_cast<int>(std::min<std::int64_t>(left, 60'000));
  if (::poll(watched.data(), watched.size(), milliseconds) == 0 && deadline.over()) {
    lost(late_code, "no answer from PostgreSQL in time");
  }
  if (watched[1].revents != 0) lost(late_code, "interrupted while waiting for PostgreSQL");
}

void Connection::open(Deadline deadline) {
  close();
  ready_to_send();
  std::vector<const char*> names;
  std::vector<const char*> values;
  const auto keywords = settings_.for_engine();
  for (const auto& [name, value] : keywords) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  const Deadline until(std::min<Duration>(deadline.left(), settings_.connect_timeout).count());
  connection_ = PQconnectStartParams(names.data(), values.data(), 0);
  if (!connection_) lost(lost_code, "no memory for a connection");
  PQsetErrorVerbosity(connection_, PQERRORS_VERBOSE);
  auto state = PGRES_POLLING_WRITING;
  if (PQstatus(connection_) == CONNECTION_BAD) state = PGRES_POLLING_FAILED;
  while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
    wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until);
    state = PQconnectPoll(connection_);
  }
  if (state != PGRES_POLLING_OK) {
    const auto said = settings_.without_secrets(in_one_line(PQerrorMessage(connection_)));
    const auto sqlstate = sqlstate_in(said);
    close();
    if (!sqlstate.empty()) throw ServerError(sqlstate, said, std::nullopt).as_failure();
    // Of the reasons without a SQLSTATE only distrust needs a person.
    if (said.find("certificate") != std::string::npos ||
        said.find("does not support SSL") != std::string::npos) {
      throw Failure::configuration("tls", said);
    }
    throw Failure::transient("08001", said);
  }
  PQsetnonblocking(connection_, 1);
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
  // A process that stands still in a transaction holds its cursors; whoever has its partitions by
  // then waits for them. Between two statements of ours lies nothing that takes long.
  execute(
      "SET search_path = public; SET idle_in_transaction_session_timeout = '10s'; "
      "SET client_min_messages = error",
      until);
}

std::string Connection::quoted(std::string_view text) const {
  const std::unique_ptr<char, void (*)(void*)> literal(
      PQescapeLiteral(connection_, text.data(), text.size()), &PQfreemem);
  if (!literal) throw Failure::data("22021", "a name is not valid UTF-8");
  return literal.get();
}

void Connection::flush(Deadline deadline) {
  for (int pending = PQflush(connection_); pending != 0; pending = PQflush(connection_)) {
    if (pending < 0) lost(lost_code, in_one_line(PQerrorMessage(connection_)));
    // A server that has an error to tell may stop reading until it is heard.
    wait(POLLIN | POLLOUT, deadline);
    if (PQconsumeInput(connection_) == 0) {
      lost(lost_code, in_one_line(PQerrorMessage(connection_)));
    }
  }
}

Result Connection::next(Deadline deadline) {
  flush(deadline);
  while (PQisBusy(connection_)) {
    wait(POLLIN, deadline);
    if (PQconsumeInput(connection_) == 0) {
      lost(lost_code, in_one_line(PQerrorMessage(connection_)));
    }
  }
  return Result(PQgetResult(connection_));
}

Result Connection::answer(Deadline deadline) {
  std::optional<Result> failed;
  Result last(nullptr);
  for (auto result = next(deadline); result.get(); result = next(deadline)) {
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN) return result;
    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
      failed = std::move(result);
    } else {
      last = std::move(result);
    }
  }
  if (PQstatus(connection_) == CONNECTION_BAD) {
    lost(failed && !field(failed->get(), PG_DIAG_SQLSTATE).empty()
             ? field(failed->get(), PG_DIAG_SQLSTATE)
             : lost_code,
         in_one_line(PQerrorMessage(connection_)));
  }
  if (failed) raise(failed->get());
  return last;
}

Result Connection::execute(const std::string& statements, Deadline deadline) {
  ready_to_send();
  if (PQsendQuery(connection_, statements.c_str()) == 0) {
    lost(lost_code, in_one_line(PQerrorMessage(connection_)));
  }
  return answer(deadline);
}

Result Connection::execute(const char* statement, std::span<const std::string> parameters,
                           Deadline deadline) {
  ready_to_send();
  std::vector<const char*> values;
  for (const auto& parameter : parameters) values.push_back(parameter.c_str());
  if (PQsendQueryParams(connection_, statement, static_cast<int>(values.size()), nullptr,
                        values.data(), nullptr, nullptr, 0) == 0) {
    lost(lost_code, in_one_line(PQerrorMessage(connection_)));
  }
  return answer(deadline);
}

void Connection::copy_begin(const char* statement, Deadline deadline) {
  execute(statement, deadline);
}

void Connection::copy_put(std::string_view bytes, Deadline deadline) {
  if (PQputCopyData(connection_, bytes.data(), static_cast<int>(bytes.size())) != 1) {
    answer(deadline);  // throws where the server has said why
    lost(lost_code, in_one_line(PQerrorMessage(connection_)));
  }
  // libpq would rather grow its buffer than wait: waiting here keeps it small.
  flush(deadline);
}

void Connection::copy_end(Deadline deadline) {
  if (PQputCopyEnd(connection_, nullptr) != 1) {
    answer(deadline);  // throws where the server has said why
    lost(lost_code, in_one_line(PQerrorMessage(connection_)));
  }
  answer(deadline);
}

}  // namespace assay::postgres
