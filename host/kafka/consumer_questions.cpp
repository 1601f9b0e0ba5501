// What a consumer asks the cluster: positions, extents of logs, topics, who else is of the group.
#include <array>

#include "host/kafka/consumer.hpp"

namespace assay::host {
namespace {

int ms(Consumer::Milliseconds timeout) { return static_cast<int>(timeout.count()); }

}  // namespace

tl::expected<std::map<core::PartitionId, core::Offset>, KafkaError> Consumer::committed(
    std::span<const core::PartitionId> partitions, Milliseconds timeout) {
  const PartitionListHandle list{
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size()))};
  for (const auto partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(), partition.value);
  }
  const auto code = rd_kafka_committed(client_.get(), list.get(), ms(timeout));
  const std::string what = "the committed offsets of group " + options_.group + " are not known";
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected{error_of(code, what)};
  std::map<core::PartitionId, core::Offset> found;
  for (int i = 0; i < list->cnt; ++i) {
    const auto& entry = list->elems[i];
    if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected{error_of(entry.err, what)};
    if (entry.offset >= 0) found[{entry.partition}] = {entry.offset};
  }
  return found;
}

tl::expected<LogRange, KafkaError> Consumer::log_range(core::PartitionId partition,
                                                       Milliseconds timeout) {
  LogRange range;
  const auto code =
      rd_kafka_query_watermark_offsets(client_.get(), options_.topic.c_str(), partition.value,
                                       &range.low.value, &range.high.value, ms(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected{error_of(code, "the extent of " + options_.topic + "/" +
                                             std::to_string(partition.value) + " is not known")};
  }
  return range;
}

tl::expected<std::vector<std::optional<core::Offset>>, KafkaError> Consumer::offsets_at(
    std::span<const Moment> moments, Milliseconds timeout) {
  const PartitionListHandle list{
      rd_kafka_topic_partition_list_new(static_cast<int>(moments.size()))};
  for (const auto& moment : moments) {
    auto* entry = rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(),
                                                    moment.partition.value);
    entry->offset = moment.milliseconds;
  }
  const std::string what = "the offsets of " + options_.topic + " at some time are not known";
  const auto code = rd_kafka_offsets_for_times(client_.get(), list.get(), ms(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected{error_of(code, what)};
  std::vector<std::optional<core::Offset>> found;
  for (int i = 0; i < list->cnt; ++i) {
    const auto& entry = list->elems[i];
    if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected{error_of(entry.err, what)};
    found.push_back(entry.offset >= 0 ? std::optional(core::Offset{entry.offset}) : std::nullopt);
  }
  return found;
}

tl::expected<std::string, KafkaError> Consumer::cluster_id(Milliseconds timeout) {
  char* id = rd_kafka_clusterid(client_.get(), ms(timeout));
  if (id == nullptr) {
    return tl::unexpected{error_of(RD_KAFKA_RESP_ERR__TIMED_OUT, "the cluster's id is not known")};
  }
  std::string copy = id;
  rd_kafka_mem_free(client_.get(), id);
  return copy;
}

tl::expected<std::int32_t, KafkaError> Consumer::partition_count(const std::string& topic,
                                                                 Milliseconds timeout) {
  const TopicHandle handle{rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr)};
  const rd_kafka_metadata_t* raw = nullptr;
  auto code = rd_kafka_metadata(client_.get(), 0, handle.get(), &raw, ms(timeout));
  const MetadataHandle metadata{raw};
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) {
    if (metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      return metadata->topics[0].partition_cnt;
    }
    code = metadata->topics[0].err;
  }
  return tl::unexpected{error_of(code, "topic " + topic)};
}

tl::expected<std::optional<std::string>, KafkaError> Consumer::rival_host(Milliseconds timeout) {
  const AdminOptionsHandle options{
      rd_kafka_AdminOptions_new(client_.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS)};
  std::array<char, 256> reason{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), ms(timeout), reason.data(),
                                            reason.size());
  const QueueHandle queue{rd_kafka_queue_new(client_.get())};
  std::array groups{options_.group.c_str()};
  rd_kafka_DescribeConsumerGroups(client_.get(), groups.data(), groups.size(), options.get(),
                                  queue.get());
  const auto unknown = [&](rd_kafka_resp_err_t code) {
    return tl::unexpected{error_of(code, "the members of group " + options_.group)};
  };
  const EventHandle answer{rd_kafka_queue_poll(queue.get(), ms(timeout))};
  if (!answer) return unknown(RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (const auto code = rd_kafka_event_error(answer.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return unknown(code);
  }
  std::size_t count = 0;
  const auto** described = rd_kafka_DescribeConsumerGroups_result_groups(
      rd_kafka_event_DescribeConsumerGroups_result(answer.get()), &count);
  if (count != 1) return unknown(RD_KAFKA_RESP_ERR__FAIL);
  if (const auto* error = rd_kafka_ConsumerGroupDescription_error(described[0])) {
    return unknown(rd_kafka_error_code(error));
  }
  const std::string ours = instance_id(options_);
  for (std::size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(described[0]); ++i) {
    const auto* member = rd_kafka_ConsumerGroupDescription_member(described[0], i);
    const char* id = rd_kafka_MemberDescription_group_instance_id(member);
    if (id != nullptr && ours == id) return std::string(rd_kafka_MemberDescription_host(member));
  }
  return std::nullopt;
}

}  // namespace assay::host
