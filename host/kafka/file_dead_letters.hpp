// Dead letters into a file, one JSON object a line, each safe on the disk before it is
// acknowledged. For demonstrations and for places without a second topic.
//
// A full disk is waited for. What a crash left of a half-written line is cut off at the next start:
// it was never acknowledged.
//
// Thread: one of its own writes; see DeadLetters for the others.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <tl/expected.hpp>

#include "host/kafka/dead_letters.hpp"
#include "host/kafka/letter_desk.hpp"
#include "host/kafka/properties.hpp"

namespace assay::host {

class FileDeadLetters final : public DeadLetters {
 public:
  /// The error is a sentence that names the file.
  [[nodiscard]] static tl::expected<std::unique_ptr<FileDeadLetters>, std::string> open(
      const std::string& path, DeadLetterOrigin origin, KafkaLog log);
  ~FileDeadLetters() override;

  void send(DeadLetter letter, Ack ack) override;
  bool flush(std::chrono::steady_clock::time_point deadline) override {
    return desk_.flush(deadline);
  }
  DeadLetterCounters counters() const override { return desk_.counters(); }
  std::optional<std::string> trouble() const override { return desk_.trouble(); }

 private:
  struct Line {
    std::string text{};
    Ack ack{};
  };

  FileDeadLetters(std::string path, int file, std::int64_t size, DeadLetterOrigin origin,
                  KafkaLog log);
  void run();
  bool write(const std::string& text);

  std::string path_;
  int file_;
  std::int64_t size_;  // of what is whole and safe
  DeadLetterOrigin origin_;
  KafkaLog log_;
  LetterDesk<Line> desk_;
  std::thread thread_;
};

}  // namespace assay::host
