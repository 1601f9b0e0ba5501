// librdkafka's configuration: our defaults below, the operator's properties over them, and what
// Assay's guarantees rest on above both.
//
// A fault names the property and never prints a value that may be a secret.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "host/config/config.hpp"
#include "host/kafka/handles.hpp"
#include "host/kafka/pace.hpp"
#include "host/kafka/partition_queues.hpp"

namespace assay::host {

enum class KafkaLogLevel : std::uint8_t { debug, info, warning, error };

/// Called from librdkafka's threads as well as from the owner's: must be safe for that.
using KafkaLog = std::function<void(KafkaLogLevel, std::string_view)>;

/// What a client's callbacks find behind librdkafka's opaque pointer; a client of ours derives its
/// state from this.
struct KafkaHooks {
  KafkaLog log{};
};

enum class Membership : std::uint8_t {
  fixed,    // group.instance.id: a restart within the session timeout costs no rebalance
  dynamic,  // leaves the group when it closes
  none,     // no group: the owner calls start() with the partitions it wants
};

class KafkaSecrets;

struct ConsumerOptions {
  std::string bootstrap{};
  std::string topic{};
  std::string group{};
  Membership membership = Membership::fixed;
  std::string member{};  // prefix of the static id, with `worker` behind it
  std::uint32_t worker = 0;
  KafkaProperties properties{};  // the operator's
  // Those properties as their files have them later; null: they never change.
  std::shared_ptr<KafkaSecrets> secrets{};
  Bytes prefetch = 256 << 20;  // what the local queue may take of the memory budget
  KafkaLog log{};
  // Read in the order of event times, at the pace of all workers. Null: in the order of arrival.
  std::shared_ptr<Pace> pace{};
  EventTime event_time{};  // with a pace
};

/// The static id of this worker, or empty.
[[nodiscard]] std::string instance_id(const ConsumerOptions& options);

/// All three layers joined.
[[nodiscard]] KafkaProperties consumer_properties(const ConsumerOptions& options);
/// A producer that acknowledges only what all replicas have, and never gives up.
[[nodiscard]] KafkaProperties dead_letter_properties(const std::string& bootstrap,
                                                     const KafkaProperties& operators);

/// `hooks` must outlive the client that is made of the configuration; its address becomes the
/// client's opaque pointer.
[[nodiscard]] tl::expected<ConfHandle, KafkaError> make_conf(const KafkaProperties& properties,
                                                             KafkaHooks& hooks);
/// Takes the configuration.
[[nodiscard]] tl::expected<KafkaHandle, KafkaError> make_client(rd_kafka_type_t type,
                                                                ConfHandle conf);

}  // namespace assay::host
