// Rows in the binary format of COPY, handed to the connection in pieces of bounded size.
//
// Binary, because the server then parses no text: amounts stay exact (numeric digits in base 10,000
// fall together with our scale of 4), and no escaping can go wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "plugins/sinks/postgres/connection.hpp"

namespace assay::postgres {

class CopyStream {
 public:
  // `buffer` is scratch space of the caller, kept from one stream to the next.
  CopyStream(Connection& connection, std::string& buffer, const char* statement, Deadline deadline);

  void row(std::int16_t columns);
  void null() { append<std::int32_t>(-1); }
  void add(std::int64_t number) { value(number); }
  void add(std::int32_t number) { value(number); }
  void add(bool flag) { value(static_cast<std::int8_t>(flag)); }
  void add(double number);
  void add(Time time);
  void add(Money money);
  void add(Token token);
  void add(std::string_view text);
  template <class T>
  void add(const std::optional<T>& maybe) {
    maybe ? add(*maybe) : null();
  }
  // `write` appends the JSON text to the string it is given.
  template <class Write>
  void add_json(Write&& write) {
    const auto size_at = buffer_.size();
    append<std::int32_t>(0);
    buffer_ += '\1';  // of jsonb's binary format
    write(buffer_);
    put(size_at, static_cast<std::int32_t>(buffer_.size() - size_at - sizeof(std::int32_t)));
  }

  void end();

 private:
  // Most significant byte first.
  template <class Integer>
  void put(std::size_t at, Integer number) {
    std::uint64_t rest = static_cast<std::make_unsigned_t<Integer>>(number);
    for (std::size_t i = sizeof number; i-- > 0; rest >>= 8) {
      buffer_[at + i] = static_cast<char>(rest & 0xFF);
    }
  }
  template <class Integer>
  void append(Integer number) {
    buffer_.resize(buffer_.size() + sizeof number);
    put(buffer_.size() - sizeof number, number);
  }
  template <class Integer>
  void value(Integer number) {
    append<std::int32_t>(sizeof number);
    append(number);
  }

  Connection& connection_;
  std::string& buffer_;
  Deadline deadline_;
};

}  // namespace assay::postgres
