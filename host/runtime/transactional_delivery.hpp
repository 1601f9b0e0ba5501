// Delivery through a sink with cursors: exactly once.
//
// Many parcels share a transaction: the cursors of their partitions move from where they stand to
// the end of the last parcel, the rows go in, the commit makes both true together. Whatever goes
// wrong, the transaction is done again from the same cursors, so nothing is stored twice. A commit
// of which the answer was lost is looked up. A record that the database can never take leaves its
// parcel as a dead letter before the cursor passes it. What is deferred goes into the sink's outbox
// in the same transaction.
//
// Thread: the sink's.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/sinks/step.hpp"
#include "host/runtime/delivery.hpp"
#include "host/runtime/outbox_writer.hpp"
#include "host/runtime/patience.hpp"
#include "host/runtime/rejections.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

// Partitions that were given to this process, for a sink's thread to take ownership of.
struct ClaimOrder {
  core::Epoch epoch;
  std::vector<core::PartitionId> partitions;
  std::vector<std::size_t> steps;  // the transactional steps on this sink
  Mailbox* sender = nullptr;
  // Set by the sender when the order is not to be carried out any more; may be null.
  std::shared_ptr<const std::atomic<bool>> withdrawn = nullptr;
};

class TransactionalDelivery final : public Delivery {
 public:
  // The names of the stream that a worker reads; one for each kind of record.
  struct Stream {
    std::string group;
    std::string topic;
    std::string cluster;
    std::vector<std::string> steps;  // ids, by number
  };
  // Everything must outlive it.
  TransactionalDelivery(const SinkPlugin& sink, Patience& patience, const Rejections& rejections,
                        OutboxWriter outbox = {})
      : sink_(&sink),
        call_(sink),
        timeout_(sink.config().timeout),
        patience_(&patience),
        rejections_(rejections),
        outbox_(std::move(outbox)) {}

  // Raises the epochs and tells the sender where the cursors stand. Tries until it has, is told to
  // stop, or the order is withdrawn.
  void claim(const ClaimOrder& order, const Stream& stream, const std::stop_token& stop);

  void deliver(std::vector<Parcel> parcels, const std::stop_token& stop) override;

 private:
  // A claimed cursor: one per sender, step and partition.
  struct Key {
    const Mailbox* sender;
    std::size_t step;
    std::int32_t partition;
    auto operator<=>(const Key&) const = default;
  };
  struct Owned {
    core::Epoch epoch;            // the worker's
    std::int64_t database_epoch;  // the cursor's
    std::int64_t stands_at;       // ASSAY_NO_OFFSET: nothing was ever stored
    const Stream* stream;
  };
  // The parcels of one cursor in a transaction.
  struct Group {
    Key key;
    std::vector<Parcel*> parcels;
    core::RecordBlock joined;  // of the parcels, where there are several; made when first written
  };

  std::vector<Group> grouped(std::vector<Parcel>& parcels) const;
  assay_cursor cursor_of(const Group& group) const;
  const core::RecordBlock* block_of(Group& group) const;
  bool reject(Group& group, std::uint32_t row, const Trouble& why, const std::stop_token& stop);
  // What some of them have to wait for before a transaction is begun.
  Trouble obstacle(const std::vector<Group>& groups) const;
  bool write_rows(std::vector<Group>& groups, Trouble& trouble, const std::stop_token& stop);
  // Finds out what became of a commit; false when the stop came first.
  bool look_up(std::vector<assay_cursor>& cursors, const std::stop_token& stop);
  // Takes out the groups that need no further try.
  void settle(std::vector<Group>& groups, const std::vector<assay_cursor>& cursors);

  const SinkPlugin* sink_;
  SinkCall call_;
  std::int64_t timeout_;
  Patience* patience_;
  Rejections rejections_;
  OutboxWriter outbox_;
  std::map<Key, Owned> owned_;
};

}  // namespace assay::host
