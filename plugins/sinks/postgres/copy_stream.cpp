#include "plugins/sinks/postgres/copy_stream.hpp"

#include <array>
#include <cstring>

#include "plugins/sinks/sql/json.hpp"

namespace assay::postgres {
namespace {

constexpr std::size_t piece = std::size_t{64} * 1024;
constexpr std::string_view header{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
// PostgreSQL counts microseconds from 2000-01-01.
constexpr std::int64_t epoch_2000 = 946'684'800'000'000;

}  // namespace

CopyStream::CopyStream(Connection& connection, std::string& buffer, const char* statement,
                       Deadline deadline)
    : connection_(connection), buffer_(buffer), deadline_(deadline) {
  connection_.copy_begin(statement, deadline_);
  buffer_.assign(header);
}

void CopyStream::row(std::int16_t columns) {
  if (buffer_.size() >= piece) {
    connection_.copy_put(buffer_, deadline_);
    buffer_.clear();
  }
  append(columns);
}

void CopyStream::add(double number) {
  std::int64_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  value(bits);
}

void CopyStream::add(Time time) {
  auto microseconds = time.nanoseconds / 1000;
  if (time.nanoseconds % 1000 < 0) --microseconds;
  value(microseconds - epoch_2000);
}

void CopyStream::add(Money money) {
  constexpr std::int16_t negative = 0x4000;
  constexpr std::int16_t scale = 4;
  // At most 19 decimal digits; the last group is the fraction, its weight is -1.
  std::array<std::int16_t, 5> groups{};
  std::int16_t count = 0;
  auto rest = money.units < 0 ? 0 - static_cast<std::uint64_t>(money.units)
                              : static_cast<std::uint64_t>(money.units);
  for (; rest > 0; rest /= 10'000) groups[count++] = static_cast<std::int16_t>(rest % 10'000);
  append<std::int32_t>(8 + 2 * count);
  append(count);
  append(static_cast<std::int16_t>(count > 0 ? count - 2 : 0));
  append(money.units < 0 ? negative : std::int16_t{0});
  append(scale);
  while (count > 0) append(groups[--count]);
}

void CopyStream::add(Token token) {
  append<std::int32_t>(32);
  sql::append_token(buffer_, token);
}

void CopyStream::add(std::string_view text) {
  append(static_cast<std::int32_t>(text.size()));
  // A long one goes out in pieces too, or two buffers would grow to its size and stay so.
  while (text.size() > piece) {
    buffer_.append(text.substr(0, piece));
    text.remove_prefix(piece);
    connection_.copy_put(buffer_, deadline_);
    buffer_.clear();
  }
  buffer_.append(text);
}

void CopyStream::end() {
  append<std::int16_t>(-1);
  connection_.copy_put(buffer_, deadline_);
  connection_.copy_end(deadline_);
}

}  // namespace assay::postgres
