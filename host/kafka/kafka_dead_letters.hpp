// Dead letters into a topic: acknowledged when all replicas have them, sent again for ever.
//
// Whatever ends a delivery, a timeout, a refusal, a fatal error of the producer, puts the letter
// back and tries again with a growing pause; a letter the broker finds too large goes out with the
// beginning of its value. A topic that is missing, and that the broker does not make by itself, is
// created.
//
// Thread: one of its own runs the producer; see DeadLetters for the others.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <tl/expected.hpp>
#include <unordered_map>

#include "host/kafka/dead_letters.hpp"
#include "host/kafka/letter_desk.hpp"
#include "host/kafka/properties.hpp"
#include "host/kafka/sasl_renewal.hpp"

namespace assay::host {

struct KafkaDeadLettersOptions {
  std::string bootstrap{};
  std::string topic{};
  KafkaProperties properties{};  // the operator's
  // Those properties as their files have them later; null: they never change.
  std::shared_ptr<KafkaSecrets> secrets{};
  DeadLetterOrigin origin{};
  KafkaLog log{};
};

class KafkaDeadLetters final : public DeadLetters {
 public:
  /// Checks the properties; contacts nobody yet.
  [[nodiscard]] static tl::expected<std::unique_ptr<KafkaDeadLetters>, KafkaError> open(
      KafkaDeadLettersOptions options);
  /// Letters that are not acknowledged by now never will be: their records come again.
  ~KafkaDeadLetters() override;

  void send(DeadLetter letter, Ack ack) override;
  bool flush(std::chrono::steady_clock::time_point deadline) override {
    return desk_.flush(deadline);
  }
  DeadLetterCounters counters() const override { return desk_.counters(); }
  std::optional<std::string> trouble() const override { return desk_.trouble(); }

 private:
  struct Hooks;
  struct Letter {
    std::string key{};
    std::string value{};
    RecordHeaders headers{};
    Ack ack{};
    std::size_t bytes = 0;
  };
  using LetterPointer = std::unique_ptr<Letter>;

  explicit KafkaDeadLetters(KafkaDeadLettersOptions options);
  tl::expected<void, KafkaError> make_producer();
  void run();
  void send_waiting();
  rd_kafka_resp_err_t produce(Letter& letter);
  void delivered(const rd_kafka_message_t& message);
  void put_back(LetterPointer letter, rd_kafka_resp_err_t why);
  void start_over();
  void create_topic();
  void tell(KafkaLogLevel level, const std::string& text) const;

  KafkaDeadLettersOptions options_;
  LetterDesk<LetterPointer> desk_;
  std::unique_ptr<Hooks> hooks_;

  SaslRenewal sasl_;

  // Of the thread.
  KafkaHandle producer_;
  std::deque<LetterPointer> waiting_;
  std::unordered_map<const Letter*, LetterPointer> out_;
  std::chrono::milliseconds pause_{};
  std::chrono::steady_clock::time_point again_at_{};
  bool topic_missing_ = false;
  bool fatal_ = false;

  std::thread thread_;
};

}  // namespace assay::host
