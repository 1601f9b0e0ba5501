#include "host/config/kafka_properties.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace assay::host {
namespace {

struct Refused {
  std::string_view name;
  std::string_view why;
  std::string_view help;
};

constexpr std::string_view remove = "remove it";
constexpr std::string_view in_budget = "what is fetched ahead is a part of the memory budget";

constexpr std::array consumer{
    Refused{"bootstrap.servers", "the brokers have a key of their own", "use `source.bootstrap`"},
    Refused{"metadata.broker.list", "the brokers have a key of their own",
            "use `source.bootstrap`"},
    Refused{"group.id", "the group has a key of its own", "use `source.group`"},
    Refused{"group.instance.id", "each worker needs an id of its own", "use `source.member`"},
    Refused{"enable.auto.commit", "a position is committed only behind every required step",
            remove},
    Refused{"auto.commit.enable", "a position is committed only behind every required step",
            remove},
    Refused{"enable.auto.offset.store", "a position is committed only behind every required step",
            remove},
    Refused{"partition.assignment.strategy", "static members need the eager range assignor",
            remove},
    Refused{"enable.partition.eof", "the engine decides what it is told", remove},
    Refused{"auto.offset.reset", "a position that the log does not hold is never skipped silently",
            "use `source.on_gap`"},
    Refused{"queued.min.messages", in_budget, "use `memory`"},
    Refused{"queued.max.messages.kbytes", in_budget, "use `memory`"},
    Refused{"fetch.max.bytes", in_budget, "use `memory`"},
};

constexpr std::array producer{
    Refused{"acks", "a dead letter counts only when all replicas have it", remove},
    Refused{"request.required.acks", "a dead letter counts only when all replicas have it", remove},
    Refused{"enable.idempotence", "a retry must not write a record twice", remove},
    Refused{"delivery.report.only.error", "every record waits for its report", remove},
    Refused{"message.timeout.ms", "a dead letter is never given up", remove},
    Refused{"delivery.timeout.ms", "a dead letter is never given up", remove},
    Refused{"bootstrap.servers", "dead letters go to the brokers that the messages came from",
            "use `source.bootstrap`"},
    Refused{"metadata.broker.list", "dead letters go to the brokers that the messages came from",
            "use `source.bootstrap`"},
};

void check(const Node* properties, std::span<const Refused> refused, const std::string& path,
           Diagnostics& diagnostics) {
  if (properties == nullptr) return;
  for (const Entry& entry : properties->entries) {
    const auto found = std::ranges::find(refused, entry.key, &Refused::name);
    if (found == refused.end()) continue;
    diagnostics.add({.code = Code::refused_property,
                     .message = "the Kafka property `" + entry.key + "` cannot be set",
                     .span = entry.key_span,
                     .label = "the engine sets it",
                     .note = std::string(found->why),
                     .help = std::string(found->help),
                     .path = join_path(path, entry.key)});
  }
}

}  // namespace

void check_consumer_properties(const Node* properties, Diagnostics& diagnostics) {
  check(properties, consumer, "source.kafka", diagnostics);
}

void check_producer_properties(const Node* properties, const std::string& path,
                               Diagnostics& diagnostics) {
  check(properties, producer, path, diagnostics);
}

}  // namespace assay::host
