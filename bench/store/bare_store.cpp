#include "bench/store/bare_store.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

#include "bench/support/clocks.hpp"
#include "bench/support/topic.hpp"

namespace assay::bench {
namespace {

constexpr std::size_t kRows = 5'000;      // of a transaction, as the engine's default
constexpr std::size_t kAhead = 4;         // transactions that wait for the writer
constexpr std::size_t kPiece = 64 << 10;  // bytes that go to libpq at a time
constexpr std::int64_t kEpoch2000 = 946'684'800;
constexpr std::int64_t kDecidedAt = 817'000'000'000'000;  // microseconds since 2000
constexpr std::string_view kToken = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr std::string_view kHash =
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

using Connection = std::unique_ptr<PGconn, void (*)(PGconn*)>;
using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

[[noreturn]] void fail(const char* what, const char* why) {
  std::fprintf(stderr, "%s: %s\n", what, why);
  std::_Exit(1);
}

Connection connect(const std::string& database) {
  Connection connection(PQconnectdb(database.c_str()), &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    fail("cannot connect", PQerrorMessage(connection.get()));
  }
  return connection;
}

Result run(PGconn* connection, const char* statements) {
  Result result(PQexec(connection, statements), &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) {
    fail(statements, PQerrorMessage(connection));
  }
  return result;
}

// The fields of the benches' own messages, each behind the one before.
struct Fields {
  std::string_view id, timestamp, user, amount, type, location, merchant, card;
};
Fields fields_of(std::string_view message) {
  std::size_t at = 0;
  const auto next = [&](std::string_view before, char end) {
    at += before.size();
    const auto from = at;
    at = message.find(end, at);
    return message.substr(from, at - from);
  };
  Fields fields;
  fields.id = next(R"({"transaction_id":")", '"');
  fields.timestamp = next(R"(","timestamp":)", ',');
  fields.user = next(R"(,"user_id":)", ',');
  fields.amount = next(R"(,"amount":)", ',');
  fields.type = next(R"(,"transaction_type":")", '"');
  fields.location = next(R"(","location":")", '"');
  fields.merchant = next(R"(","merchant":")", '"');
  fields.card = next(R"(","card_number":")", '"');
  return fields;
}

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

class Rows {
 public:
  explicit Rows(const BareStore& what) : format_(what.format), topic_(what.topic) {}

  void begin() {
    text_.clear();
    if (format_ == CopyFormat::binary) {
      text_.append(std::string_view("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19));
    }
  }
  void add(const rd_kafka_message_t& message) {
    const auto fields = fields_of({static_cast<const char*>(message.payload), message.len});
    format_ == CopyFormat::binary ? add_binary(message, fields) : add_text(message, fields);
  }
  std::string finish() {
    if (format_ == CopyFormat::binary) raw<std::int16_t>(-1);
    return std::move(text_);
  }

 private:
  template <class Integer>
  void raw(Integer value) {
    char bytes[sizeof value];
    std::uint64_t rest = static_cast<std::make_unsigned_t<Integer>>(value);
    for (std::size_t i = sizeof value; i-- > 0; rest >>= 8) {
      bytes[i] = static_cast<char>(rest & 0xFF);
    }
    text_.append(bytes, sizeof bytes);
  }
  template <class Integer>
  void cell(Integer value) {
    raw<std::int32_t>(sizeof value);
    raw(value);
  }
  void cell(std::string_view text) {
    raw(static_cast<std::int32_t>(text.size()));
    text_.append(text);
  }
  void null() { raw<std::int32_t>(-1); }
  // At scale 4: one group of four digits behind the point, one before it for these amounts.
  void amount(std::string_view text) {
    const auto point = text.size() - 3;
    raw<std::int32_t>(12);
    raw<std::int16_t>(2);
    raw<std::int16_t>(0);
    raw<std::int16_t>(0);
    raw<std::int16_t>(4);
    raw(static_cast<std::int16_t>(number(text.substr(0, point))));
    raw(static_cast<std::int16_t>(number(text.substr(point + 1)) * 100));
  }

  void add_binary(const rd_kafka_message_t& message, const Fields& fields) {
    raw<std::int16_t>(23);
    cell<std::int64_t>((number(fields.timestamp) - kEpoch2000) * 1'000'000);
    cell<std::int64_t>(kDecidedAt);
    cell<std::int64_t>(message.offset);
    cell<std::int64_t>(number(fields.user));
    cell<std::int64_t>(0);  // the score, a double
    cell<std::int32_t>(message.partition);
    cell<std::int8_t>(0);
    cell(topic_);
    cell(fields.id);
    amount(fields.amount);
    cell(std::string_view("EUR"));
    cell(fields.type);
    cell(fields.location);
    cell(fields.merchant);
    cell(kToken);
    cell(fields.card.substr(0, 6));
    cell(fields.card.substr(12));
    cell(std::string_view("k1"));
    cell(std::string_view("approve"));
    null();
    null();
    cell(kHash);
    cell(std::string_view("\1{}", 3));
  }
  void add_text(const rd_kafka_message_t& message, const Fields& fields) {
    const auto tab = [&](std::string_view value) {
      text_.append(value);
      text_ += '\t';
    };
    // Seconds since 1970 are no literal of PostgreSQL's; 2024-05-01 plus the seconds of that day.
    const auto second = number(fields.timestamp) - 1'714'521'600;
    char time[48];
    std::snprintf(time, sizeof time, "2024-05-%02d %02d:%02d:%02d+00",
                  static_cast<int>(1 + second / 86'400), static_cast<int>(second / 3'600 % 24),
                  static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
    tab(time);
    tab("2025-11-21 00:00:00+00");
    tab(std::to_string(message.offset));
    tab(fields.user);
    tab("0");
    tab(std::to_string(message.partition));
    tab("f");
    tab(topic_);
    tab(fields.id);
    tab(fields.amount);
    tab("EUR");
    tab(fields.type);
    tab(fields.location);
    tab(fields.merchant);
    tab(kToken);
    tab(fields.card.substr(0, 6));
    tab(fields.card.substr(12));
    tab("k1");
    tab("approve");
    tab("\\N");
    tab("\\N");
    tab(kHash);
    text_ += "{}\n";
  }

  CopyFormat format_;
  std::string_view topic_;
  std::string text_;
};

struct Transaction {
  std::string rows;
  std::array<std::int64_t, kPartitions> next{};
  bool last = false;
};

class Queue {
 public:
  void put(Transaction transaction) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() < kAhead; });
    waiting_.push_back(std::move(transaction));
    changed_.notify_all();
  }
  Transaction take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !waiting_.empty(); });
    auto transaction = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return transaction;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Transaction> waiting_;
};

