// An idempotent producer that lives for many batches and is thrown away when it cannot be trusted.
//
// A message that has no answer when the deadline comes must not arrive later, beside its own retry,
// so the producer with everything in it is discarded and the next batch begins with a new one. What
// is then repeated bears the same idempotency key in its header.
//
// Thread: the sink's, except interrupt(). librdkafka's own threads reach log and errors only.
#pragma once

#include <librdkafka/rdkafka.h>

#include <assay/sink.hpp>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay::kafka {

using Properties = std::vector<std::pair<std::string, std::string>>;

// What became of one message.
struct Outcome {
  std::size_t* waiting = nullptr;
  bool answered = false;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
};

struct Message {
  std::string_view value;
  std::optional<std::string_view> key;
  std::string_view record;  // the idempotency key, sent as header `assay-record`
};

class Producer {
 public:
  // Throws Refusal naming the property that librdkafka does not take.
  Producer(const Config& config, const Host& host, std::string topic, const Properties& properties);
  ~Producer() { discard(); }
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Other properties for a new producer. Throws like the constructor, and is as it was then.
  void renew(const Config& config, const Properties& properties);

  void begin() { interrupted_ = false; }

  // Throws Failure where there can be no producer. `outcome` must outlive wait().
  void produce(const Message& message, Outcome& outcome, Deadline deadline);

  // Until every outcome is answered, or the deadline; then the producer is discarded.
  void wait(std::size_t& waiting, Deadline deadline);

  // The next message goes out by a new producer: this one remembers for minutes what it was
  // refused.
  void discard();

  // Asks the cluster for the topic. Throws Failure.
  void check(Deadline deadline);

  // What the cluster said last of credentials or certificates; nothing while it takes messages.
  [[nodiscard]] rd_kafka_resp_err_t refused() const { return refused_; }

  void interrupt() { interrupted_ = true; }

 private:
  struct ConfDestroyer {
    void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  };

  using Conf = std::unique_ptr<rd_kafka_conf_t, ConfDestroyer>;

  Conf conf_of(const Config& config, const Properties& properties);
  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self);
  static void on_error(rd_kafka_t*, int error, const char* reason, void* self);
  static void on_log(const rd_kafka_t* handle, int level, const char* facility, const char* text);

  void ensure();
  [[nodiscard]] int slice(Deadline deadline) const;

  const Host host_;
  const std::string topic_;
  Conf conf_;
  rd_kafka_t* handle_ = nullptr;
  std::atomic<rd_kafka_resp_err_t> refused_{RD_KAFKA_RESP_ERR_NO_ERROR};
  std::atomic<bool> interrupted_{false};
};

}  // namespace assay::kafka
