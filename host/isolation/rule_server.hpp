// The rule in its own process: loads the library and answers the engine's questions until it is
// told to end.
//
// To the plugin it is the engine: the same tables, the same configuration look-ups, the same batch.
// What a table promises and this process cannot do itself (binding, the log) becomes a call to the
// engine. Counters need none: their values lie beside the answers.
//
// Thread: the process's only one.
#pragma once

#include <assay/plugin.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/model/plugin_error.hpp"
#include "core/model/verdict_table.hpp"
#include "host/isolation/exchange.hpp"
#include "host/isolation/message.hpp"
#include "host/isolation/papers.hpp"
#include "host/plugins/config_view.hpp"
#include "host/plugins/plugin_fault.hpp"
#include "host/plugins/plugin_host.hpp"

namespace assay::host {

class RuleServer final {
 public:
  // `library` is the open file of the plugin's copy.
  RuleServer(RuleEnd& engine, Papers papers, int library);
  RuleServer(const RuleServer&) = delete;
  RuleServer& operator=(const RuleServer&) = delete;

  // Until the engine says that it is enough.
  void serve();

 private:
  struct Calls;  // the functions of the tables

  void answer(Ask asked, MessageReader question);
  void load();
  [[nodiscard]] std::optional<PluginFault> load_library();
  void returned(assay_status status);
  [[nodiscard]] assay_status create_shared();
  [[nodiscard]] assay_status create(MessageReader& question);
  [[nodiscard]] assay_status bind(assay_rule* rule);
  [[nodiscard]] assay_status close();
  void evaluate(MessageReader& question);
  void end();

  // Of the instance that the question names; null where there is none.
  [[nodiscard]] assay_rule* instance(MessageReader& question) const;
  // The engine's answer to what was written into the room.
  MessageReader call(Tell what, std::size_t size);
  void tell(Tell what, std::size_t size);

  RuleEnd* engine_;
  Papers papers_;
  int library_;
  HostServices services_;
  const assay_entry* entry_ = nullptr;
  std::unique_ptr<PluginHost> host_;
  const assay_rule_api* api_ = nullptr;
  assay_config parameters_;
  assay_rule_shared* shared_ = nullptr;
  std::map<std::uint32_t, assay_rule*> instances_;  // by the engine's number
  std::optional<core::VerdictTable> verdicts_;      // of one rule
  std::uint32_t most_rows_ = 0;
  assay_error error_;
};

}  // namespace assay::host