void write(PGconn* connection, const Transaction& transaction, const BareStore& what) {
  std::string move =
      "BEGIN; UPDATE assay_cursors c SET next_offset = w.next_offset, updated_at = now() FROM "
      "(VALUES ";
  for (int i = 0; i < kPartitions; ++i) {
    move += (i == 0 ? "(" : ",(") + std::to_string(i) + "," +
            std::to_string(transaction.next[static_cast<std::size_t>(i)]) + "::bigint)";
  }
  move +=
      ") w (partition, next_offset) WHERE c.group_id = 'bare' AND c.step = 'main.store' AND "
      "c.topic = '" +
      what.topic + "' AND c.partition = w.partition";
  run(connection, move.c_str());
  const std::string copy =
      "COPY transactions (event_time, decided_at, record_offset, user_id, score, partition, "
      "id_reused, topic, transaction_id, amount, currency, transaction_type, location, merchant, "
      "card_token, card_bin, card_last4, card_key_id, decision, inconclusive_rules, error_rules, "
      "config_hash, fields) FROM STDIN" +
      std::string(what.format == CopyFormat::binary ? " (FORMAT binary)" : "");
  run(connection, copy.c_str());
  for (std::size_t at = 0; at < transaction.rows.size(); at += kPiece) {
    const auto size = std::min(kPiece, transaction.rows.size() - at);
    if (PQputCopyData(connection, transaction.rows.data() + at, static_cast<int>(size)) != 1) {
      fail("COPY", PQerrorMessage(connection));
    }
  }
  if (PQputCopyEnd(connection, nullptr) != 1) fail("COPY", PQerrorMessage(connection));
  while (const Result result{PQgetResult(connection), &PQclear}) {
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
      fail("COPY", PQerrorMessage(connection));
    }
  }
  run(connection, "COMMIT");
}

}  // namespace

Stored store_bare(const BareStore& what) {
  const auto connection = connect(what.database);
  run(connection.get(),
      ("INSERT INTO assay_cursors (group_id, step, topic, partition, next_offset, epoch, cluster, "
       "updated_at) SELECT 'bare', 'main.store', '" +
       what.topic + "', p, 0, 1, '', now() FROM generate_series(0, 3) p ON CONFLICT DO NOTHING")
          .c_str());
  Queue queue;
  std::jthread writer([&] {
    for (bool last = false; !last;) {
      const auto transaction = queue.take();
      write(connection.get(), transaction, what);
      last = transaction.last;
    }
  });
  const auto cpu = process_cpu();
  RawConsumer consumer(what.bootstrap, what.topic);
  Rows rows(what);
  std::array<std::int64_t, kPartitions> next{};
  std::uint64_t read = 0;
  std::size_t built = 0;
  double began = 0;
  double oldest = 0;
  rows.begin();
  // As long as a transaction may wait; 100 ms where it may wait for ever.
  const int wait = static_cast<int>(std::min(what.age, 0.1) * 1e3);
  const auto hand_over = [&] {
    queue.put({rows.finish(), next, read == what.total});
    rows.begin();
    built = 0;
  };
  while (read < what.total) {
    consumer.batch(
        [&](const rd_kafka_message_t& message) {
          if (read == 0) began = elapsed();
          if (built == 0) oldest = elapsed();
          rows.add(message);
          next[static_cast<std::size_t>(message.partition)] = message.offset + 1;
          ++read;
          if (++built == kRows || read == what.total) hand_over();
        },
        wait);
    if (built > 0 && elapsed() - oldest >= what.age) hand_over();
  }
  writer.join();
  const auto stored = static_cast<double>(what.total);
  return {stored / (elapsed() - began), (process_cpu() - cpu) * 1e6 / stored};
}

}  // namespace assay::bench
