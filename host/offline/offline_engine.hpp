// The engine without its peers: transactions go in one by one, and what was made of each comes out.
//
// The pipeline is the one that workers run, on a virtual clock: a transaction's own time is taken
// for the time of its record, and nothing is delivered. History builds up from one transaction to
// the next, as if all of them stood in one partition.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "host/application/assembly.hpp"
#include "host/application/pipeline_parts.hpp"
#include "host/enrich/holders.hpp"
#include "host/offline/judged.hpp"

namespace assay::host {

class OfflineEngine final {
 public:
  // The assembly must outlive it. Holders come from `holder_file`, or from the configured file
  // where that is empty; a topic is not read. Null where something is refused: `diagnostics` says
  // what.
  [[nodiscard]] static std::unique_ptr<OfflineEngine> make(Assembly& assembly,
                                                           Diagnostics& diagnostics,
                                                           std::string holder_file = {});
  ~OfflineEngine();
  OfflineEngine(const OfflineEngine&) = delete;
  OfflineEngine& operator=(const OfflineEngine&) = delete;

  // The transaction, judged; nothing for one that was here before (the same id, the same content).
  // The error says why the message is none, as a dead letter would.
  [[nodiscard]] tl::expected<std::optional<Judged>, std::string> judge(std::string_view message);

  // Forgets all history, and all holders but those of the file.
  bool begin_anew(Diagnostics& diagnostics);

  // Where a test puts the people it speaks of, until begin_anew(); null where the configuration has
  // no holders.
  [[nodiscard]] Holders* holders() { return holders_.get(); }

 private:
  class Run;
  OfflineEngine(Assembly& assembly, std::string holder_file);
  bool gather_holders(Diagnostics& diagnostics);

  Assembly* assembly_;
  std::string holder_file_;
  std::unique_ptr<Holders> holders_;
  std::unique_ptr<Run> run_;
};

}  // namespace assay::host
