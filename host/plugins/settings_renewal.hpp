// Gives a living instance of a sink the secrets that have changed since it was made.
//
// What the sink's settings took from files is read again whenever its peer refuses it, so a rotated
// password needs no restart. The instance is told of values that have changed and are sound, and of
// nothing else; each change, and each reason why one is not used, is logged once and without the
// value.
//
// Thread: the sink's.
#pragma once

#include <assay/renewal.h>
#include <assay/sink.h>

#include <deque>
#include <string>

#include "host/config/config.hpp"
#include "host/plugins/config_view.hpp"

namespace assay::host {

class SettingsRenewal final {
 public:
  // The configuration, both tables and the name for PluginCall must outlive it. Without `api` the
  // sink takes no others.
  SettingsRenewal(const SinkConfig& config, const assay_sink_api& sink,
                  const assay_renewal_api* api, const char* whom);

  // Reads again. True where the instance has taken other values than it had.
  bool look(assay_sink* sink);

 private:
  bool give(assay_sink* sink, const Node& read);
  void warn_once(const std::string& why);

  const SinkConfig* config_;
  const assay_sink_api* sink_;
  const assay_renewal_api* api_;
  const char* whom_;
  Node known_;        // as they were read last
  std::string told_;  // why what was read is not used
  std::deque<assay_config> given_;
};

}  // namespace assay::host
