// What each address of the endpoint shows, and to whom.
//
// | /livez | would a restart help? 200 or 503, with the reasons |
// | /readyz | does it do its work? 200 or 503, with the reasons |
// | /metrics | for Prometheus |
// | /status | the same for people and scripts, as JSON |
// | /config | the configuration that runs, secrets as *** |
//
// Nothing here changes anything, so GET and HEAD are all there is. Where a token is configured, who
// does not bring it learns yes or no from the first two, and nothing else.
//
// Thread: any.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/model/configuration.hpp"
#include "host/application/status.hpp"
#include "host/observe/health.hpp"

namespace assay::host {

struct Request {
  std::string method;
  std::string path;           // with what may stand behind a `?`
  std::string authorization;  // the header's value; empty where there is none
};

struct Answer {
  int status = 200;
  std::string type = "application/json";
  std::string body;
};

class Pages final {
 public:
  struct Source {
    std::function<Status()> status;
    std::function<std::shared_ptr<const core::Configuration>()> configuration;  // redacted
    std::string token;  // empty: everybody may see everything
  };

  explicit Pages(Source source) : source_(std::move(source)) {}

  [[nodiscard]] Answer answer(const Request& request) const;

 private:
  bool may_see(std::string_view authorization) const;
  static Answer health(const Checks& checks, bool open);

  Source source_;
};

}  // namespace assay::host
