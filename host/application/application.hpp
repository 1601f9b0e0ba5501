// The running engine: everything that the configuration names, started in the order of the data's
// way and stopped in the same order.
//
// run() first asks what only peers can tell (how many partitions there are), waiting for as long as
// they are away; then come the dead letters, the sinks, the outboxes, the holders, and last the
// workers. A stop drains in flow order: workers stop reading, what is under way is delivered,
// positions are committed, then the sinks go. What waits in an outbox waits for the next start.
//
// Thread: run() is control's; status() any.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/application/generation.hpp"
#include "host/application/pipeline_parts.hpp"
#include "host/application/reload_bell.hpp"
#include "host/application/reload_report.hpp"
#include "host/application/status.hpp"
#include "host/enrich/holder_feed.hpp"
#include "host/enrich/holders.hpp"
#include "host/kafka/dead_letters.hpp"
#include "host/kafka/kafka_secrets.hpp"
#include "host/outbox/outbox_thread.hpp"
#include "host/runtime/decline_cap.hpp"
#include "host/runtime/sink_route.hpp"
#include "host/runtime/state_keeper.hpp"
#include "host/runtime/worker.hpp"

namespace assay::host {

class Application final {
 public:
  struct Options {
    std::chrono::milliseconds grace{20'000};  // for the drain at the end
    // Both or none: what makes the next configuration, and who asks for it. The bell must outlive
    // the application.
    Prepare prepare{};
    ReloadBell* bell = nullptr;
  };
  // How the engine ended, and what a shell is told.
  enum class End : int { stopped = 0, failed = 70, fenced = 75, refused = 78 };

  // The assembly must outlive it.
  Application(Assembly& assembly, Options options);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Asks each sink for its health once. What only a person can mend is a fault at the sink's place;
  // a peer that is away is none, for the engine waits for it.
  void check_sinks(Diagnostics& diagnostics, std::chrono::milliseconds timeout);

  // Until the stop; `hurry` skips the drain.
  End run(const std::stop_token& stop, const std::atomic<bool>& hurry, Diagnostics& diagnostics);

  [[nodiscard]] Status status() const;
  // The one in force. Thread: any.
  [[nodiscard]] std::shared_ptr<const core::Configuration> configuration() const {
    return assembly_->ground()->services.configuration.get();
  }

 private:
  struct WorkerThread {
    PipelineParts pipeline;  // what the worker's pipeline points to: older than the worker
    std::unique_ptr<Worker> worker;
    std::jthread thread;
    bool of_holders = false;
  };
  struct Topology {
    std::int32_t partitions = 0;
    std::int32_t holder_partitions = 0;
    std::string cluster;
  };

  std::optional<Topology> ask_topology(const std::stop_token& stop, Diagnostics& diagnostics);
  std::uint32_t worker_count(std::int32_t partitions) const;
  bool open_dead_letters(Diagnostics& diagnostics);
  void start_sinks();
  void start_outboxes();
  bool start_holders(const std::stop_token& stop, Diagnostics& diagnostics);
  bool start_workers(const Topology& topology, const std::atomic<bool>& hurry,
                     Diagnostics& diagnostics);
  std::optional<WorkerThread> make_worker(Assembly::Stream& stream, std::uint32_t number,
                                          std::uint32_t workers, const Topology& topology,
                                          Diagnostics& diagnostics);
  // A generation on its way, until the last worker has left the one before.
  struct Swap {
    std::unique_ptr<Generation> next;
    std::vector<PipelineParts> parts;             // by worker, what its next pipeline points to
    std::vector<std::optional<Succession>> left;  // by worker
    std::chrono::steady_clock::time_point begun;
    std::chrono::nanoseconds stood{};  // all workers, while what they share was changed
  };

  Assembly& in_force() const { return generation_ ? *generation_->assembly : *assembly_; }
  void begin_swap();
  std::optional<std::vector<Succession>> make_successions(Swap& swap, Diagnostics& diagnostics);
  bool fits_history(Assembly& next, Diagnostics& diagnostics) const;
  BatchGate::AllPasses stand_between_batches(Diagnostics& diagnostics);
  void hand_out(Swap& swap, std::vector<Succession> successions) noexcept;
  bool swapped();
  void finish_swap();
  void refuse_reload(const Diagnostics& diagnostics);
  std::vector<WorkerThread*> judges();

  using MakePartitionRules =
      std::function<std::unique_ptr<core::PartitionRules>(core::PartitionId)>;
  // The assembly must outlive what it answers.
  static MakePartitionRules partition_rules(const Assembly& assembly,
                                            const PipelineRequest& request);
  void keep_state(const Topology& topology);
  End wait_for_workers(const std::stop_token& stop, const std::atomic<bool>& hurry);
  void stop_workers();
  void say_waiting_for(std::string what);  // to status()
  void add_workers(Status& status) const;
  void add_sinks(Status& status) const;

  Assembly* assembly_;  // the first one: its sinks deliver until the end
  Options options_;
  // What the last swap has put in force, put there under the mutex; null while the first assembly
  // is. It has to outlive the workers.
  std::unique_ptr<Generation> generation_;
  std::optional<Swap> swap_;
  BatchGate swap_gate_;
  std::int32_t partitions_ = 0;
  std::optional<PayloadKey> payload_key_;
  std::shared_ptr<KafkaSecrets> source_secrets_;
  std::unique_ptr<core::CardTokenizer> holder_tokenizer_;
  std::unique_ptr<DeadLetters> dead_letters_;
  OutboxBell outbox_bell_;
  std::map<std::string, OutboxLevel> outbox_levels_;  // by the id of the deferred step
  std::vector<std::unique_ptr<SinkRoute>> sinks_;
  std::vector<std::unique_ptr<OutboxThread>> outboxes_;
  std::unique_ptr<Holders> holders_;
  std::unique_ptr<HolderFeed> holder_feed_;
  std::unique_ptr<core::StripeLock> history_locks_;
  std::unique_ptr<core::SharedHistory> history_;  // null where nothing is remembered
  std::shared_ptr<Pace> pace_;  // null where the order of partitions changes nothing
  std::optional<DeclineCap> decline_cap_;
  std::unique_ptr<StateKeeper> state_;  // null where it is not to outlive the process
  std::atomic<bool> ended_early_ = false;
  std::atomic<Worker::End> worker_end_ = Worker::End::stopped;

  // What status() looks at is put in its place under it; afterwards only control changes it.
  mutable std::mutex mutex_;
  std::vector<WorkerThread> workers_;
  std::string waits_for_;
  std::shared_ptr<const core::Blueprint> blueprint_;    // in force
  std::vector<std::shared_ptr<const Plugin>> plugins_;  // the same
  ReloadReport reloads_;
};

}  // namespace assay::host
