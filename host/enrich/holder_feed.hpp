// Reads the whole topic of account holders, and then follows it for as long as the process lives.
//
// Every process wants every holder, so there is no group here: all partitions are read from their
// beginning, nothing is committed, and the brokers keep no trace. The feed has caught up when it
// has applied what each partition held at the start. A broker that is away is waited for; a topic
// that does not exist counts as empty and is followed once it appears, and so are partitions that
// are added. A record that cannot be read is counted and told, and leaves the holder as it was: to
// set it aside is the business of the chain that delivers holders.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <tl/expected.hpp>

#include "core/decode/decoder.hpp"
#include "host/config/config.hpp"
#include "host/enrich/holders.hpp"
#include "host/kafka/handles.hpp"
#include "host/kafka/properties.hpp"

namespace assay::host {

struct HolderProgress {
  bool caught_up = false;
  bool topic_exists = false;
  std::uint64_t to_read = 0;  // offsets between start and end of the partitions when first seen
  std::uint64_t passed = 0;   // of these
  std::uint64_t upserts = 0;
  std::uint64_t tombstones = 0;
  std::uint64_t undecodable = 0;  // bad records and tombstones without a usable key
  std::string trouble{};          // what keeps us from the topic; empty while all is well
};

/// Thread: any; it has one of its own, which ends with it.
class HolderFeed final {
 public:
  struct Options {
    std::string bootstrap{};
    std::string topic{};
    KafkaProperties properties{};  // the operator's
    // Those properties as their files have them later; null: they never change.
    std::shared_ptr<KafkaSecrets> secrets{};
    core::DecodeOptions decode{};  // a tokenizer in it is used by the feed's thread alone
    Bytes prefetch = 64 << 20;
    KafkaLog log{};  // also called from the feed's thread
    /// How long to wait before the topic is looked for again: while it is not there or the brokers
    /// are away, and afterwards, for partitions that were added.
    std::chrono::milliseconds retry{1'000};
    std::chrono::milliseconds look_again{30'000};
  };

  /// Contacts nobody yet: the error is one of the properties. The holders must outlive the feed.
  [[nodiscard]] static tl::expected<std::unique_ptr<HolderFeed>, KafkaError> start(
      Options options, Holders& holders);
  /// Stops, within about a second where the brokers are away.
  ~HolderFeed();
  HolderFeed(const HolderFeed&) = delete;
  HolderFeed& operator=(const HolderFeed&) = delete;

  [[nodiscard]] bool caught_up() const;
  /// False where the wait was stopped or the time was over.
  [[nodiscard]] bool wait_until_caught_up(std::stop_token stop,
                                          std::chrono::milliseconds timeout) const;
  [[nodiscard]] HolderProgress progress() const;

 private:
  class Reader;
  struct Shared {
    mutable std::mutex mutex;
    mutable std::condition_variable_any changed;
    HolderProgress progress;  // guarded by mutex
  };

  HolderFeed();

  Shared shared_;
  std::unique_ptr<Reader> reader_;
  std::jthread thread_;
};

}  // namespace assay::host
