#include "host/observe/client.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

namespace assay::host {

tl::expected<Answer, std::string> ask_endpoint(const ObserveConfig& at, const std::string& path,
                                               std::chrono::milliseconds patience) {
  namespace net = Poco::Net;
  try {
    net::HTTPClientSession session(at.listen.host, at.listen.port);
    session.setTimeout(Poco::Timespan(std::chrono::microseconds(patience).count()));
    net::HTTPRequest request("GET", path, net::HTTPMessage::HTTP_1_1);
    if (!at.token.empty()) request.set("Authorization", "Bearer " + at.token);
    session.sendRequest(request);
    net::HTTPResponse response;
    Answer answer;
    answer.body.clear();
    Poco::StreamCopier::copyToString(session.receiveResponse(response), answer.body);
    answer.status = response.getStatus();
    answer.type = response.getContentType();
    return answer;
  } catch (const Poco::Exception& error) {
    return tl::make_unexpected(error.displayText());
  }
}

}  // namespace assay::host
