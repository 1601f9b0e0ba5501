// A rule whose code runs in processes of their own, one for each worker, behind the table that a
// rule in the engine's process has.
//
// Whoever holds the table cannot tell: create, bind, save and load ask the process and wait for its
// answer. Only a batch may be sent first and collected later, so that the worker judges other rules
// meanwhile. A process that ends takes with it what its instances remembered; they begin anew in
// the next one.
//
// Thread: as the table says of each function; report() is anybody's.
#pragma once

#include <assay/rule.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/rules/errand.hpp"
#include "host/isolation/isolated_library.hpp"
#include "host/isolation/kept_process.hpp"
#include "host/isolation/papers.hpp"
#include "host/plugins/repeated_binder.hpp"

namespace assay::host {

class IsolatedRule final {
 public:
  // `whom` as messages name the rule. Both references must outlive it.
  IsolatedRule(const IsolatedLibrary& library, const PluginHost& host, std::string whom,
               const Node& parameters, const ProcessConfig& limits);
  ~IsolatedRule();
  IsolatedRule(const IsolatedRule&) = delete;
  IsolatedRule& operator=(const IsolatedRule&) = delete;

  // Of each process, by worker.
  [[nodiscard]] std::vector<ProcessReport> report() const;

  // The table's `assay_rule_shared` is this, its `assay_rule` an IsolatedInstance.
  [[nodiscard]] assay_rule_shared* shared() { return reinterpret_cast<assay_rule_shared*>(this); }
  // Of an `assay_rule` that the table has made.
  [[nodiscard]] static core::Errand* errand(assay_rule* rule);

  [[nodiscard]] const ProcessConfig& limits() const { return limits_; }
  // Of an instance that is bound: what was declared, and the type of each column.
  [[nodiscard]] const Declarations& declared() const { return *declared_; }
  [[nodiscard]] const std::vector<std::uint32_t>& types() const { return types_; }

  // With functions that ask a process. Flags and state version are the plugin's own.
  [[nodiscard]] static assay_rule_api table(std::uint32_t flags, std::uint64_t state_version,
                                            bool ticks);

 private:
  struct Calls;  // the functions of the table

  [[nodiscard]] KeptProcess::Started start(std::uint32_t worker) const;
  // Loads the library and makes the shared data.
  [[nodiscard]] bool load(Dialogue& dialogue, assay_error& error) const;
  // All that the first conversation had come to.
  [[nodiscard]] tl::expected<void, std::string> open(Dialogue& dialogue,
                                                     const assay_instance& which) const;
  // The same after a restart, which is said.
  [[nodiscard]] tl::expected<void, std::string> open_again(Dialogue& dialogue,
                                                           const assay_instance& which) const;
  // Null, with the reason in `error`, where it cannot be started.
  [[nodiscard]] KeptProcess* process_of(const assay_instance& which, assay_error& error);
  // The process of that worker, and whether it has been made for this.
  [[nodiscard]] std::pair<KeptProcess*, bool> place_of(const assay_instance& which);
  void log(std::uint32_t level, const std::string& line) const;

  const IsolatedLibrary* library_;
  const PluginHost* host_;
  std::string whom_;
  ProcessConfig limits_;
  std::vector<std::byte> papers_;
  std::optional<Declarations> declared_;        // by the first instance
  std::vector<std::uint32_t> types_;            // of the columns
  std::atomic<std::uint32_t> next_number_ = 1;  // of a partition's instance
  mutable std::mutex mutex_;                    // of what follows
  // By worker. Last: their threads use all of the above.
  std::map<std::uint32_t, std::unique_ptr<KeptProcess>> processes_;
};

}  // namespace assay::host
